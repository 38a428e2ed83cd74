"""One thread evaluates all metric alarms when their periods end, and ends what waits for time to pass.

Alarms are evaluated every minute of AWS's time, those with a period below a minute every ten seconds, at moments at
which periods end: a breach is seen as soon as its period is over.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...scope import Scope
from ...workers import Job
from .actions import is_repeated
from .datapoints import Address, Datapoints, Found, period_of
from .metric_alarm import judge
from .model import Alarm
from .outbox import Outbox
from .records import Records
from .states import States

log = logging.getLogger(__name__)

KIND = "cloudwatch.alarm-ticker"
MINUTE, SHORT = 60, 10
# The one job is nobody's: resetting an account must not end it.
_NOBODY = Scope("-", "-")
_IDLE = 3600.0
_Placed = tuple[Scope, Alarm]


class Ticker:
    """Sleeps until the next alarm is due."""

    def __init__(self, records: Records, states: States, outbox: Outbox, datapoints: Datapoints) -> None:
        self._records = records
        self._states = states
        self._outbox = outbox
        self._datapoints = datapoints
        self._clock = records.cloud.clock
        self._bell = threading.Event()
        self._done: dict[int, int] = {}

    def begin(self) -> None:
        """Start the thread; it ends with the cloud."""
        workers = self._records.cloud.workers
        workers.register(KIND, self._work)
        workers.start(KIND, _NOBODY, "all")

    def ring(self) -> None:
        """Say that alarms changed: the next one may be due earlier."""
        self._bell.set()

    def _work(self, job: Job) -> None:
        threading.Thread(target=self._ring_at_end, args=(job,), name="alarms-end", daemon=True).start()
        self._done = {every: self._number(every) for every in (MINUTE, SHORT)}
        while not job.stop.is_set():
            self._bell.clear()
            try:
                seconds = self.tick()
            except Exception:
                if job.stop.is_set():
                    return
                log.exception("The evaluation of alarms failed; it goes on with the next period")
                seconds = float(SHORT)
            if not job.stop.is_set():
                self._clock.wait(self._bell, seconds)

    def _ring_at_end(self, job: Job) -> None:
        job.stop.wait()
        self._bell.set()

    def tick(self) -> float:
        """Do all that is due; return in how many seconds of AWS's time the next is."""
        alarms = self._records.everywhere()
        for every in (SHORT, MINUTE):
            number, last = self._number(every), self._done.get(every)
            # Noted even if it is less: a clock that was set back must not stop all evaluation until it is there again.
            self._done[every] = number
            if last is not None and number > last:
                self.evaluate([pair for pair in alarms if interval_of(pair[1]) == every], number * self._real(every))
                if every == MINUTE:
                    self._minute(alarms)
        self._end_waits(alarms)
        return self._until_next()

    def evaluate(self, alarms: Sequence[_Placed], end: float) -> None:
        """Evaluate the metric alarms among `alarms` on the periods up to `end` (epoch seconds)."""
        metric = {(scope, alarm.name): alarm for scope, alarm in alarms if alarm.kind == "MetricAlarm"}
        placed = [(scope, alarm) for (scope, _), alarm in metric.items()]
        for found in self._datapoints.read(placed, end):
            with self._outbox.gathered():
                self._follow(metric, found)

    def _follow(self, metric: Mapping[Address, Alarm], found: Mapping[Address, Found]) -> None:
        for address, periods in found.items():
            # Most alarms stay as they are: those need no transaction.
            try:
                if periods.error or judge(metric[address], periods.points, self._clock.now()):
                    self._settle(address[0], metric[address], periods)
            except Exception:
                if self._records.cloud.workers.closing.is_set():
                    raise
                log.exception("The alarm %s could not be evaluated; the others are", address[1])

    def _settle(self, scope: Scope, seen: Alarm, found: Found) -> None:
        with self._records.cloud.store.transaction():
            alarm = self._records.get(scope, seen.name)
            if alarm is None or alarm.configured != seen.configured:
                # Deleted, or another one by now: its time comes with the next period.
                return
            if found.error:
                self._not_evaluated(scope, alarm, found.error)
            elif verdict := judge(alarm, found.points, self._clock.now()):
                self._states.change(scope, alarm, verdict.value, verdict.reason, verdict.data)

    def _not_evaluated(self, scope: Scope, alarm: Alarm, error: str) -> None:
        if alarm.evaluation_state != "EVALUATION_ERROR":
            alarm.evaluation_state = "EVALUATION_ERROR"
            alarm.state = replace(alarm.state, reason=error[:1023], updated=self._clock.now())
            self._records.keep(scope, alarm)

    def _minute(self, alarms: Sequence[_Placed]) -> None:
        for scope, alarm in alarms:
            if alarm.muted:
                self._states.unmute(scope, alarm.name)
            elif alarm.state.value == "ALARM" and any(map(is_repeated, alarm.actions("ALARM"))):
                self._repeat(scope, alarm.name)

    def _repeat(self, scope: Scope, name: str) -> None:
        with self._records.cloud.store.transaction():
            alarm = self._records.get(scope, name)
            # The transition itself has taken them already in the minute of its own.
            if (
                alarm
                and alarm.state.value == "ALARM"
                and self._clock.now().timestamp() - self._real(MINUTE) > _moment(alarm)
            ):
                self._states.repeat(scope, alarm)

    def _end_waits(self, alarms: Sequence[_Placed]) -> None:
        now = self._clock.now().timestamp()
        for scope, alarm in alarms:
            if alarm.suppression.until is not None and alarm.suppression.until <= now:
                self._states.time_passed(scope, alarm.name)

    def _until_next(self) -> float:
        """Return the AWS seconds to the next moment at which something is due, from the alarms as they are by now."""
        now = self._clock.now().timestamp()
        moments = [moment for _, alarm in self._records.everywhere() for moment in self._moments(alarm)]
        return max(min(moments, default=now + _IDLE) - now, 0.0) * self._clock.time_scale

    def _moments(self, alarm: Alarm) -> list[float]:
        waits = [alarm.suppression.until] if alarm.suppression.until is not None else []
        if alarm.kind == "MetricAlarm":
            every = interval_of(alarm)
            waits.append((self._done[every] + 1) * self._real(every))
        if alarm.muted:
            waits.append((self._done[MINUTE] + 1) * self._real(MINUTE))
        return waits

    def _number(self, every: int) -> int:
        """Return how many intervals of `every` AWS seconds have ended since the epoch."""
        return int(self._clock.now().timestamp() / self._real(every))

    def _real(self, seconds: float) -> float:
        return seconds / self._clock.time_scale


def interval_of(alarm: Alarm) -> int:
    """Return every how many seconds of AWS's time an alarm is evaluated."""
    return MINUTE if alarm.kind == "CompositeAlarm" or period_of(alarm) >= MINUTE else SHORT


def _moment(alarm: Alarm) -> float:
    return alarm.state.since.timestamp()
