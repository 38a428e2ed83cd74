"""SLO alerts in the local cloud: a burn pages once, its end is seen, definitions replay as they were put."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from helpers import aws, slo
from helpers.observability import inbox
from helpers.slo import cloud, documents

LAB, OBJECTIVE = "tiny", slo.Objective(0.999)


pytestmark = pytest.mark.usefixtures("learner")


def put_fast(service: str = "wb-ada-shop") -> str:
    cloud.put_pair(aws.name("fast"), slo.STANDARD[0], OBJECTIVE, service, LAB, "https://wiki.example.com")
    return aws.name("fast")


def test_a_burn_pages_once_and_ends_with_its_short_window() -> None:
    shop, page = "wb-ada-shop", cloud.topic("page", LAB)
    fast, telephone = put_fast(), inbox(page, LAB)
    cloud.record(shop, [(1000, 0)] * 70)
    cloud.serve(shop, 1000, 0, "OK", lambda: cloud.states(fast)[fast] == "OK", 20)
    cloud.serve(shop, 1000, 500, "ALARM", lambda: cloud.states(fast)[fast] == "ALARM", 20)
    told = telephone.wait_for("the page", lambda message: True, limit=20)
    assert (told["AlarmName"], told["NewStateValue"]) == (fast, "ALARM")
    cloud.serve(shop, 1000, 0, "the end", lambda: cloud.states(fast)[fast] == "OK", 20)
    assert cloud.states(f"{fast}-long", "wb-ada-none") == {f"{fast}-long": "ALARM", "wb-ada-none": "none"}
    assert telephone.messages() == []


def test_what_cloudwatch_describes_replays_like_the_policy() -> None:
    put_fast()
    month = slo.month(2)
    found = cloud.rehearse(month, "wb-ada-shop")
    expected = slo.replay(month.minutes, OBJECTIVE, slo.STANDARD[:1])
    assert [(each.start, each.end) for each in found] == [(each.start, each.end) for each in expected]
    assert {(each.rule, each.action) for each in found} == {(aws.name("fast"), "page")}


def test_only_the_learners_own_alarms_are_read() -> None:
    put_fast()
    stranger = {"AlarmRule": "FALSE"}
    aws.client("cloudwatch").put_composite_alarm(AlarmName="wb-adam-fast", **stranger)
    aws.client("cloudwatch").put_composite_alarm(AlarmName="fast", **stranger)
    assert sorted(cloud.definitions().alarms) == ["wb-ada-fast", "wb-ada-fast-long", "wb-ada-fast-short"]


def test_many_minutes_go_in_batches_that_the_api_takes() -> None:
    cloud.record("wb-ada-shop", [(10, 1)] * 700)
    now = datetime.now(UTC)
    for name, total in (("Requests", 7000), ("Errors", 700)):
        answer = aws.client("cloudwatch").get_metric_statistics(
            **cloud.metric(name, "wb-ada-shop"), Statistics=["Sum"], Period=60,
            StartTime=now - timedelta(seconds=900), EndTime=now + timedelta(seconds=60),
        )  # fmt: skip
        assert sum(point["Sum"] for point in answer["Datapoints"]) == total


def test_a_document_is_kept_over_the_one_before_and_with_tags() -> None:
    assert documents.load("policy") is None
    name = documents.store("policy", [1], LAB)
    assert documents.store("policy", {"a": [2]}, LAB) == name == "wb-ada-policy"
    assert documents.load("policy") == {"a": [2]}
    kept = aws.client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    assert {"Key": "workbook:lab", "Value": LAB} in kept


def test_a_parameter_that_is_no_json_is_named() -> None:
    aws.client("ssm").put_parameter(Name="wb-ada-policy", Value="page me", Type="String")
    with pytest.raises(ValueError, match="wb-ada-policy holds no JSON"):
        documents.load("policy")
