"""When a composite alarm with a suppressor acts, minute by minute: the local cloud's own state machine."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.cloudwatch.alarms.suppression import IDLE, composite_changed, suppressor_changed, time_passed
from helpers.slo.series import Flags


def acts(composite: Flags, suppressor: Flags, wait: float, extension: float) -> Iterator[int]:
    """Yield the minutes in which the composite takes its ALARM actions.

    Args:
        composite, suppressor: for each minute, whether it is in ALARM; both begin as OK.
        wait: minutes that the composite waits for the suppressor before it acts.
        extension: minutes for which it still holds back after the suppressor is over.
    """
    machine = IDLE
    before = suppressed_before = False
    for minute, (now, suppressed) in enumerate(zip(composite.tolist(), suppressor.tolist(), strict=True)):
        machine, act = time_passed(machine, minute)
        if suppressed != suppressed_before:
            machine, also = suppressor_changed(machine, suppressed, minute, extension)
            act = act or also
        if now != before:
            machine, act = composite_changed(suppressed, minute, wait)
        if act and now:
            yield minute
        before, suppressed_before = now, suppressed
