"""Moves traffic along a timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..cloud import Cloud
from ..traffic_shift import Step, follow
from .pace import Pace
from .recorder import Recorder


class Shift:
    """The shift of one deployment; `apply(percent)` puts that much traffic on the new version."""

    def __init__(self, cloud: Cloud, recorder: Recorder, pace: Pace, apply: Callable[[int], None]) -> None:
        self._cloud = cloud
        self._recorder = recorder
        self._pace = pace
        self._apply = apply

    def run(self, steps: Sequence[Step]) -> None:
        """Apply each of `steps` (minute, percent) at its minute, after a crash from the one it had reached on. Raises
        what waiting raises."""
        first = int(self._recorder.deployment.progress.get("step", 0))
        follow(self._cloud.clock, steps, first, self._pace.wait_until, self._take)

    def _take(self, number: int, percent: int) -> None:
        self._recorder.note(step=number, weight=percent)
        self._apply(percent)
