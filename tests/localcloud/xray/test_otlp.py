"""POST /v1/traces by OpenTelemetry's own SDK, and by clients that send garbage."""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from typing import Any

import pytest
from google.rpc.status_pb2 import Status
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.propagate import extract, inject
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import SpanKind, StatusCode

from tests.localcloud.support import TestCloud

from .documents import counts, edges, graph, summaries, trace_of
from .otlp import exporter, post, tracer


def x_ray_id(span: trace.Span) -> str:
    text = f"{span.get_span_context().trace_id:032x}"
    return f"1-{text[:8]}-{text[8:]}"


def request_of(*spans: dict[str, Any], service: str = "web") -> ExportTraceServiceRequest:
    """Return an export of spans given by the fields that differ from a good one's."""
    message = ExportTraceServiceRequest()
    resource_spans = message.resource_spans.add()
    resource_spans.resource.attributes.add(key="service.name").value.string_value = service
    scope_spans = resource_spans.scope_spans.add()
    for fields in spans:
        now = time.time_ns()
        good = {"trace_id": os.urandom(16), "span_id": os.urandom(8), "name": "GET /", "kind": 2}
        times = {"start_time_unix_nano": now - 10**9, "end_time_unix_nano": now}
        scope_spans.spans.add(**(good | times | fields))
    return message


def test_a_request_through_two_services(cloud: TestCloud) -> None:
    """web (SERVER) calls orders (CLIENT, then SERVER with a remote parent), which fails in what it does (INTERNAL)."""
    carrier: dict[str, str] = {}
    request = {"http.request.method": "GET", "url.full": "http://orders:8080/orders/7", "server.address": "orders"}
    with tracer(cloud, "web", service_version="1.4.2", cloud_platform="aws_ecs") as web:
        served = {"http.request.method": "GET", "url.path": "/", "url.scheme": "http", "server.address": "shop"}
        with web.start_as_current_span("GET /", kind=SpanKind.SERVER, attributes=served) as root:
            root.set_attribute("http.response.status_code", 200)
            root.set_attribute("shop.cart_size", 3)
            with web.start_as_current_span("GET", kind=SpanKind.CLIENT, attributes=request) as call:
                call.set_attribute("http.response.status_code", 500)
                inject(carrier)
    with tracer(cloud, "orders") as orders:
        old = {"http.method": "GET", "http.url": "http://orders:8080/orders/7", "http.user_agent": "py"}
        context = extract(carrier)
        with orders.start_as_current_span("GET /orders", context, SpanKind.SERVER, attributes=old) as inner:
            inner.set_attribute("http.status_code", 500)
            with orders.start_as_current_span("load", record_exception=False) as load:
                try:
                    raise LookupError("no order 7")
                except LookupError as error:
                    load.record_exception(error)
                    load.set_status(StatusCode.ERROR, "no order 7")

    xray = cloud.client("xray")
    documents = trace_of(xray, x_ray_id(root))
    assert set(documents) == {"web", "orders"}
    web_segment = documents["web"]
    assert web_segment["http"] == {"request": {"method": "GET", "url": "http://shop/"}, "response": {"status": 200}}
    assert web_segment["origin"] == "AWS::ECS::Container"
    assert web_segment["service"] == {"version": "1.4.2"}
    assert web_segment["annotations"] == {"shop_cart_size": 3}
    assert web_segment["aws"]["xray"]["sdk"] == "opentelemetry for python"
    assert web_segment["metadata"]["default"]["otel.resource.service.name"] == "web"
    (remote,) = web_segment["subsegments"]
    assert (remote["name"], remote["namespace"], remote["fault"]) == ("orders", "remote", True)
    assert remote["http"]["request"]["url"] == "http://orders:8080/orders/7"
    orders_segment = documents["orders"]
    assert (orders_segment["parent_id"], orders_segment["fault"]) == (remote["id"], True)
    assert orders_segment["http"]["request"]["user_agent"] == "py"
    (local,) = orders_segment["subsegments"]
    (exception,) = local["cause"]["exceptions"]
    assert (local["name"], local["fault"], "namespace" in local) == ("load", True, False)
    assert (exception["type"], exception["message"]) == ("LookupError", "no order 7")
    assert exception["stack"][0]["path"].endswith("test_otlp.py")

    found = graph(xray)
    assert set(edges(found)) == {("client", "web"), ("web", "orders")}
    assert counts(found["orders", None]["SummaryStatistics"]) == (0, 0, 0, 1)
    (summary,) = summaries(xray, 'service("orders") { fault } AND annotation.shop_cart_size = 3')
    assert (summary["EntryPoint"]["Name"], summary["Http"]["HttpStatus"]) == ("web", 200)


