"""What a notebook on CloudWatch says in one line: ship logs, ask them, measure, be told, look."""

from helpers.observability.alarms import alarm, find, settled, transitions
from helpers.observability.dashboards import dashboard, panels_of, question_of
from helpers.observability.inbox import Inbox, inbox
from helpers.observability.logs import Shipping, ask, lines, log_group, put_lines, quietly, ship
from helpers.observability.metrics import data, emf, latest, query, statistics

__all__ = [
    "Inbox", "Shipping", "alarm", "ask", "dashboard", "data", "emf", "find", "inbox", "latest", "lines", "log_group",
    "panels_of", "put_lines", "query", "question_of", "quietly", "settled", "ship", "statistics", "transitions",
]  # fmt: skip
