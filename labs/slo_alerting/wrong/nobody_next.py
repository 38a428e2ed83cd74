"""A chain of one: silence ends it."""

from labs.slo_alerting import plan

EXERCISE = "rotation"
MESSAGE = "reaches nobody else"
undo = plan.remove


def apply() -> None:
    plan.keep(plan.EAST, plan.MIDDLE, plan.WEST, chain=[("on call", 15)])
