"""The shop's spans, as a collector gets them: whole traces, what they say, and what happens when nobody takes them."""

from __future__ import annotations

import itertools
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from labs.shop import launch
from tests.unit.shop.collecting import Collector, Seen, collecting

SERVER, CLIENT, INTERNAL = 2, 3, 1
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
W3C = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
AMAZON = {"x-amzn-trace-id": f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent={PARENT};Sampled=1"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as running:
        yield running


@pytest.fixture(scope="module")
def traced(collector: Collector) -> Iterator[launch.Shop]:
    """A shop that sends to `collector`, shared by the tests of this module."""
    with launch.shop(SHOP_PREFIX="wb-", SHOP_VERSION="7.7.7", **collector.environment) as running:
        yield running


@pytest.fixture
def spans(collector: Collector) -> list[Seen]:
    """The collector's list, empty to begin with."""
    collector.spans.clear()
    return collector.spans


def order(url: str, headers: dict[str, str] | None = None, cart: bytes = b'{"mug": 2}') -> int:
    request = urllib.request.Request(f"{url}/orders", b'{"cart": ' + cart + b"}", headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def by_name(spans: list[Seen]) -> dict[tuple[str, int, str], Seen]:
    return {(span.service, span.kind, span.name): span for span in spans}


def test_an_order_is_one_tree_through_three_services(
    traced: launch.Shop, collector: Collector, spans: list[Seen]
) -> None:
    assert order(traced.web.url) == 200
    found = by_name(collector.wait(7))
    path = [
        ("wb-web", SERVER, "POST /orders"), ("wb-web", CLIENT, "POST /orders"),
        ("wb-orders", SERVER, "POST /orders"), ("wb-orders", CLIENT, "POST /total"),
        ("wb-catalog", SERVER, "POST /total"), ("wb-catalog", INTERNAL, "price the cart"),
    ]  # fmt: skip
    assert {*path, ("wb-orders", INTERNAL, "keep the order")} == set(found)
    assert [found[each].parent for each in path] == ["", *(found[each].id for each in path[:-1])]
    assert found["wb-orders", INTERNAL, "keep the order"].parent == found["wb-orders", SERVER, "POST /orders"].id
    assert len({span.trace for span in found.values()}) == 1
    assert {span.version for span in found.values()} == {"7.7.7"}
    assert not any(span.failed for span in found.values())


def test_spans_say_what_the_http_conventions_want(traced: launch.Shop, collector: Collector, spans: list[Seen]) -> None:
    order(traced.web.url)
    found = by_name(collector.wait(7))
    server = found["wb-web", SERVER, "POST /orders"].attributes
    assert server["http.request.method"] == "POST" and server["http.route"] == server["url.path"] == "/orders"
    assert server["http.response.status_code"] == 200 and server["url.scheme"] == "http"
    assert f"http://{server['server.address']}:{server['server.port']}" == traced.web.url
    client = found["wb-web", CLIENT, "POST /orders"].attributes
    assert (client["url.full"], client["url.template"]) == (f"{traced.orders.url}/orders", "/orders")
    assert (client["http.response.status_code"], client["peer.service"]) == (200, "wb-orders")


def test_deliveries_are_signed_for_xray(traced: launch.Shop, collector: Collector, spans: list[Seen]) -> None:
    order(traced.web.url)
    collector.wait(7)
    sent = collector.headers[-1]
    assert sent["authorization"].startswith("AWS4-HMAC-SHA256 Credential=111122223333/")
    assert "/eu-west-1/xray/aws4_request" in sent["authorization"]
    assert sent["content-type"] == "application/x-protobuf"


def test_log_lines_carry_the_ids_of_their_spans(traced: launch.Shop, collector: Collector, spans: list[Seen]) -> None:
    order(traced.web.url)
    found = by_name(collector.wait(7))
    for name, route in (("web", "POST /orders"), ("orders", "POST /orders"), ("catalog", "POST /total")):
        span, line = found[f"wb-{name}", SERVER, route], traced.logs(name)[-1]
        assert (line["trace_id"], line["span_id"]) == (span.trace, span.id)


@pytest.mark.parametrize("headers", [W3C, AMAZON, {**AMAZON, "traceparent": f"00-{TRACE}-{PARENT}-01"}])
def test_either_header_continues_the_callers_trace(
    traced: launch.Shop, collector: Collector, spans: list[Seen], headers: dict[str, str]
) -> None:
    order(traced.web.url, headers)
    found = by_name(collector.wait(7))
    assert {span.trace for span in found.values()} == {TRACE}
    assert found["wb-web", SERVER, "POST /orders"].parent == PARENT


def test_a_caller_who_does_not_trace_is_not_traced_and_still_logged(
    traced: launch.Shop, collector: Collector, spans: list[Seen]
) -> None:
    order(traced.web.url, {"traceparent": f"00-{TRACE}-{PARENT}-00"})
    assert {traced.logs(name)[-1]["trace_id"] for name in ("web", "orders", "catalog")} == {TRACE}
    order(traced.web.url)
    assert TRACE not in {span.trace for span in collector.wait(7)}


def test_what_watches_a_service_makes_no_span(traced: launch.Shop, collector: Collector, spans: list[Seen]) -> None:
    for path in ("health", "ready", "version"):
        urllib.request.urlopen(f"{traced.web.url}/{path}", timeout=10).close()
    traced.faults("web")
    order(traced.web.url)
    collector.wait(7)
    assert {span.name for span in spans} <= {"POST /orders", "POST /total", "price the cart", "keep the order"}


def test_a_failure_is_marked_all_the_way_up(traced: launch.Shop, collector: Collector, spans: list[Seen]) -> None:
    traced.faults("catalog", error_rate=1)
    try:
        assert order(traced.web.url) == 502
    finally:
        traced.faults("catalog", error_rate=0)
    found = by_name(collector.wait(5))
    assert len(found) == 5 and all(span.failed for span in found.values())
    assert found["wb-catalog", SERVER, "POST /total"].attributes["error.type"] == "500"
    assert found["wb-orders", CLIENT, "POST /total"].attributes["http.response.status_code"] == 500


def test_a_refusal_is_the_callers_error_and_not_the_services(
    traced: launch.Shop, collector: Collector, spans: list[Seen]
) -> None:
    assert order(traced.web.url, cart=b'{"yacht": 1}') == 400
    found = by_name(collector.wait(6))
    assert {key for key, span in found.items() if span.failed} == {
        ("wb-web", CLIENT, "POST /orders"), ("wb-orders", CLIENT, "POST /total"),
    }  # fmt: skip


def test_an_unknown_path_names_no_route(traced: launch.Shop, collector: Collector, spans: list[Seen]) -> None:
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{traced.web.url}/nowhere/42", timeout=10)
    (span,) = collector.wait(1)
    assert (span.name, span.attributes["url.path"], span.failed) == ("GET", "/nowhere/42", False)
    assert "http.route" not in span.attributes


def test_a_bug_is_told_with_its_exception(copy: Path, collector: Collector, spans: list[Seen]) -> None:
    catalog = copy / "shop" / "catalog.py"
    catalog.write_text(catalog.read_text().replace('PRODUCTS[product]["price"]', 'PRODUCTS[product]["cost"]'))
    with launch.shop(copy, **collector.environment) as own:
        assert order(own.web.url) == 502
    found = by_name(collector.wait(6))
    assert found["catalog", INTERNAL, "price the cart"].events == ["exception"]
    assert found["catalog", SERVER, "POST /total"].events == ["exception"]


def test_a_peer_that_is_down_fails_the_call_that_asked(collector: Collector, spans: list[Seen]) -> None:
    with launch.shop(**collector.environment) as own:
        own.faults("orders", crash=True)
        own.orders.process.wait(10)
        assert order(own.web.url) == 503
        found = by_name(collector.wait(2))
    call = found["web", CLIENT, "POST /orders"]
    assert call.failed and call.attributes["error.type"] == "URLError"


def test_the_end_of_a_service_sends_what_waits(collector: Collector, spans: list[Seen]) -> None:
    with launch.shop(**{**collector.environment, "OTEL_BSP_SCHEDULE_DELAY": "60000"}) as own:
        order(own.web.url)
        assert spans == []
    assert len(collector.wait(7, limit=0)) == 7


def test_a_service_that_loses_the_context_breaks_the_trace(collector: Collector, spans: list[Seen]) -> None:
    with launch.shop(SHOP_DROP_TRACE_CONTEXT="orders", **collector.environment) as own:
        order(own.web.url)
    found = by_name(collector.wait(7))
    broken = found["catalog", SERVER, "POST /total"]
    assert broken.parent == "" and broken.trace != found["web", SERVER, "POST /orders"].trace
    assert found["orders", SERVER, "POST /orders"].trace == found["web", SERVER, "POST /orders"].trace


@pytest.mark.parametrize("answers", [False, True], ids=["nobody listens", "nobody answers"])
def test_a_collector_that_is_down_costs_no_customer_and_no_orderly_end(answers: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        if not answers:
            deaf.close()
        where = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"http://127.0.0.1:{port}/v1/traces"}
        with launch.shop(OTEL_BSP_SCHEDULE_DELAY="20", OTEL_TRACES_SAMPLER="xray", **where) as own:
            times = [time.monotonic()]
            for _ in range(20):
                assert order(own.web.url) == 200
                times.append(time.monotonic())
            # A delivery that is in the way of an order takes two seconds.
            assert max(after - before for before, after in itertools.pairwise(times)) < 2
            own.stop()
            codes = [running.process.returncode for running in (own.web, own.orders, own.catalog)]
            said = own.web.said()
    assert codes == [0, 0, 0]
    assert all(line.startswith(("{", "web ")) for line in said.splitlines())


def test_without_opentelemetry_the_shop_says_so_and_serves(copy: Path) -> None:
    (copy / "shop" / "telemetry.py").write_text("import opentelemetry_is_not_installed")
    with launch.shop(copy, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="http://127.0.0.1:9/v1/traces") as own:
        assert order(own.web.url, W3C) == 200
        lines = own.logs("catalog")
    assert lines[0]["level"] == "WARNING" and "No module named" in lines[0]["error"]
    assert lines[-1]["trace_id"] == TRACE


@pytest.mark.parametrize(("name", "argument", "kept"), [("always_off", "", 0), ("parentbased_traceidratio", "1", 7)])
def test_the_standard_samplers_are_chosen_by_the_environment(
    collector: Collector, spans: list[Seen], name: str, argument: str, kept: int
) -> None:
    chosen = {"OTEL_TRACES_SAMPLER": name, "OTEL_TRACES_SAMPLER_ARG": argument}
    with launch.shop(**collector.environment, **chosen) as own:
        order(own.web.url)
    assert len(spans) == kept
