"""The second person is called after half an hour."""

from labs.slo_alerting import plan

EXERCISE = "rotation"
MESSAGE = "the second person is called after 30 minutes"
undo = plan.remove


def apply() -> None:
    plan.keep(plan.EAST, plan.MIDDLE, plan.WEST, chain=[("on call", 30), ("next", 10)])
