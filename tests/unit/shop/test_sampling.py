"""The shop samples by the rules of the account: the first that fits, its reservoir, then its rate."""

from __future__ import annotations

import urllib.request
from typing import Any

import pytest
import requests
from opentelemetry.sdk.trace.sampling import Decision

from labs.shop import launch
from labs.shop.shop.sampling import Rule, XRayRules
from tests.unit.shop.collecting import Collector, collecting

ALL = {
    "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "ResourceARN": "*",
    "Version": 1, "ReservoirSize": 0, "Attributes": {},
}  # fmt: skip
ORDER = {
    "http.request.method": "POST", "url.path": "/orders", "server.address": "127.0.0.1", "server.port": 80,
}  # fmt: skip


class Clock:
    """Seconds that a test counts by itself."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def rule(clock: Clock | None = None, **fields: Any) -> Rule:
    return Rule({**ALL, "RuleName": "r", "Priority": 1, "FixedRate": 0.0, **fields}, clock or Clock())


def even(number: int, of: int) -> int:
    """A trace id such that ids of 0 ... `of` spread evenly over what the rate looks at."""
    return (number << 64) // of


def records(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"SamplingRuleRecords": [{"SamplingRule": {**ALL, **each}} for each in rules]}


def kept(sampler: XRayRules, **attributes: Any) -> bool:
    result = sampler.should_sample(None, even(99, 100), "GET", attributes={**ORDER, **attributes})
    return result.decision is Decision.RECORD_AND_SAMPLE


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({}, True),
        ({"URLPath": "/ord*", "HTTPMethod": "post", "ServiceName": "wb-?eb", "Host": "127.*"}, True),
        ({"URLPath": "/orders/*"}, False),
        ({"URLPath": "/order"}, False),
        ({"HTTPMethod": "GET"}, False),
        ({"ServiceName": "web"}, False),
        ({"ServiceType": "AWS::ECS::Container"}, False),
        ({"Attributes": {"url.path": "/o*"}}, True),
        ({"Attributes": {"tenant": "*"}}, False),
        ({"URLPath": "/(orders"}, False),
    ],
)
def test_a_rule_fits_by_all_its_fields(fields: dict[str, Any], fits: bool) -> None:
    assert rule(**fields).fits("wb-web", ORDER) is fits


def test_awss_example_110_requests_in_ten_seconds_are_20_samples() -> None:
    clock = Clock()
    rule_ = rule(clock, FixedRate=0.1, ReservoirSize=5)
    taken = 0
    for second in range(10):
        clock.now = 1000.0 + second
        taken += rule_.takes(even(99, 100))  # the borrowed one: no rate would take this id
        taken += sum(rule_.takes(even(2 * number + 1, 20)) for number in range(10))
    said = rule_.statistics("c")
    counts = {name: said[name] for name in ("RequestCount", "SampledCount", "BorrowCount")}
    assert (taken, counts) == (20, {"RequestCount": 110, "SampledCount": 20, "BorrowCount": 10})
    assert rule_.statistics("c")["RequestCount"] == 0


def test_a_quota_holds_each_second_until_it_ends() -> None:
    clock = Clock()
    rule_ = rule(clock, ReservoirSize=50)
    rule_.target({"RuleName": "r", "FixedRate": 0.0, "ReservoirQuota": 3, "ReservoirQuotaTTL": 1002.0})
    seen = []
    for second in range(3):
        clock.now = 1000.0 + second
        seen.append(sum(rule_.takes(even(1, 2)) for _ in range(10)))
    assert seen == [3, 3, 1]
    assert rule_.statistics("c")["BorrowCount"] == 1


def test_without_a_reservoir_nothing_is_borrowed() -> None:
    assert not any(rule().takes(even(number, 10)) for number in range(10))
    assert all(rule(FixedRate=1.0).takes(even(number, 10)) for number in range(10))


def test_the_first_rule_by_priority_decides() -> None:
    checkout = {"RuleName": "checkout", "Priority": 10, "FixedRate": 1.0, "URLPath": "/orders"}
    rest = {"RuleName": "Default", "Priority": 10000, "FixedRate": 0.0}
    with collecting(GetSamplingRules=records(rest, checkout)) as xray:
        sampler = XRayRules("web", xray.url, requests.Session())
        assert kept(sampler) and not kept(sampler, **{"url.path": "/products"})
        assert xray.asked[0] == ("/GetSamplingRules", {})


def test_without_rules_one_a_second_is_taken() -> None:
    sampler = XRayRules("web", "http://127.0.0.1:9", requests.Session())
    sampler._fallback = rule(FixedRate=0.0, ReservoirSize=1)
    assert [kept(sampler) for _ in range(4)] == [True, False, False, False]


def test_what_was_done_is_reported_and_changed_rules_are_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "polling_interval=1.5")
    everything = records({"RuleName": "all", "Priority": 1, "FixedRate": 1.0})
    nothing = records({"RuleName": "all", "Priority": 1, "FixedRate": 0.0})
    granted = {"SamplingTargetDocuments": [], "UnprocessedStatistics": [], "LastRuleModification": 2000.0}
    with collecting(GetSamplingRules=everything, SamplingTargets=granted) as xray:
        sampler = XRayRules("web", xray.url, requests.Session())
        assert kept(sampler)
        xray.answers["/GetSamplingRules"] = nothing
        wait_for(xray, lambda: not kept(sampler))
    reports = [body for path, body in xray.asked if path == "/SamplingTargets"]
    first = reports[0]["SamplingStatisticsDocuments"][0]
    assert first["RuleName"] == "all" and first["RequestCount"] == first["SampledCount"] >= 1
    assert len(first["ClientID"]) == 24


@pytest.mark.parametrize(
    "answer", [{}, [], {"SamplingRuleRecords": [{"SamplingRule": {}}]}, {"SamplingRuleRecords": 5}]
)
def test_an_answer_that_is_garbage_leaves_the_fallback(answer: Any) -> None:
    with collecting(GetSamplingRules=answer) as xray:
        sampler = XRayRules("web", xray.url, requests.Session())
        assert kept(sampler)


def test_the_whole_shop_follows_the_decision_of_its_first_service() -> None:
    found = records(
        {"RuleName": "checkout", "Priority": 1, "FixedRate": 1.0, "URLPath": "/orders", "ServiceName": "wb-web"},
        {"RuleName": "Default", "Priority": 10000, "FixedRate": 0.0},
    )
    with collecting(GetSamplingRules=found) as xray:
        chosen = {"OTEL_TRACES_SAMPLER": "xray", "SHOP_PREFIX": "wb-"}
        with launch.shop(**xray.environment, **chosen) as shop:
            for path, body in (("/products", None), ("/orders", b'{"cart": {"mug": 1}}'), ("/", None)):
                urllib.request.urlopen(urllib.request.Request(shop.web.url + path, body), timeout=10).close()
        assert sorted(span.name for span in xray.spans if span.kind == 2) == [
            "POST /orders", "POST /orders", "POST /total",
        ]  # fmt: skip


def wait_for(xray: Collector, condition: Any, limit: float = 10) -> None:
    with xray.arrived:
        assert xray.arrived.wait_for(condition, limit)
