"""POST /v1/traces, signed for X-Ray.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
"""

from __future__ import annotations

from typing import ClassVar

from ...protocol import HttpRequest, HttpResponse
from ...scope import Scope
from ..segment_operations import SegmentOperations


class OtlpEndpoint(SegmentOperations):
    """Takes exports of spans; AWS takes them too once segments go to CloudWatch Logs."""

    unmodelled: ClassVar[frozenset[str]] = frozenset({"/v1/traces"})

    def unmodelled_call(self, scope: Scope, request: HttpRequest) -> HttpResponse:
        # Here, not above: protobuf costs a start 50 ms that only those who send spans should pay.
        from .export import read_export
        from .wire import Refusal, answer, refuse

        now = self._now()
        try:
            export = read_export(request, now)
        except Refusal as refusal:
            return refuse(request, refusal)
        self._traces.segments.put(scope, export.documents, now)
        return answer(request, export.rejected, export.reason)
