"""A turn that ends before the next one begins."""

from labs.slo_alerting import plan

EXERCISE = "rotation"
MESSAGE = "Nobody is on call from"
undo = plan.remove


def apply() -> None:
    plan.keep(("00:00", "07:00", ("Mei", "Kenji")), plan.MIDDLE, plan.WEST)
