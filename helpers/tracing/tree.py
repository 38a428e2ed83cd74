"""A trace as a tree of spans, made from X-Ray's documents.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

UNKNOWN = "?"
_OUTCOMES = ("fault", "throttle", "error")


@dataclass(eq=False)
class Span:
    """One piece of work: a segment (a service answers a request) or a subsegment (a call, a step).

    A call (`is_call`) has the name of the service that is asked. `start` and `end` are epoch seconds; `outcome` is
    "ok", "error", "throttle" or "fault"; `version` is the service's.
    """

    id: str
    service: str
    name: str
    start: float
    end: float
    parent_id: str | None = None
    is_segment: bool = True
    is_call: bool = False
    outcome: str = "ok"
    status: int | None = None
    request: str = ""
    version: str = ""
    children: list[Span] = field(default_factory=list, repr=False)

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def label(self) -> str:
        """What a person calls it: the service and what it was asked, the service that is called, or the step."""
        if self.is_segment:
            return f"{self.service} {self.request}".strip()
        return f"calls {self.name}" if self.is_call else self.name

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Span]]:
        """Yield the span and all below it with their depth, in the order in which they began."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(eq=False)
class Trace:
    """All spans of one trace; `roots` are those without a known parent, the earliest first."""

    id: str
    roots: list[Span]

    @property
    def root(self) -> Span:
        """The span that the trace began with."""
        return self.roots[0]

    @property
    def log_id(self) -> str:
        """The id as log lines and W3C Trace Context write it: 32 digits."""
        return self.id.removeprefix("1-").replace("-", "")

    @property
    def spans(self) -> list[Span]:
        return [span for root in self.roots for _, span in root.walk()]

    @property
    def services(self) -> list[str]:
        """The services that sent a segment, in the order in which they were reached."""
        return list(dict.fromkeys(span.service for span in self.spans if span.is_segment))

    @property
    def whole(self) -> bool:
        """Whether it is one tree."""
        return len(self.roots) == 1


def xray_id(log_id: str) -> str:
    """Return a trace id of a log line (32 digits) as X-Ray writes it: 1-<8 digits>-<24 digits>."""
    return f"1-{log_id[:8]}-{log_id[8:]}"


def tree(trace_id: str, documents: Iterable[str | Mapping[str, Any]]) -> Trace:
    """Return the trace of segment documents in whatever order; subsegments may lie in them or come by themselves.

    Segments that X-Ray inferred from a call are left out: the call itself is there. Raises ValueError if nothing is
    left.
    """
    parsed = [json.loads(each) if isinstance(each, str) else each for each in documents]
    spans = [span for each in parsed if not each.get("inferred") for span in _spans(each, None, UNKNOWN)]
    if not spans:
        raise ValueError(f"The trace {trace_id} has no segments.")
    known = {span.id: span for span in spans}
    roots: list[Span] = []
    for span in spans:
        parent = known.get(span.parent_id or "")
        (parent.children if parent and parent is not span else roots).append(span)
    for span in spans:
        span.children.sort(key=lambda child: (child.start, -child.end, child.id))
    for root in roots:
        _name_services(root, root.service)
    return Trace(trace_id, sorted(roots, key=lambda span: (not span.is_segment, span.start, span.id)))


def _spans(document: Mapping[str, Any], parent: str | None, service: str) -> Iterator[Span]:
    is_segment = parent is None and document.get("type") != "subsegment"
    service = str(document["name"]) if is_segment else service
    start = float(document["start_time"])
    http: Mapping[str, Any] = document.get("http", {})
    span = Span(
        document["id"], service, str(document["name"]), start, float(document.get("end_time", start)),
        parent_id=parent or document.get("parent_id"),
        is_segment=is_segment,
        is_call=document.get("namespace") in ("aws", "remote"),
        outcome=next((outcome for outcome in _OUTCOMES if document.get(outcome)), "ok"),
        status=http.get("response", {}).get("status"),
        request=_request(http.get("request", {})),
        version=str(document.get("service", {}).get("version", "")),
    )  # fmt: skip
    yield span
    for each in document.get("subsegments", ()):
        yield from _spans(each, span.id, service)


def _request(http: Mapping[str, Any]) -> str:
    path = urlsplit(str(http.get("url", ""))).path
    return f"{http.get('method', '')} {path}".strip()


def _name_services(span: Span, service: str) -> None:
    """A subsegment that came by itself does not say whose it is: its ancestors do."""
    if not span.is_segment:
        span.service = service
    for child in span.children:
        _name_services(child, span.service)