def test_a_batch_by_gzip_is_taken(cloud: TestCloud) -> None:
    provider = TracerProvider(resource=Resource.create({"service.name": "web"}))
    provider.add_span_processor(BatchSpanProcessor(exporter(cloud, Compression.Gzip)))
    for number in range(50):
        provider.get_tracer("tests").start_span(f"job {number}").end()
    provider.shutdown()
    assert counts(graph(cloud.client("xray"))["web", None]["SummaryStatistics"]) == (50, 0, 0, 0)


def test_a_client_that_begins_a_trace_is_a_service_with_a_call(cloud: TestCloud) -> None:
    with tracer(cloud, "load") as load:
        attributes = {"peer.service": "web", "http.request.method": "GET", "http.response.status_code": 429}
        load.start_span("GET", kind=SpanKind.CLIENT, attributes=attributes).end()
    found = graph(cloud.client("xray"))
    assert set(edges(found)) == {("client", "load"), ("load", "web")}
    assert counts(found["web", "remote"]["SummaryStatistics"]) == (0, 1, 1, 0)


def test_calls_of_an_aws_sdk_and_of_a_database(cloud: TestCloud) -> None:
    with (
        tracer(cloud, "orders") as orders,
        orders.start_as_current_span("work", kind=SpanKind.CONSUMER) as root,
    ):
        aws = {"rpc.system": "aws-api", "rpc.service": "DynamoDB", "rpc.method": "GetItem"}
        aws_more = {"aws.dynamodb.table_names": ["order-table"], "aws.region": "us-east-1"}
        orders.start_span("DynamoDB.GetItem", kind=SpanKind.CLIENT, attributes=aws | aws_more).end()
        sql = {"db.system": "postgresql", "db.name": "stock", "db.statement": "SELECT ?", "server.address": "db1"}
        orders.start_span("SELECT stock", kind=SpanKind.CLIENT, attributes=sql).end()
    xray = cloud.client("xray")
    assert {("order-table", "AWS::DynamoDB::Table"), ("stock@db1", "remote")} < set(graph(xray))
    table, stock = trace_of(xray, x_ray_id(root))["orders"]["subsegments"]
    expected = {"operation": "GetItem", "region": "us-east-1", "table_name": "order-table"}
    assert (table["namespace"], table["aws"]) == ("aws", expected)
    assert stock["sql"] == {"database_type": "postgresql", "sanitized_query": "SELECT ?"}


def test_a_span_that_lists_its_annotations_has_no_others(cloud: TestCloud) -> None:
    with tracer(cloud, "web") as web:
        attributes = {"order.id": "o-7", "secret-ish": "x", "aws.xray.annotations": ["order.id"], "enduser.id": "ann"}
        span = web.start_span("GET /", kind=SpanKind.SERVER, attributes=attributes)
        span.end()
    document = trace_of(cloud.client("xray"), x_ray_id(span))["web"]
    assert document["annotations"] == {"order_id": "o-7"}
    assert document["metadata"]["default"]["secret-ish"] == "x"
    assert document["user"] == "ann"
    assert summaries(cloud.client("xray"), 'user = "ann" AND annotation.order_id = "o-7"')


def test_an_export_sent_twice_is_one(cloud: TestCloud) -> None:
    body = request_of({"kind": 3}, {"kind": 2}).SerializeToString()
    for _ in range(2):
        assert post(cloud, body).status_code == 200
    assert graph(cloud.client("xray"))["web", None]["SummaryStatistics"]["TotalCount"] == 2


