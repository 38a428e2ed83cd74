"""Those who follow a log: each has its own place in it, kept durably, and comes back to it after a crash.

A consumer is a metric filter, a subscription filter, or the extraction of embedded metrics of one group. It gets the
events in the order in which they came in, each at least once.
"""

from __future__ import annotations

import logging
from typing import Protocol

from ..cloud import Cloud
from ..scope import Scope
from ..workers import Job
from .filterpattern.pattern import Condition
from .journal import Journal
from .model import Consumer, LogEvent

log = logging.getLogger(__name__)

KIND = "logs.follow"
_BATCH = 5_000
# "CloudWatch Logs continues to retry delivery for up to 24 hours", of AWS's time, at growing distances.
_PATIENCE = 24 * 3600.0
_FIRST_PAUSE, _LAST_PAUSE = 2.0, 60.0


class TargetDown(Exception):
    """The target of a consumer did not take what it was given, and may take it later."""


class Handler(Protocol):
    """What consumers of one kind do with events."""

    def condition(self, scope: Scope, consumer: Consumer) -> Condition | None:
        """Return which events `consumer` wants, or None if it is no longer there."""
        ...

    def consume(self, scope: Scope, consumer: Consumer, events: list[LogEvent]) -> None:
        """Do it. Raises TargetDown."""
        ...


class Followers:
    """All consumers of all groups."""

    def __init__(self, cloud: Cloud, journal: Journal) -> None:
        self._cloud = cloud
        self._journal = journal
        self._consumers = cloud.store.collection("logs.consumer", Consumer)
        self._handlers: dict[str, Handler] = {}

    def handle(self, kind: str, handler: Handler) -> None:
        """Let `handler` do the work of the consumers of `kind`."""
        self._handlers[kind] = handler

    def start(self) -> None:
        """Let every consumer go on where it was."""
        self._cloud.workers.register(KIND, self._work)
        for scope, _, consumer in self._consumers.everywhere():
            # A number that only a deleted event had must not come again below the place of a consumer.
            self._journal.numbers.seen(consumer.cursor)
            self._cloud.workers.start(KIND, scope, consumer.key)

    def follow(self, scope: Scope, kind: str, group: str, name: str) -> None:
        """Make a consumer of what comes from now on; one that is there already stays where it is."""
        with self._journal.lock:
            consumer = Consumer(kind, group, name, self._journal.numbers.last)
            if self._consumers.get(scope, consumer.key) is None:
                self._consumers.put(scope, consumer.key, consumer)

    def unfollow(self, scope: Scope, kind: str, group: str, name: str) -> None:
        """Forget a consumer."""
        self._drop(scope, Consumer(kind, group, name, 0))

    def unfollow_group(self, scope: Scope, group: str) -> None:
        """Forget all consumers of a group."""
        for consumer in self._consumers.list(scope, f"{group}:"):
            self._drop(scope, consumer)

    def wake(self, scope: Scope, group: str) -> None:
        """Tell the consumers of a group that there are new events; returns at once."""
        for consumer in self._consumers.list(scope, f"{group}:"):
            self._cloud.workers.start(KIND, scope, consumer.key)

    def _drop(self, scope: Scope, consumer: Consumer) -> None:
        self._consumers.delete(scope, consumer.key)
        self._cloud.workers.stop(KIND, scope, consumer.key)

    def _work(self, job: Job) -> None:
        pause = _FIRST_PAUSE
        while not job.stop.is_set() and (consumer := self._consumers.get(job.scope, job.key)):
            try:
                if not self._advance(job.scope, consumer):
                    return
                pause = _FIRST_PAUSE
            except TargetDown as reason:
                if job.stop.is_set() or self._cloud.workers.closing.is_set():
                    return
                self._give_up_old(job.scope, consumer, reason)
                self._cloud.clock.wait(job.stop, pause)
                pause = min(pause * 2, _LAST_PAUSE)

    def _advance(self, scope: Scope, consumer: Consumer) -> bool:
        """Hand the next events over; return whether there may be more."""
        handler = self._handlers[consumer.kind]
        condition = handler.condition(scope, consumer)
        with self._journal.lock:
            end = self._journal.numbers.last
        if condition is None or consumer.cursor >= end:
            return False
        events = self._journal.after(scope, consumer.group, consumer.cursor, end, condition, _BATCH)
        if events:
            handler.consume(scope, consumer, events)
        self._move(scope, consumer, events[-1].seq if len(events) == _BATCH else end)
        return True

    def _move(self, scope: Scope, consumer: Consumer, cursor: int) -> None:
        with self._cloud.store.transaction():
            if self._consumers.get(scope, consumer.key) is not None:  # it may have been dropped meanwhile
                consumer.cursor = cursor
                self._consumers.put(scope, consumer.key, consumer)

    def _give_up_old(self, scope: Scope, consumer: Consumer, reason: TargetDown) -> None:
        """Pass over the events that have waited for 24 hours of AWS's time."""
        horizon = self._journal.numbers.ago(_PATIENCE / self._cloud.clock.time_scale)
        condition = self._handlers[consumer.kind].condition(scope, consumer)
        if condition and self._journal.after(scope, consumer.group, consumer.cursor, horizon, condition, 1):
            log.warning("%s gave up events that waited for 24 hours: %s", consumer.key, reason)
            self._move(scope, consumer, horizon)
