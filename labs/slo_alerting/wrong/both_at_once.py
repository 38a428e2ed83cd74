"""Two people on call at once: each waits for the other."""

from labs.slo_alerting import plan

EXERCISE = "rotation"
MESSAGE = "More than one person is on call"
undo = plan.remove


def apply() -> None:
    plan.keep(("00:00", "09:00", ("Mei", "Kenji")), plan.MIDDLE, plan.WEST)
