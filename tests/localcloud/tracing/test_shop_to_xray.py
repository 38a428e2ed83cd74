"""The shop's traces in X-Ray, its lines in CloudWatch Logs, and what steers them, as a notebook uses them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpers import aws, tracing
from labs.shop import launch
from tests.localcloud.support import eventually


def run(sampler: str = "always_on", **wanted: Any) -> list[dict[str, Any]]:
    """Run the shop for some customers and return its log lines; half of the orders fail."""
    with launch.shop(**tracing.environment(sampler, SHOP_VERSION="7.7.7")) as shop:
        shop.faults("orders", error_rate=0.5, seed=1)
        tracing.customers(shop.web.url, **wanted)
        return tracing.lines(shop)


def requests(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["service"] == "web"]


@pytest.mark.usefixtures("learner")
def test_lines_traces_and_map_tell_the_same() -> None:
    since = datetime.now(UTC)
    lines = run(visits=6, orders=6)
    customers = requests(lines)
    traces = {trace.log_id: trace for trace in tracing.arrived(line["trace_id"] for line in customers)}
    assert len(customers) == len(traces) == 12 and all(trace.whole for trace in traces.values())
    for line in lines:
        span = {span.id: span for span in traces[line["trace_id"]].spans}[line["span_id"]]
        assert (span.service, span.status, span.version) == (f"wb-ada-{line['service']}", line["status"], "7.7.7")
    failed = {line["trace_id"] for line in customers if line["status"] >= 500}
    assert 0 < len(failed) < 6
    found = tracing.traces('service("wb-ada-web") AND fault', since)
    assert {trace.log_id for trace in found} == failed
    services = {service["Name"]: service for service in tracing.graph(since) if service.get("Type") != "client"}
    assert {name: service["SummaryStatistics"]["TotalCount"] for name, service in services.items()} == {
        "wb-ada-web": 12, "wb-ada-orders": 6, "wb-ada-catalog": 6 + 6 - len(failed),
    }  # fmt: skip


@pytest.mark.usefixtures("learner")
def test_the_slow_service_is_the_bottleneck() -> None:
    with launch.shop(**tracing.environment()) as shop:
        shop.faults("catalog", latency_ms=200)
        tracing.customers(shop.web.url, orders=1)
        lines = tracing.lines(shop)
    trace = tracing.of(lines[0]["trace_id"])
    assert trace.services == ["wb-ada-web", "wb-ada-orders", "wb-ada-catalog"]
    assert tracing.bottleneck(trace.root) == "wb-ada-catalog"
    assert "wb-ada-catalog POST /total" in str(tracing.waterfall(trace))


@pytest.mark.usefixtures("learner")
def test_rules_decide_what_is_kept_and_the_environment_asks_for_them() -> None:
    tracing.sampling_rule(aws.name("keep"), "tracing", Priority=1, FixedRate=1.0, URLPath="/orders", HTTPMethod="POST")
    tracing.sampling_rule(aws.name("drop"), "tracing", Priority=2, FixedRate=0.0)
    environment = tracing.environment("xray")
    assert environment["OTEL_TRACES_SAMPLER_ARG"] == f"polling_interval={300 / aws.time_scale():g}"
    customers = requests(run("xray", visits=6, orders=3))
    kept = {trace.log_id for trace in tracing.by_id(line["trace_id"] for line in customers)}
    assert kept == {line["trace_id"] for line in customers if line["path"] == "/orders"}


@pytest.mark.usefixtures("learner")
def test_the_shop_reports_to_xray_what_it_sampled() -> None:
    tracing.sampling_rule(aws.name("keep"), "tracing", Priority=1, FixedRate=1.0)

    def counted() -> bool:
        found = aws.client("xray").get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
        mine = [each for each in found if each["RuleName"] == aws.name("keep")]
        return bool(mine and mine[0]["RequestCount"] >= 1 and mine[0]["SampledCount"] == mine[0]["RequestCount"])

    with launch.shop(**tracing.environment("xray")) as shop:
        tracing.customers(shop.web.url, orders=1)
        eventually(counted, what="the report of the sampler")


@pytest.mark.usefixtures("learner")
def test_what_steers_is_made_once_and_brought_up_to_date() -> None:
    for expression in ("fault", 'service("wb-ada-web")'):
        tracing.group(aws.name("slow"), expression, "tracing")
    assert tracing.expression_of(aws.name("slow")) == 'service("wb-ada-web")'
    assert tracing.expression_of(aws.name("other")) is None
    for rate in (0.5, 1.0):
        tracing.sampling_rule(aws.name("keep"), "tracing", FixedRate=rate)
    mine = [rule for rule in tracing.sampling_rules() if rule["RuleName"] == aws.name("keep")]
    assert [(rule["FixedRate"], rule["Priority"]) for rule in mine] == [(1.0, 1000)]


@pytest.mark.usefixtures("learner")
def test_lines_that_are_shipped_can_be_found_and_counted() -> None:
    group = tracing.log_group("shop-lines", "tracing")
    assert tracing.log_group("shop-lines", "tracing") == group
    lines = run(visits=2, orders=6)
    failed = sum(line["status"] >= 500 for line in requests(lines))
    assert tracing.ship_and_count(lines, group) == 0.0
    made = {"metricNamespace": aws.name("shop"), "metricName": "Failed", "metricValue": "1"}
    pattern = '{ $.service = "web" && $.status >= 500 }'
    logs = aws.client("logs")
    logs.put_metric_filter(logGroupName=group, filterName="f", filterPattern=pattern, metricTransformations=[made])
    assert [tracing.ship_and_count(lines, group) for _ in range(2)] == [failed, failed]
    trace = lines[0]["trace_id"]
    found = logs.filter_log_events(logGroupName=group, filterPattern=f'{{ $.trace_id = "{trace}" }}')["events"]
    assert len(found) == 3 * sum(line["trace_id"] == trace for line in lines)


@pytest.mark.usefixtures("learner")
def test_a_trace_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.tracing.reading.LIMIT", 0.3)
    with pytest.raises(aws.WaitTimeout, match="the traces to arrive"):
        tracing.of("0" * 31 + "1")
    assert tracing.traces(since=datetime.now(UTC) - timedelta(minutes=1)) == []
