"""Service level objectives: error budget, burn rates, alert policies replayed over recorded minutes, and their score.

slo = Objective(0.999)                       # 43.2 minutes in 30 days
month = traffic.month(seed=1)                # thirty days of minutes with labelled incidents
alerts = replay(month.minutes, slo, STANDARD)
score(month, alerts).precision
"""

from helpers.slo.alerts import Alert
from helpers.slo.objective import Objective
from helpers.slo.policy import STANDARD, Pair, burn_rates, firing, pairs, replay
from helpers.slo.score import Caught, Score, score
from helpers.slo.traffic import Incident, Month, month, quiet_service

__all__ = [
    "STANDARD", "Alert", "Caught", "Incident", "Month", "Objective", "Pair", "Score",
    "burn_rates", "firing", "month", "pairs", "quiet_service", "replay", "score",
]  # fmt: skip
