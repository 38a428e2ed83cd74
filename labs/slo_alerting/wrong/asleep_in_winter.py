"""Handovers an hour too early: right in summer, night in winter."""

from labs.slo_alerting import plan

EXERCISE = "rotation"
MESSAGE = "hours of night"
undo = plan.remove


def apply() -> None:
    plan.keep(
        ("00:00", "06:30", ("Mei", "Kenji")), ("06:30", "15:00", ("Ada", "Tom")), ("15:00", "00:00", ("Liz", "Ben"))
    )
