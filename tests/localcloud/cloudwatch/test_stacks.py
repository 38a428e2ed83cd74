"""Alarms, dashboards, log groups and filters made by CloudFormation are those of our services."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.support import TestCloud, eventually

BODY = json.dumps({"widgets": [{"type": "text", "properties": {"markdown": "# Shop"}}]})


def template(threshold: str = "5", days: int = 7, **more: Any) -> dict[str, Any]:
    return {
        "Resources": {
            "Group": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"LogGroupName": "/stack/web", "RetentionInDays": days, **more},
            },
            "Filter": {
                "Type": "AWS::Logs::MetricFilter",
                "Properties": {
                    "LogGroupName": {"Ref": "Group"},
                    "FilterPattern": "{ $.status >= 500 }",
                    "MetricTransformations": [
                        {"MetricName": "errors", "MetricNamespace": "Stack", "MetricValue": "1", "DefaultValue": 0}
                    ],
                },
            },
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "Metrics": [
                        {"Id": "rate", "Expression": "FILL(errors, 0)"},
                        {
                            "Id": "errors",
                            "ReturnData": False,
                            "MetricStat": {
                                "Metric": {"Namespace": "Stack", "MetricName": "errors"},
                                "Period": "60",
                                "Stat": "Sum",
                            },
                        },
                    ],
                    "EvaluationPeriods": "1",
                    "Threshold": threshold,
                    "ComparisonOperator": "GreaterThanThreshold",
                    "Tags": [{"Key": "team", "Value": "shop"}],
                },
            },
            "Both": {
                "Type": "AWS::CloudWatch::CompositeAlarm",
                "Properties": {"AlarmName": "both", "AlarmRule": {"Fn::Sub": 'ALARM("${Alarm}")'}},
            },
            "Board": {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": BODY}},
        },
        "Outputs": {"AlarmArn": {"Value": {"Fn::GetAtt": ["Alarm", "Arn"]}}, "Alarm": {"Value": {"Ref": "Alarm"}}},
    }


def ended(cloud: TestCloud, wanted: str) -> dict[str, Any]:
    client = cloud.client("cloudformation")

    def stack() -> dict[str, Any] | None:
        found: dict[str, Any] = client.describe_stacks(StackName="shop")["Stacks"][0]
        return None if found["StackStatus"].endswith("_IN_PROGRESS") else found

    found = eventually(stack, what="the end of the operation")
    assert found["StackStatus"] == wanted, client.describe_stack_events(StackName="shop")["StackEvents"]
    return found


def test_a_stack_is_made_changed_and_deleted(cloud: TestCloud) -> None:
    stacks, cloudwatch, logs = cloud.client("cloudformation"), cloud.client("cloudwatch"), cloud.client("logs")
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(template()))
    outputs = {output["OutputKey"]: output["OutputValue"] for output in ended(cloud, "CREATE_COMPLETE")["Outputs"]}
    alarm = cloudwatch.describe_alarms(AlarmNames=[outputs["Alarm"]])["MetricAlarms"][0]
    assert (alarm["Threshold"], alarm["AlarmArn"]) == (5, outputs["AlarmArn"])
    assert alarm["Metrics"][1]["MetricStat"]["Period"] == 60
    assert len(cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]) == 1
    assert len(cloudwatch.list_dashboards()["DashboardEntries"]) == 1
    assert logs.describe_metric_filters(logGroupName="/stack/web")["metricFilters"][0]["filterPattern"]

    logs.create_log_stream(logGroupName="/stack/web", logStreamName="kept")
    stacks.update_stack(StackName="shop", TemplateBody=json.dumps(template("9", 14)))
    ended(cloud, "UPDATE_COMPLETE")
    assert cloudwatch.describe_alarms(AlarmNames=[outputs["Alarm"]])["MetricAlarms"][0]["Threshold"] == 9
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 14
    assert logs.describe_log_streams(logGroupName="/stack/web")["logStreams"][0]["logStreamName"] == "kept"

    stacks.delete_stack(StackName="shop")

    def left() -> list[Any]:
        everything = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        return [
            *everything["MetricAlarms"], *everything["CompositeAlarms"],
            *cloudwatch.list_dashboards()["DashboardEntries"], *logs.describe_log_groups()["logGroups"],
        ]  # fmt: skip

    eventually(lambda: not left(), what="the end of all that the stack made")


def test_a_refusal_of_ours_rolls_the_stack_back_with_its_reason(cloud: TestCloud) -> None:
    stacks = cloud.client("cloudformation")
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(template(days=8)))
    ended(cloud, "ROLLBACK_COMPLETE")
    reasons = [
        event.get("ResourceStatusReason", "") for event in stacks.describe_stack_events(StackName="shop")["StackEvents"]
    ]
    assert any("retention" in reason.lower() for reason in reasons), reasons
    with pytest.raises(ClientError):
        cloud.client("logs").describe_log_streams(logGroupName="/stack/web")


def test_drift_of_a_log_group_and_of_an_alarm_is_seen(cloud: TestCloud) -> None:
    stacks, logs = cloud.client("cloudformation"), cloud.client("logs")
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(template()))
    ended(cloud, "CREATE_COMPLETE")
    assert set(drift(cloud).values()) == {"IN_SYNC"}
    logs.put_retention_policy(logGroupName="/stack/web", retentionInDays=30)
    states = drift(cloud)
    assert states["Group"] == "MODIFIED"
    assert states["Alarm"] == "IN_SYNC"


def drift(cloud: TestCloud) -> dict[str, str]:
    """Detect the drift of the stack and return the status of each resource."""
    stacks = cloud.client("cloudformation")
    detection = stacks.detect_stack_drift(StackName="shop")["StackDriftDetectionId"]

    def detected() -> dict[str, Any] | None:
        status: dict[str, Any] = stacks.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        return None if status["DetectionStatus"] == "DETECTION_IN_PROGRESS" else status

    eventually(detected, what="the end of the detection")
    drifts = stacks.describe_stack_resource_drifts(StackName="shop")["StackResourceDrifts"]
    return {drift["LogicalResourceId"]: drift["StackResourceDriftStatus"] for drift in drifts}