def test_json_is_taken_and_answered_in_json(cloud: TestCloud) -> None:
    now = time.time_ns()
    span = {"traceId": os.urandom(16).hex(), "spanId": os.urandom(8).hex(), "name": "GET /", "kind": 2}
    span |= {"startTimeUnixNano": str(now - 10**9), "endTimeUnixNano": str(now)}
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "web"}}]}
    body = json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]}).encode()
    answer = post(cloud, body, Content_Type="application/json")
    assert (answer.status_code, answer.json()) == (200, {})
    assert [summary["Id"][2:10] for summary in summaries(cloud.client("xray"))] == [span["traceId"][:8]]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"trace_id": b""}, "trace_id is empty"),
        ({"trace_id": bytes(16)}, "not all zero"),
        ({"span_id": b"\x01\x02"}, "span_id is 0102"),
        ({"parent_span_id": b"\x01"}, "parent_span_id has 1 bytes"),
        ({"end_time_unix_nano": 5}, "before its start"),
        ({"end_time_unix_nano": time.time_ns() + 30 * 3600 * 10**9}, "set the clock right"),
        ({"start_time_unix_nano": time.time_ns() - 15 * 86_400 * 10**9}, "more than 14 days"),
        ({"name": "x" * 300_000}, "bytes"),
    ],
)
def test_a_bad_span_is_rejected_and_the_others_kept(cloud: TestCloud, fields: dict[str, Any], says: str) -> None:
    answer = post(cloud, request_of({}, fields, {}).SerializeToString())
    partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, partial.rejected_spans, says in partial.error_message) == (200, 1, True), partial
    assert len(summaries(cloud.client("xray"))) == 2


@pytest.mark.parametrize(
    ("body", "headers", "status", "says"),
    [
        (b"\xff\xfe garbage", {}, 400, "no ExportTraceServiceRequest"),
        (random.Random(7).randbytes(1000), {}, 400, "no ExportTraceServiceRequest"),
        (
            gzip.compress(b"no protobuf \xff", mtime=0),
            {"Content_Encoding": "gzip"},
            400,
            "no ExportTraceServiceRequest",
        ),
        (gzip.compress(b"\0" * 50_000_000), {"Content_Encoding": "gzip"}, 413, "smaller batches"),
        (b"", {"Content_Encoding": "br"}, 415, "gzip and none"),
        (b"", {"Content_Type": "text/plain"}, 415, "text/plain"),
    ],
)
def test_garbage_is_refused_with_a_status_that_says_why(
    cloud: TestCloud, body: bytes, headers: dict[str, str], status: int, says: str
) -> None:
    answer = post(cloud, body, **headers)
    told = Status.FromString(answer.content)
    assert (answer.status_code, told.code, says in told.message) == (status, 3, True), told


@pytest.mark.parametrize(
    "body", [b"no gzip", gzip.compress(random.Random(7).randbytes(1000))[:-12], gzip.compress(b"\0" * 80_000_000)]
)
def test_what_cannot_be_unpacked_is_refused(cloud: TestCloud, body: bytes) -> None:
    answer = post(cloud, body, Content_Encoding="gzip")
    assert (answer.status_code, "The body is" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"resourceSpans": 7}',
        b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}',
        b"[" * 99_999,
    ],
)
def test_garbage_in_json_is_refused_in_json(cloud: TestCloud, body: bytes) -> None:
    answer = post(cloud, body, Content_Type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, 3)
    assert "JSON" in answer.json()["message"]


def test_more_than_ten_thousand_spans_are_refused(cloud: TestCloud) -> None:
    answer = post(cloud, request_of(*[{}] * 10_001).SerializeToString())
    assert (answer.status_code, "10001 spans" in Status.FromString(answer.content).message) == (413, True)


def test_nothing_is_no_error(cloud: TestCloud) -> None:
    assert post(cloud, b"").status_code == 200


def test_a_wrong_signature_is_refused_and_the_sdk_says_so(cloud: TestCloud) -> None:
    answer = post(cloud, request_of({}).SerializeToString(), secret="wrong")
    assert answer.status_code == 403
    assert summaries(cloud.client("xray")) == []


def test_an_endpoint_that_is_down_does_not_hang_the_sdk(private_cloud: TestCloud) -> None:
    sender = exporter(private_cloud)
    private_cloud.kill()
    provider = TracerProvider()
    span = provider.get_tracer("tests").start_span("lost")
    span.end()
    began = time.monotonic()
    sender._client._timeout = 2.0
    assert sender.export([span]) is SpanExportResult.FAILURE
    assert time.monotonic() - began < 30


def test_spans_outlive_a_kill(private_cloud: TestCloud) -> None:
    with tracer(private_cloud, "web") as web:
        span = web.start_span("GET /", kind=SpanKind.SERVER)
        span.end()
    private_cloud.kill()
    private_cloud.restart()
    assert set(trace_of(private_cloud.client("xray"), x_ray_id(span))) == {"web"}
