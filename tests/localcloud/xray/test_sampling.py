"""Sampling rules, and quotas for the clients that report on them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.support import TestCloud, eventually

RULE: dict[str, Any] = {
    "RuleName": "orders",
    "Priority": 100,
    "FixedRate": 0.1,
    "ReservoirSize": 10,
    "ResourceARN": "*",
    "ServiceName": "orders",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "/orders/*",
    "Version": 1,
}


def report(client: str, *, rule: str = "orders", requests: int = 110, sampled: int = 20, borrowed: int = 10) -> Any:
    counts = {"RequestCount": requests, "SampledCount": sampled, "BorrowCount": borrowed}
    return {"RuleName": rule, "ClientID": client * 24, "Timestamp": time.time(), **counts}


def quota(xray: Any, client: str) -> int:
    (target,) = xray.get_sampling_targets(SamplingStatisticsDocuments=[report(client)])["SamplingTargetDocuments"]
    found: int = target["ReservoirQuota"]
    return found


def names(xray: Any) -> list[str]:
    return [record["SamplingRule"]["RuleName"] for record in xray.get_sampling_rules()["SamplingRuleRecords"]]


def test_the_default_rule_is_always_there_and_last(xray: Any) -> None:
    (record,) = xray.get_sampling_rules()["SamplingRuleRecords"]
    rule = record["SamplingRule"]
    assert (rule["RuleName"], rule["Priority"], rule["ReservoirSize"], rule["FixedRate"]) == ("Default", 10000, 1, 0.05)
    with pytest.raises(ClientError, match="cannot be deleted"):
        xray.delete_sampling_rule(RuleName="Default")
    changed = xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 0.2})
    assert changed["SamplingRuleRecord"]["SamplingRule"]["FixedRate"] == 0.2
    with pytest.raises(ClientError, match="only FixedRate and ReservoirSize"):
        xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "Priority": 5})
    assert names(xray) == ["Default"]


def test_rules_come_in_the_order_in_which_they_are_tried(xray: Any) -> None:
    for name, priority in (("b", 9), ("z", 1), ("a", 9)):
        xray.create_sampling_rule(SamplingRule=RULE | {"RuleName": name, "Priority": priority})
    assert names(xray) == ["z", "a", "b", "Default"]
    xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "z", "Priority": 50})
    xray.delete_sampling_rule(RuleName="a")
    assert names(xray) == ["b", "z", "Default"]


def test_a_rule_keeps_what_it_was_made_with(xray: Any) -> None:
    record = xray.create_sampling_rule(SamplingRule=RULE | {"Attributes": {"tier": "gold"}})["SamplingRuleRecord"]
    assert RULE.items() <= record["SamplingRule"].items()
    assert record["SamplingRule"]["Attributes"] == {"tier": "gold"}
    arn = record["SamplingRule"]["RuleARN"]
    assert arn.endswith(":sampling-rule/orders")
    changed = xray.update_sampling_rule(SamplingRuleUpdate={"RuleARN": arn, "ReservoirSize": 3})["SamplingRuleRecord"]
    assert changed["SamplingRule"] == record["SamplingRule"] | {"ReservoirSize": 3}
    assert changed["ModifiedAt"] >= changed["CreatedAt"] == record["CreatedAt"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"Priority": 0}, "(?i)priority"),
        ({"Priority": 10_000}, "(?i)priority"),
        ({"FixedRate": 1.5}, "(?i)fixedRate"),
        ({"Version": 2}, "Version is 2"),
        ({"RuleName": "Default"}, "exists already"),
        ({"RuleName": "n" * 33}, "(?i)ruleName"),
    ],
)
def test_rules_that_make_no_sense_are_refused(cloud: TestCloud, more: dict[str, Any], says: str) -> None:
    xray = cloud.client("xray", parameter_validation=False)
    with pytest.raises(ClientError, match=says) as refusal:
        xray.create_sampling_rule(SamplingRule=RULE | more)
    assert refusal.value.response["Error"]["Code"] == "InvalidRequestException"
    assert names(xray) == ["Default"]


def test_a_change_that_makes_no_sense_is_refused(xray: Any) -> None:
    xray.create_sampling_rule(SamplingRule=RULE)
    for change, says in [
        ({"Priority": 10_000}, "1 to 9999"),
        ({"FixedRate": -0.1}, "0 to 1"),
        ({"ReservoirSize": -1}, "0 or more"),
    ]:
        with pytest.raises(ClientError, match=says):
            xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "orders", **change})
    with pytest.raises(ClientError, match="no sampling rule nobody"):
        xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "nobody"})


def test_there_are_at_most_25_rules_of_ones_own(xray: Any) -> None:
    for number in range(25):
        xray.create_sampling_rule(SamplingRule=RULE | {"RuleName": f"rule{number}"})
    with pytest.raises(ClientError) as refusal:
        xray.create_sampling_rule(SamplingRule=RULE)
    assert refusal.value.response["Error"]["Code"] == "RuleLimitExceededException"


def test_the_reservoir_is_shared_among_the_clients_that_report(xray: Any) -> None:
    xray.create_sampling_rule(SamplingRule=RULE)
    assert quota(xray, "a") == 10
    assert quota(xray, "b") == 5
    assert quota(xray, "c") == 3
    assert sorted(quota(xray, client) for client in "abc") == [3, 3, 4]


def test_a_client_that_stays_away_gives_its_share_back(xray: Any) -> None:
    xray.create_sampling_rule(SamplingRule=RULE)
    answers = xray.get_sampling_targets(SamplingStatisticsDocuments=[report("a"), report("b")])
    until = max(target["ReservoirQuotaTTL"].timestamp() for target in answers["SamplingTargetDocuments"])
    # Five minutes of AWS's are five seconds here.
    assert 0 < until - time.time() <= 6
    assert eventually(lambda: quota(xray, "a") == 10, what="the share of the client that stays away")
    assert time.time() >= until


def test_a_report_is_answered_with_the_rule_as_it_is(xray: Any) -> None:
    xray.create_sampling_rule(SamplingRule=RULE)
    answer = xray.get_sampling_targets(SamplingStatisticsDocuments=[report("a"), report("b", rule="Default")])
    rates = {target["RuleName"]: target["FixedRate"] for target in answer["SamplingTargetDocuments"]}
    assert rates == {"orders": 0.1, "Default": 0.05}
    assert {target["Interval"] for target in answer["SamplingTargetDocuments"]} == {1}
    assert abs(answer["LastRuleModification"].timestamp() - time.time()) < 60


def test_a_bad_report_does_not_keep_the_good_ones_out(xray: Any) -> None:
    xray.create_sampling_rule(SamplingRule=RULE)
    boost = {"RuleName": "orders", "ServiceName": "orders", "Timestamp": time.time()}
    boost |= {"AnomalyCount": 1, "TotalCount": 2, "SampledAnomalyCount": 1}
    answer = xray.get_sampling_targets(
        SamplingStatisticsDocuments=[report("a", rule="nobody"), report("b", sampled=200), report("c")],
        SamplingBoostStatisticsDocuments=[boost],
    )
    assert [target["RuleName"] for target in answer["SamplingTargetDocuments"]] == ["orders"]
    assert [(bad["RuleName"], bad["ErrorCode"]) for bad in answer["UnprocessedStatistics"]] == [
        ("nobody", "InvalidRequestException"),
        ("orders", "InvalidRequestException"),
    ]
    assert "200 were sampled" in answer["UnprocessedStatistics"][1]["Message"]
    assert [bad["RuleName"] for bad in answer["UnprocessedBoostStatistics"]] == ["orders"]


def test_statistics_add_up_what_clients_reported(xray: Any) -> None:
    xray.create_sampling_rule(SamplingRule=RULE)
    xray.get_sampling_targets(SamplingStatisticsDocuments=[report("a"), report("b", requests=5, sampled=5, borrowed=1)])
    (summary,) = xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
    assert (summary["RequestCount"], summary["SampledCount"], summary["BorrowCount"]) == (115, 25, 11)
    xray.delete_sampling_rule(RuleName="orders")
    assert xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"] == []


def test_rules_and_quotas_outlive_a_kill(private_cloud: TestCloud) -> None:
    private_cloud.client("xray").create_sampling_rule(SamplingRule=RULE)
    assert quota(private_cloud.client("xray"), "a") == 10
    private_cloud.kill()
    private_cloud.restart()
    assert names(private_cloud.client("xray")) == ["orders", "Default"]
