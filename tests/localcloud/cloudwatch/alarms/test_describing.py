"""DescribeAlarms and its filters, DescribeAlarmsForMetric, history, tags, mute rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.cloudwatch.alarms.inbox import (
    Inbox,
    described,
    history,
    put_alarm,
    put_quiet,
    set_state,
    state,
)
from tests.localcloud.support import TestCloud, eventually

BOTH = ["MetricAlarm", "CompositeAlarm"]


def names(alarms: list[dict[str, Any]]) -> list[str]:
    return [alarm["AlarmName"] for alarm in alarms]


@pytest.fixture
def family(cloud: TestCloud) -> TestCloud:
    """Three metric alarms and two composites above them."""
    put_quiet(cloud, "web-errors", "web-latency", "orders-errors")
    client = cloud.client("cloudwatch")
    client.put_composite_alarm(AlarmName="web", AlarmRule='ALARM("web-errors") OR ALARM("web-latency")')
    client.put_composite_alarm(AlarmName="shop", AlarmRule="ALARM(web) OR ALARM(orders-errors)")
    return cloud


def test_only_metric_alarms_are_shown_unless_asked(family: TestCloud) -> None:
    client = family.client("cloudwatch")
    answer = client.describe_alarms()
    assert names(answer["MetricAlarms"]) == ["orders-errors", "web-errors", "web-latency"]
    assert answer["CompositeAlarms"] == []
    answer = client.describe_alarms(AlarmTypes=["CompositeAlarm"])
    assert (names(answer["CompositeAlarms"]), answer["MetricAlarms"]) == (["shop", "web"], [])


def test_filters(family: TestCloud) -> None:
    client = family.client("cloudwatch")
    topic = f"arn:aws:sns:us-east-1:{family.account}:pager"
    put_alarm(family, "paged", MetricName="Never", TreatMissingData="ignore", AlarmActions=[topic])
    set_state(family, "web-errors", "ALARM")
    assert names(client.describe_alarms(AlarmNamePrefix="web-")["MetricAlarms"]) == ["web-errors", "web-latency"]
    assert names(client.describe_alarms(AlarmNames=["web-errors", "nobody"])["MetricAlarms"]) == ["web-errors"]
    assert names(client.describe_alarms(StateValue="ALARM")["MetricAlarms"]) == ["web-errors"]
    shown = client.describe_alarms(StateValue="ALARM", AlarmTypes=BOTH)
    assert names(shown["CompositeAlarms"]) == ["shop", "web"]
    assert names(client.describe_alarms(ActionPrefix=topic[:-2])["MetricAlarms"]) == ["paged"]
    with pytest.raises(ClientError, match="must not be given together"):
        client.describe_alarms(AlarmNames=["a"], AlarmNamePrefix="a")


def test_pages_hold_both_kinds(family: TestCloud) -> None:
    pages = (
        family.client("cloudwatch")
        .get_paginator("describe_alarms")
        .paginate(AlarmTypes=BOTH, PaginationConfig={"PageSize": 2})
    )
    found = [names(page["CompositeAlarms"]) + names(page["MetricAlarms"]) for page in pages]
    assert found == [["shop", "web"], ["orders-errors", "web-errors"], ["web-latency"]]


def test_relatives_show_what_aws_shows_of_them(family: TestCloud) -> None:
    client = family.client("cloudwatch")
    children = client.describe_alarms(ChildrenOfAlarmName="shop")
    assert names(children["CompositeAlarms"] + children["MetricAlarms"]) == ["web", "orders-errors"]
    assert children["MetricAlarms"][0].keys() == {"AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp"}
    parents = client.describe_alarms(ParentsOfAlarmName="web-errors")["CompositeAlarms"]
    assert [alarm.keys() for alarm in parents] == [{"AlarmName", "AlarmArn"}]
    with pytest.raises(ClientError, match="MaxRecords and NextToken only"):
        client.describe_alarms(ChildrenOfAlarmName="shop", StateValue="OK")


def test_what_was_put_is_described(cloud: TestCloud) -> None:
    settings = {
        "AlarmDescription": "text",
        "ActionsEnabled": False,
        "Dimensions": [{"Name": "Service", "Value": "web"}],
        "Unit": "Count",
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "TreatMissingData": "ignore",
    }
    put_alarm(cloud, "a", **settings)
    shown = described(cloud, "a")
    assert {key: shown[key] for key in settings} == settings
    assert shown["AlarmArn"] == f"arn:aws:cloudwatch:us-east-1:{cloud.account}:alarm:a"
    assert (shown["OKActions"], shown["AlarmActions"], shown["InsufficientDataActions"]) == ([], [], [])
    put_alarm(cloud, "a", TreatMissingData="ignore")
    assert "AlarmDescription" not in described(cloud, "a")
    assert described(cloud, "a")["ActionsEnabled"] is True


def test_an_update_keeps_state_and_tags(cloud: TestCloud) -> None:
    put_quiet(cloud, "a", Tags=[{"Key": "team", "Value": "web"}])
    set_state(cloud, "a", "ALARM")
    put_alarm(cloud, "a", TreatMissingData="ignore", MetricName="Never", Threshold=7, Tags=[{"Key": "x", "Value": "y"}])
    assert (state(cloud, "a"), described(cloud, "a")["Threshold"]) == ("ALARM", 7)
    client = cloud.client("cloudwatch")
    arn = described(cloud, "a")["AlarmArn"]
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "team", "Value": "web"}]


def test_alarms_are_found_by_their_metric(cloud: TestCloud) -> None:
    web = [{"Name": "Service", "Value": "web"}]
    put_alarm(cloud, "web", Dimensions=web)
    put_alarm(cloud, "all")
    put_alarm(cloud, "minutes", Period=300)
    client = cloud.client("cloudwatch")
    asked = {"Namespace": "Shop", "MetricName": "Errors"}
    assert names(client.describe_alarms_for_metric(**asked)["MetricAlarms"]) == ["all", "minutes"]
    assert names(client.describe_alarms_for_metric(**asked, Dimensions=web)["MetricAlarms"]) == ["web"]
    assert names(client.describe_alarms_for_metric(**asked, Period=300)["MetricAlarms"]) == ["minutes"]
    assert client.describe_alarms_for_metric(**asked, Statistic="Average")["MetricAlarms"] == []


def test_alarms_of_another_account_or_region_are_nobodys_business(cloud: TestCloud) -> None:
    put_alarm(cloud, "a")
    assert cloud.client("cloudwatch", region="eu-west-1").describe_alarms()["MetricAlarms"] == []
    assert cloud.client("cloudwatch", account="999988887777").describe_alarms(AlarmNames=["a"])["MetricAlarms"] == []


def test_history_tells_what_was_done_and_what_happened(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    put_quiet(cloud, "a")
    client.disable_alarm_actions(AlarmNames=["a"])
    set_state(cloud, "a", "ALARM", "a test")
    client.delete_alarms(AlarmNames=["a"])
    configured = history(cloud, "a", "ConfigurationUpdate")
    assert [item["HistorySummary"] for item in configured] == [
        'Alarm "a" created',
        'Alarm "a" updated',
        'Alarm "a" deleted',
    ]
    created = json.loads(configured[0]["HistoryData"])
    assert (created["type"], created["createdAlarm"]["threshold"]) == ("Create", 1.0)
    assert json.loads(configured[1]["HistoryData"])["updatedAlarm"]["actionsEnabled"] is False
    change = history(cloud, "a")[-1]
    assert change["HistorySummary"] == "Alarm updated from OK to ALARM"
    assert json.loads(change["HistoryData"]) == {
        "version": "1.0",
        "oldState": {"stateValue": "OK", "stateReason": "by hand"},
        "newState": {"stateValue": "ALARM", "stateReason": "a test"},
    }


def test_history_is_filtered_and_paged(family: TestCloud) -> None:
    client = family.client("cloudwatch")
    everything = client.describe_alarm_history(MaxRecords=100)["AlarmHistoryItems"]
    assert {item["AlarmType"] for item in everything} == {"MetricAlarm"}
    moments = [item["Timestamp"] for item in everything]
    assert moments == sorted(moments, reverse=True)
    assert client.describe_alarm_history(AlarmName="web")["AlarmHistoryItems"] == []
    composites = client.describe_alarm_history(AlarmTypes=["CompositeAlarm"])["AlarmHistoryItems"]
    assert {item["AlarmName"] for item in composites} == {"web", "shop"}
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert client.describe_alarm_history(StartDate=tomorrow)["AlarmHistoryItems"] == []
    assert len(client.describe_alarm_history(EndDate=tomorrow, MaxRecords=2)["AlarmHistoryItems"]) == 2


def test_tags_of_alarms(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    put_alarm(cloud, "a", Tags=[{"Key": "team", "Value": "web"}])
    arn = described(cloud, "a")["AlarmArn"]
    client.tag_resource(ResourceARN=arn, Tags=[{"Key": "team", "Value": "orders"}, {"Key": "tier", "Value": "1"}])
    client.untag_resource(ResourceARN=arn, TagKeys=["tier", "nothing"])
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "team", "Value": "orders"}]
    for missing in (f"{arn}x", arn.replace("us-east-1", "eu-west-1"), "arn:aws:cloudwatch:us-east-1:1:metric-stream/x"):
        with pytest.raises(ClientError) as caught:
            client.tag_resource(ResourceARN=missing, Tags=[])
        assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_mute_rule_holds_actions_back_and_lets_them_go(cloud: TestCloud, inbox: Inbox) -> None:
    client = cloud.client("cloudwatch")
    put_quiet(cloud, "a", "loud", AlarmActions=[inbox.topic])
    schedule = {"Expression": "cron(* * * * *)", "Duration": "P15D", "Timezone": "Europe/London"}
    client.put_alarm_mute_rule(
        Name="night",
        Description="we sleep",
        Rule={"Schedule": schedule},
        MuteTargets={"AlarmNames": ["a"]},
        Tags=[{"Key": "team", "Value": "web"}],
    )
    rule = client.get_alarm_mute_rule(AlarmMuteRuleName="night")
    assert rule["AlarmMuteRuleArn"] == f"arn:aws:cloudwatch:us-east-1:{cloud.account}:alarm-mute-rule:night"
    assert (rule["Status"], rule["MuteType"], rule["Rule"]) == ("ACTIVE", "RECURRING", {"Schedule": schedule})
    assert client.list_tags_for_resource(ResourceARN=rule["AlarmMuteRuleArn"])["Tags"]
    set_state(cloud, "a", "ALARM")
    assert state(cloud, "a") == "ALARM"
    # Actions are taken in their order: with this message that of the other would have come, too.
    set_state(cloud, "loud", "ALARM")
    assert [message["AlarmName"] for message in inbox.wait_for(1)] == ["loud"]
    assert history(cloud, "a", "Action") == []
    client.delete_alarm_mute_rule(AlarmMuteRuleName="night")
    client.delete_alarm_mute_rule(AlarmMuteRuleName="night")
    last = inbox.wait_for(2)[-1]
    assert (last["AlarmName"], last["NewStateValue"]) == ("a", "ALARM")
    eventually(lambda: history(cloud, "a", "Action"))


def test_mute_rules_are_listed_by_alarm_and_status(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    put_alarm(cloud, "a")
    put_alarm(cloud, "b")
    at, always = "at(2099-01-01T00:00)", "cron(* * * * *)"
    for name, expression, target in (("later", at, "a"), ("now", always, "a"), ("other", always, "b")):
        rule = {"Schedule": {"Expression": expression, "Duration": "P1D"}}
        client.put_alarm_mute_rule(Name=name, Rule=rule, MuteTargets={"AlarmNames": [target]})

    def listed(**asked: Any) -> list[str]:
        pages = client.get_paginator("list_alarm_mute_rules").paginate(**asked, PaginationConfig={"PageSize": 1})
        return [s["AlarmMuteRuleArn"].rpartition(":")[2] for page in pages for s in page["AlarmMuteRuleSummaries"]]

    assert listed() == ["later", "now", "other"]
    assert listed(AlarmName="a") == ["later", "now"]
    assert listed(Statuses=["SCHEDULED"]) == ["later"]


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ({"Expression": "daily", "Duration": "PT1H"}, "neither cron"),
        ({"Expression": "cron(0 2 * * *)", "Duration": "1h"}, "not a duration"),
        ({"Expression": "cron(0 2 * * *)", "Duration": "P16D"}, "between PT1M and P15D"),
        ({"Expression": "cron(0 2 * * *)", "Duration": "PT1H", "Timezone": "Mars"}, "no time zone 'Mars'"),
    ],
)
def test_a_mute_rule_that_makes_no_sense(cloud: TestCloud, schedule: dict[str, str], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        cloud.client("cloudwatch").put_alarm_mute_rule(Name="r", Rule={"Schedule": schedule})


def test_a_mute_rule_for_nobody(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    rule = {"Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "PT1H"}}
    with pytest.raises(ClientError, match="ghost"):
        client.put_alarm_mute_rule(Name="r", Rule=rule, MuteTargets={"AlarmNames": ["ghost"]})
    with pytest.raises(ClientError) as caught:
        client.get_alarm_mute_rule(AlarmMuteRuleName="r")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_suppressor_shows_in_the_description(cloud: TestCloud, inbox: Inbox) -> None:
    client = cloud.client("cloudwatch")
    put_quiet(cloud, "child", "maintenance")
    set_state(cloud, "maintenance", "ALARM")
    client.put_composite_alarm(
        AlarmName="c",
        AlarmRule="ALARM(child)",
        AlarmActions=[inbox.topic],
        ActionsSuppressor=described(cloud, "maintenance")["AlarmArn"],
        ActionsSuppressorWaitPeriod=6000,
        ActionsSuppressorExtensionPeriod=60,
    )
    set_state(cloud, "child", "ALARM")
    assert described(cloud, "c")["ActionsSuppressedBy"] == "Alarm"
    set_state(cloud, "maintenance", "OK")
    assert inbox.wait_for(1)[0]["AlarmName"] == "c"
    assert "ActionsSuppressedBy" not in described(cloud, "c")
    set_state(cloud, "child", "OK")
    assert described(cloud, "c")["ActionsSuppressedBy"] == "WaitPeriod"
