"""Takes the actions of alarms: written down with the change that causes them, taken at least once.

A target that is down is tried again for a while, then the history says so. Each target has a job of its own, which
keeps the order: none waits for another, and nobody who evaluates alarms waits for any.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ...cloud import Cloud
from ...scope import Scope
from ...workers import Job
from .actions import MOST_TOGETHER, ActionRefused, handler_of, prepare, service_of, together_of
from .model import ACTIONS, Alarm, Change, Delivery, Document
from .records import Records

log = logging.getLogger(__name__)

KIND = "cloudwatch.alarm-actions"
# In seconds of AWS's time. AWS says only that it tries again (an assumption).
_PAUSES = (10.0, 20.0, 40.0, 80.0, 160.0)
_LATER = ("Throttling", "ThrottlingException", "TooManyRequestsException", "ServiceUnavailable", "InternalFailure")


class Outbox:
    """The actions still to be taken."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._cloud: Cloud = records.cloud
        self._gathering = threading.local()
        self._prepared: set[tuple[Scope, str]] = set()

    def begin(self) -> None:
        """Say who does the jobs, and do those that a crash left."""
        self._cloud.workers.register(KIND, self._work)
        for scope, _, delivery in self._records.deliveries.everywhere():
            self._cloud.workers.start(KIND, scope, delivery.action)

    def prepare(self, scope: Scope, alarm: Alarm) -> None:
        """Get ready for the actions of `alarm`, in the background."""
        targets = {service_of(action): action for state in ACTIONS for action in alarm.actions(state)}
        for service, action in targets.items():
            if (scope, service) not in self._prepared:
                self._prepared.add((scope, service))
                work = threading.Thread(target=prepare, args=(self._cloud, scope, action), name="actions", daemon=True)
                work.start()

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Take the actions that this thread adds inside only afterwards: many changes at once make few calls."""
        targets: dict[tuple[Scope, str], None] = {}
        self._gathering.targets = targets
        try:
            yield
        finally:
            self._gathering.targets = None
            for scope, action in targets:
                self._cloud.workers.start(KIND, scope, action)

    def add(self, scope: Scope, change: Change, actions: list[str] | None = None) -> None:
        """Take the actions (of the new state, if none are named); inside the transaction of the change."""
        for action in change.alarm.actions(change.after.value) if actions is None else actions:
            delivery = Delivery(uuid.uuid4().hex, action, change)
            self._records.deliveries.put(scope, f"{action}\n{delivery.id}", delivery)
            self._start(scope, action)

    def _start(self, scope: Scope, action: str) -> None:
        targets: dict[tuple[Scope, str], None] | None = getattr(self._gathering, "targets", None)
        if targets is None:
            self._cloud.workers.start(KIND, scope, action)
        else:
            targets[scope, action] = None

    def _work(self, job: Job) -> None:
        while waiting := self._records.deliveries.list(job.scope, f"{job.key}\n"):
            for start in range(0, len(waiting), MOST_TOGETHER):
                left = self._take_together(job, waiting[start : start + MOST_TOGETHER])
                if not all(self._take(job, delivery) for delivery in left):
                    return

    def _take_together(self, job: Job, group: Sequence[Delivery]) -> Sequence[Delivery]:
        """Take several in one call where that can be; return those that are to be taken one by one."""
        together = together_of(job.key) if len(group) > 1 and not job.stop.is_set() else None
        if together is None:
            return group
        try:
            published = together(self._cloud, job.scope, job.key, [delivery.change for delivery in group])
        except Exception as error:
            log.info("Actions of %s are taken one by one: %s", job.key, error)
            return group
        with self._cloud.store.transaction():
            for delivery, message in zip(group, published, strict=True):
                if message is not None:
                    self._done(job.scope, delivery, message)
        return [delivery for delivery, message in zip(group, published, strict=True) if message is None]

    def _take(self, job: Job, delivery: Delivery) -> bool:
        """Take one action; return False if the job was told to end before it was decided."""
        if job.stop.is_set():
            return False
        for pause in (*_PAUSES, None):
            try:
                published = handler_of(delivery.action)(self._cloud, job.scope, delivery.action, delivery.change)
            except Exception as error:
                if job.stop.is_set():
                    return False
                if pause is None or _is_final(error):
                    return self._done(job.scope, delivery, error=_reason(error))
                log.info("An action of %s is tried again: %s", delivery.change.alarm.name, error)
                if self._cloud.clock.wait(job.stop, pause):
                    return False
            else:
                return self._done(job.scope, delivery, published)
        return False

    def _done(self, scope: Scope, delivery: Delivery, published: str | None = None, error: str | None = None) -> bool:
        """Strike the delivery off and tell the history, unless its account was reset meanwhile."""
        state, action = delivery.change.after, delivery.action
        data: Document = {
            "actionState": "Failed" if error else "Succeeded",
            "stateUpdateTimestamp": int(state.updated.timestamp() * 1000),
            "notificationResource": action,
        }
        summary = f"Successfully executed action {action}"
        if error:
            data["error"], summary = error, f'Failed to execute action {action}. Received error: "{error}"'
        if published:
            data["publishedMessage"] = published
        with self._cloud.store.transaction():
            if self._records.deliveries.delete(scope, f"{action}\n{delivery.id}"):
                self._records.remember(scope, delivery.change.alarm, "Action", summary, data)
        return True


def _is_final(error: Exception) -> bool:
    """Whether trying again makes no sense: the target is not there, or refuses."""
    if isinstance(error, ActionRefused):
        return True
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return False
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return 400 <= status < 500 and status != 429 and response.get("Error", {}).get("Code") not in _LATER


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    return (
        str(response["Error"].get("Message") or error)
        if isinstance(response, dict) and "Error" in response
        else str(error)
    )
