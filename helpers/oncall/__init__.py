"""An on-call rotation as code: a document, the shifts that follow from it, checks, and what an unanswered page does.

plan = rotation(json.loads(text))
shifts = plan.shifts(since, until)
findings(plan, shifts, since, until)   # gaps, overlaps, absences, nights, an unfair share: in sentences
escalate(plan, moment, answers)        # who is called when, until somebody answers
"""

from helpers.oncall.checks import Span, absences, findings, gaps, overlaps
from helpers.oncall.document import rotation
from helpers.oncall.escalation import Call, Escalation, Level, escalate
from helpers.oncall.load import Load, load, spread
from helpers.oncall.people import Away, Person
from helpers.oncall.rotation import Rotation, Shift, Turn

__all__ = [
    "Away", "Call", "Escalation", "Level", "Load", "Person", "Rotation", "Shift", "Span", "Turn",
    "absences", "escalate", "findings", "gaps", "load", "overlaps", "rotation", "spread",
]  # fmt: skip
