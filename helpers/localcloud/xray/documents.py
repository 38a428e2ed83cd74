"""Judges segment documents, each by itself: what is wrong, and where.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
The form of the message ("Invalid segment. ErrorCode: ...") and the codes MissingId and ParseError are AWS's; the other
codes are named alike (an assumption).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from . import fields
from .fields import InvalidField

MAX_BYTES = 64 * 1024
MAX_DEPTH = 100
_DAY = 86_400.0
# X-Ray keeps traces for 30 days. How far ahead a clock may be is documented for the OTLP endpoint: two hours.
OLDEST_SECONDS = 30 * _DAY
NEWEST_SECONDS = 2 * 3600.0


@dataclass(frozen=True)
class Refused:
    """Why a document is not processed. `id` is its id as far as it could be read."""

    id: str | None
    code: str
    reason: str

    def document(self) -> dict[str, Any]:
        """Return it in the API's shape UnprocessedTraceSegment."""
        message = f"Invalid segment. ErrorCode: {self.code}. {self.reason}"
        return {"Id": self.id, "ErrorCode": self.code, "Message": message}


def read(text: str, now: float) -> list[dict[str, Any] | Refused]:
    """Return the (sub)segments of one string of PutTraceSegments, or why they are refused.

    `text` is one document or an array of them, `now` is in epoch seconds.
    """
    try:
        content = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        return [Refused(None, "ParseError", f"The document is no valid JSON: {error}.")]
    if isinstance(content, list):
        return [_judged(document, len(msgspec.json.encode(document)), now) for document in content]
    return [_judged(content, len(text.encode()), now)]


def _judged(document: Any, size: int, now: float) -> dict[str, Any] | Refused:
    if not isinstance(document, dict):
        return Refused(None, "ParseError", f"A segment is a JSON object, not {fields.shown(document)}.")
    try:
        _check_size(size)
        check(document, now)
    except InvalidField as problem:
        id_ = document.get("id")
        return Refused(id_ if isinstance(id_, str) else None, problem.code, problem.reason)
    return document


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise InvalidField("SegmentTooLarge", f"The document has {size} bytes; at most {MAX_BYTES} (64 kB) are taken.")


def check(document: Mapping[str, Any], now: float) -> None:
    """Raise InvalidField unless `document` is a segment or an independent subsegment as X-Ray takes them."""
    fields.check_trace_id(document)
    if document.get("type") not in (None, "segment", "subsegment"):
        raise InvalidField("InvalidType", f'type is {fields.shown(document["type"])}; only "subsegment" is known.')
    if document.get("type") == "subsegment" and "parent_id" not in document:
        raise InvalidField("MissingParentId", "parent_id is missing; a subsegment sent by itself names its parent.")
    for path, entity in _with_subsegments(document):
        for check_field in _CHECKS:
            check_field(entity, path)
        _check_clock(entity, path, now)


def _with_subsegments(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    waiting: list[tuple[str, Any, int]] = [("", document, 0)]
    while waiting:
        path, entity, depth = waiting.pop()
        if not isinstance(entity, dict):
            raise InvalidField(
                "InvalidSubsegment", f"{path[:-1]} is {fields.shown(entity)}; a subsegment is an object."
            )
        if depth > MAX_DEPTH:
            raise InvalidField("InvalidSubsegment", f"{path[:-1]} lies more than {MAX_DEPTH} levels deep.")
        yield path, entity
        embedded = fields.optional(entity, path, "subsegments", list, "an array of subsegments") or []
        waiting += [(f"{path}subsegments[{n}].", child, depth + 1) for n, child in enumerate(embedded)]


def _check_clock(entity: Mapping[str, Any], path: str, now: float) -> None:
    for name in ("start_time", "end_time"):
        time = entity.get(name)
        if time is None:
            continue
        if time > now + NEWEST_SECONDS:
            hint = " It looks like milliseconds; seconds are expected." if time > 1e11 else ""
            raise InvalidField("InvalidTime", f"{path}{name} ({time}) is more than two hours ahead of now.{hint}")
        if time < now - OLDEST_SECONDS:
            raise InvalidField("InvalidTime", f"{path}{name} ({time}) is more than 30 days ago; set the clock right.")


_CHECKS: tuple[Callable[[Mapping[str, Any], str], None], ...] = (
    fields.check_id,
    fields.check_name,
    fields.check_times,
    fields.check_parent,
    fields.check_flags,
    fields.check_blocks,
    fields.check_http,
    fields.check_cause,
)
