"""Whatever bytes an export has, it is read or refused; what is read is a document that X-Ray takes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from helpers.localcloud.protocol import HttpRequest
from helpers.localcloud.xray.documents import check
from helpers.localcloud.xray.otlp.export import Export, read_export
from helpers.localcloud.xray.otlp.wire import Refusal

NOW = 1_795_500_000.0
START = int(NOW - 60) * 10**9


def export() -> bytes:
    """Return a sound export of spans of every kind, with attributes of every type."""
    message = ExportTraceServiceRequest()
    of_resource = message.resource_spans.add()
    of_resource.resource.attributes.add(key="service.name").value.string_value = "web"
    spans = of_resource.scope_spans.add().spans
    for kind in range(6):
        span = spans.add(trace_id=b"t" * 16, span_id=bytes([kind + 1] * 8), name="GET", kind=kind, flags=0x300)
        span.start_time_unix_nano, span.end_time_unix_nano = START, START + 10**9
        span.attributes.add(key="http.status_code").value.int_value = 404
        span.attributes.add(key="url.full").value.string_value = "http://[::1/x"
        span.attributes.add(key="server.port").value.int_value = 8080
        span.attributes.add(key="list").value.array_value.values.add().bool_value = True
        span.attributes.add(key="map").value.kvlist_value.values.add(key="k").value.double_value = 0.5
        span.attributes.add(key="bytes").value.bytes_value = b"\xff"
        event = span.events.add(name="exception")
        event.attributes.add(key="exception.stacktrace").value.string_value = 'File "a.py", line 3, in f'
        span.status.code = 2
    return message.SerializeToString()


SOUND = export()


def read(body: bytes, kind: str = "application/x-protobuf") -> Export | Refusal:
    request = HttpRequest("POST", "/v1/traces", "/v1/traces", "", {"content-type": kind}, body)
    try:
        return read_export(request, NOW)
    except Refusal as refusal:
        return refusal


def test_the_sound_export_is_read() -> None:
    found = read(SOUND)
    assert isinstance(found, Export)
    # The client's and the producer's spans, whose parents are remote, are a segment and a call each.
    assert (found.rejected, len(found.documents)) == (0, 8)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_broken_bytes_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    body = bytearray(SOUND)
    for place, value in changes:
        body[place] = value
    found = read(bytes(body))
    for document in found.documents if isinstance(found, Export) else ():
        check(document, NOW)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["application/x-protobuf", "application/json", "text/plain", ""]))
def test_any_bytes_are_read_or_refused(body: bytes, kind: str) -> None:
    assert isinstance(read(body, kind), Export | Refusal)
