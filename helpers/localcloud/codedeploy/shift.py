"""Moves traffic along a timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..cloud import Cloud
from .pace import Pace
from .recorder import Recorder
from .schedule import Step


class Shift:
    """The shift of one deployment; `apply(percent)` puts that much traffic on the new version."""

    def __init__(self, cloud: Cloud, recorder: Recorder, pace: Pace, apply: Callable[[int], None]) -> None:
        self._cloud = cloud
        self._recorder = recorder
        self._pace = pace
        self._apply = apply

    def run(self, steps: Sequence[Step]) -> None:
        """Apply each of `steps` (minute, percent) at its minute. Raises what waiting raises.

        After a crash it goes on with the step it had reached, and watches that one for its whole time again: nobody
        looked at the alarms meanwhile.
        """
        first = int(self._recorder.deployment.progress.get("step", 0))
        begun = self._cloud.clock.now() - self._pace.scaled(steps[first][0] * 60)
        for number, (minute, percent) in list(enumerate(steps))[first:]:
            self._pace.wait_until(begun + self._pace.scaled(minute * 60))
            self._recorder.note(step=number, weight=percent)
            self._apply(percent)
