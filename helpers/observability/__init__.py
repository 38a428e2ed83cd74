"""What a notebook on CloudWatch says in one line: ship logs, ask them, measure, be told, look."""

from helpers.observability.alarms import alarm, settled, transitions
from helpers.observability.dashboards import dashboard, panels_of
from helpers.observability.inbox import Inbox, inbox
from helpers.observability.logs import Shipping, ask, lines, log_group, put_lines, ship
from helpers.observability.metrics import data, emf, latest, query, statistics

__all__ = [
    "Inbox", "Shipping", "alarm", "ask", "dashboard", "data", "emf", "inbox", "latest", "lines", "log_group",
    "panels_of", "put_lines", "query", "settled", "ship", "statistics", "transitions",
]  # fmt: skip
