"""Takes segments, and the reports of what sends them."""

from __future__ import annotations

from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..service import Service
from .documents import Refused, read
from .traces import Traces

Request = dict[str, Any]


class SegmentOperations(Service):
    """PutTraceSegments and PutTelemetryRecords."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._traces = Traces(cloud.columns)

    def start(self) -> None:
        super().start()
        self._traces.segments.create(self._now())

    def reset(self, account: str) -> None:
        super().reset(account)
        self._traces.segments.forget(account)

    def put_trace_segments(self, scope: Scope, request: Request) -> Request:
        """Keep every good document, and say of each bad one what is wrong with it."""
        now = self._now()
        judged = [document for text in request["TraceSegmentDocuments"] for document in read(text, now)]
        self._traces.segments.put(scope, [document for document in judged if isinstance(document, dict)], now)
        refused = [document.document() for document in judged if isinstance(document, Refused)]
        return {"UnprocessedTraceSegments": refused}

    def put_telemetry_records(self, scope: Scope, request: Request) -> Request:
        """Accept what a daemon tells of itself; as on AWS nothing can be asked about it."""
        return {}

    def _now(self) -> float:
        return self.cloud.clock.now().timestamp()
