"""The event bus: what our services announce, delivered in process and to the EventBridge rules of the account.

An event is written to an outbox first. Emitted inside a transaction, it exists if and only if the change it
announces exists; it is delivered at least once, also across a crash.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .clock import Clock
from .scope import Scope
from .store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """One event in the form of EventBridge's envelope."""

    id: str
    scope: Scope
    source: str
    detail_type: str
    detail: dict[str, Any]
    resources: list[str]
    time: datetime


Subscriber = Callable[[Event], None]


class EventBus:
    """Delivers events in the order in which they were emitted, in a thread of its own."""

    def __init__(self, store: Store, clock: Clock, forward: Subscriber) -> None:
        """`forward` hands an event to EventBridge's own rules."""
        self._outbox = store.collection("events.outbox", Event)
        self._clock = clock
        self._forward = forward
        self._subscribers: dict[str, list[Subscriber]] = defaultdict(list)
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._deliver, name="event-bus", daemon=True)

    def emit(self, scope: Scope, source: str, detail_type: str, detail: dict[str, Any], resources: list[str]) -> None:
        """Announce a change of `source` ("aws.codebuild"); returns at once."""
        event = Event(str(uuid.uuid4()), scope, source, detail_type, detail, resources, self._clock.now())
        self._outbox.put(scope, event.id, event)
        self._wake.set()

    def subscribe(self, source: str, handler: Subscriber) -> None:
        """Call `handler` in the bus's thread for each event of `source`; it must be quick."""
        self._subscribers[source].append(handler)

    def start(self) -> None:
        """Begin to deliver, what a crash left undelivered first."""
        self._wake.set()
        self._thread.start()

    def begin_close(self) -> None:
        """Deliver nothing after the event in hand; what is left stays in the outbox."""
        self._closing = True
        self._wake.set()

    def close(self, limit: float = 5.0) -> None:
        """Stop, waiting up to `limit` seconds for the event in hand."""
        self.begin_close()
        if self._thread.is_alive():
            self._thread.join(limit)

    def _deliver(self) -> None:
        while not self._closing:
            self._wake.wait()
            self._wake.clear()
            for scope, key, event in self._outbox.everywhere():
                if self._closing:
                    return
                if self._hand_over(event) or not self._closing:
                    self._outbox.delete(scope, key)

    def _hand_over(self, event: Event) -> bool:
        """Return whether everybody took the event; one that fails on it does not keep it from the others."""
        taken = True
        for handler in (*self._subscribers[event.source], self._forward):
            try:
                handler(event)
            except Exception:
                taken = False
                if not self._closing:
                    log.exception("A subscriber failed on %s (%s)", event.detail_type, event.id)
        return taken
