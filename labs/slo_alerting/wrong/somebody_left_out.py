"""Five of six: who is left out makes the others' share larger."""

from labs.slo_alerting import plan

EXERCISE = "rotation"
MESSAGE = "Ben takes no turn"
undo = plan.remove


def apply() -> None:
    plan.keep(plan.EAST, plan.MIDDLE, ("16:00", "00:00", ("Liz",)))
