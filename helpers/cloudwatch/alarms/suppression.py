"""When a composite alarm with a suppressor takes its actions: a pure state machine.

Moments are epoch seconds, periods are seconds as they pass. The rules and the examples of the tests are those of
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Suppressed = Literal["WaitPeriod", "ExtensionPeriod", "Alarm"]


@dataclass(frozen=True)
class Suppression:
    """What holds the actions of a composite back: since when is over (`until`, epoch seconds), and whether any wait."""

    by: Suppressed | None = None
    until: float | None = None
    pending: bool = False


IDLE = Suppression()
Step = tuple[Suppression, bool]


def composite_changed(suppressor_in_alarm: bool, now: float, wait: float) -> Step:
    """Return the machine after a transition of the composite, and whether it acts now.

    Whatever ran before is discarded: each transition starts a wait of its own.
    """
    if suppressor_in_alarm:
        return Suppression("Alarm", None, pending=True), False
    if wait <= 0:
        return IDLE, True
    return Suppression("WaitPeriod", now + wait, pending=True), False


def suppressor_changed(machine: Suppression, in_alarm: bool, now: float, extension: float) -> Step:
    """Return the machine after the suppressor went into ALARM or out of it, and whether the composite acts now."""
    if in_alarm:
        return Suppression("Alarm", None, machine.pending), False
    if machine.by != "Alarm":
        return machine, False
    if extension <= 0:
        return IDLE, machine.pending
    return Suppression("ExtensionPeriod", now + extension, machine.pending), False


def time_passed(machine: Suppression, now: float) -> Step:
    """Return the machine at `now`, and whether the composite acts: on the state that it has by then."""
    if machine.until is None or now < machine.until:
        return machine, False
    return IDLE, machine.pending
