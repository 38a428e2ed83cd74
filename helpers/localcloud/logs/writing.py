"""How events come in: PutLogEvents, and whoever in this process has something to log."""

from __future__ import annotations

from collections.abc import Sequence

from ..scope import Scope
from .batches import accept
from .emf import KIND as EMF
from .emf import may_have_metrics
from .foundation import Request
from .model import LogGroup, LogStream
from .names import check_group_name, check_stream_name
from .retention import Retention


class WritingOperations(Retention):
    """Operations that add events."""

    def put_log_events(self, scope: Scope, request: Request) -> Request:
        group = self._group(scope, request["logGroupName"])
        stream = self._stream(scope, group.name, request["logStreamName"])
        times = [event["timestamp"] for event in request["logEvents"]]
        messages = [event["message"] for event in request["logEvents"]]
        now = self._now()
        accepted = accept(times, messages, now, self._horizon(group))
        taken = slice(accepted.first, accepted.end)
        self._append(stream, times[taken], messages[taken], now)
        if group.retention is not None:
            self._expire_now_and_then(scope, group.name, now)
        return {
            "nextSequenceToken": f"{self._journal.numbers.last:056d}",
            "rejectedLogEventsInfo": accepted.rejected,
        }

    def ingest(self, scope: Scope, group: str, stream: str, events: Sequence[tuple[int, str]]) -> None:
        """Add `events` (epoch milliseconds and message) to a stream; make group and stream if they are missing.

        What is older than the deletion of its group is dropped, so that it does not bring the group back.
        For code of this process that has no client: it may be called in any thread, also in that of the event loop.
        Raises ServiceError for a name that no group or stream can have.
        """
        check_group_name(group)
        check_stream_name(stream)
        ordered = sorted(((moment, _storable(message) or " ") for moment, message in events), key=lambda pair: pair[0])
        now = self._now()
        with self._journal.lock:
            if self._groups.get(scope, group) is None:
                deleted = self._deleted.get((scope, group), -1)
                ordered = [pair for pair in ordered if pair[0] > deleted]
                if not ordered:
                    return
                self._groups.put(scope, group, LogGroup(group, now))
            target = self._journal.stream(scope, group, stream) or self._journal.add_stream(scope, group, stream, now)
            self._append(target, [moment for moment, _ in ordered], [message for _, message in ordered], now)

    def _append(self, stream: LogStream, times: Sequence[int], messages: Sequence[str], now: int) -> None:
        if not times:
            return
        with self._journal.lock:
            self._stream(stream.scope, stream.group, stream.name)  # it may have been deleted meanwhile
            if may_have_metrics(messages):
                # Durable before the events are: whatever happens next, they will be looked at.
                self._followers.follow(stream.scope, EMF, stream.group, "")
            self._journal.append(stream, times, messages, now)
        self._usage.incoming(stream.scope, stream.group, messages)
        self._followers.wake(stream.scope, stream.group)


def _storable(message: str) -> str:
    """Half of a surrogate pair has no form in UTF-8."""
    if message.isascii():
        return message
    return message.encode("utf-8", "replace").decode("utf-8")
