"""Hands what the base measures and logs to our CloudWatch, which took the place of its own."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from ..scope import Scope

log = logging.getLogger(__name__)

Events = Sequence[tuple[int, str]]
Stream = tuple[Scope, str, str]


class Observer(Protocol):
    """Where measurements, log lines and alarms of the base go."""

    def measured(self, scope: Scope, namespace: str, datum: Mapping[str, Any]) -> None:
        """Keep one datum (API shape MetricDatum)."""
        ...

    def logged(self, scope: Scope, group: str, stream: str, events: Events) -> None:
        """Keep log events, each (epoch milliseconds, message)."""
        ...

    def put_alarm(self, scope: Scope, alarm: Mapping[str, Any]) -> None:
        """Make an alarm (members of PutMetricAlarm)."""
        ...

    def delete_alarm(self, scope: Scope, name: str) -> None:
        """Delete an alarm; one that is gone is deleted."""
        ...

    def first_alarm(self, scope: Scope, arn: str, start: float, end: float) -> float | None:
        """Return the first moment from `start` to `end` (epoch seconds) at which the alarm was in ALARM."""
        ...


def observe(observer: Observer) -> None:
    """Have the base tell `observer` from now on."""
    # One thread: what was measured first arrives first, and the event loop waits for no disk.
    thread = ThreadPoolExecutor(1, thread_name_prefix="base-observer")
    _replace_metrics(observer, thread)
    _replace_logs(LogRelay(observer, thread))
    _replace_alarms(observer)


class LogRelay:
    """Hands log events over in a thread, those that have gathered for a stream meanwhile together.

    Each hand-over is written to disk before the next: one for each line would fall behind a busy function by seconds.
    """

    def __init__(self, observer: Observer, thread: ThreadPoolExecutor) -> None:
        self._observer = observer
        self._thread = thread
        self._waiting: deque[tuple[Stream, Events]] = deque()

    def hand_over(self, taken: Sequence[tuple[Stream, Events]]) -> None:
        """Take log events of streams; return at once."""
        if taken:
            self._waiting.extend(taken)
            self._thread.submit(_guarded, self._deliver)

    def _deliver(self) -> None:
        gathered: dict[Stream, list[tuple[int, str]]] = {}
        while self._waiting:
            stream, events = self._waiting.popleft()
            gathered.setdefault(stream, []).extend(events)
        for (scope, group, name), events in gathered.items():
            _guarded(self._observer.logged, scope, group, name, events)


def _replace_metrics(observer: Observer, thread: ThreadPoolExecutor) -> None:
    from ministack.services import cloudwatch

    def record_metric(
        namespace: str, name: str, value: float, unit: str = "None", dimensions: Mapping[str, str] | None = None
    ) -> None:
        listed = [{"Name": key, "Value": str(text)} for key, text in (dimensions or {}).items()]
        datum = {"MetricName": name, "Value": float(value), "Unit": unit, "Dimensions": listed}
        thread.submit(_guarded, observer.measured, _scope(), namespace, datum)

    cloudwatch.record_metric = record_metric


def _replace_logs(relay: LogRelay) -> None:
    from ministack.services import cloudwatch_logs

    append = cloudwatch_logs._append_log_events

    def append_and_hand_over(stream: dict[str, Any], events: Sequence[dict[str, Any]]) -> None:
        append(stream, events)
        relay.hand_over(_taken(cloudwatch_logs._log_groups))

    cloudwatch_logs._append_log_events = append_and_hand_over


def _taken(groups: Any) -> list[tuple[Stream, Events]]:
    """Take the streams that have events out of the base's log groups: it keeps none.

    Each invocation makes a stream: with those that were handed over, each look would take longer than the one before.
    """
    taken: list[tuple[Stream, Events]] = []
    for (account, region, group), content in list(groups._data.items()):
        for name, stream in list(content["streams"].items()):
            # Another thread may be here, too: only one of them gets the stream.
            if stream["events"] and content["streams"].pop(name, None):
                lines = [(int(event["timestamp"]), str(event["message"])) for event in stream["events"]]
                taken.append(((Scope(account, region), group, name), lines))
    return taken


def _replace_alarms(observer: Observer) -> None:
    from ministack.services import cloudwatch

    cloudwatch.cloudformation_put_metric_alarm = lambda alarm: observer.put_alarm(_scope(), alarm)
    cloudwatch.cloudformation_delete_metric_alarm = lambda name, **_: observer.delete_alarm(_scope(), name)
    cloudwatch.first_alarm_time = lambda arn, start, end: observer.first_alarm(_scope(), arn, start, end)


def _guarded(act: Callable[..., None], *arguments: Any) -> None:
    try:
        act(*arguments)
    except Exception as error:
        log.warning("What the base measured or logged could not be kept: %s", error)


def _scope() -> Scope:
    from ministack.core.responses import get_account_id, get_region

    return Scope(get_account_id(), get_region())
