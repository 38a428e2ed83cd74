"""Changes the pipeline, the deployment group or the alarm, and puts them back."""

from __future__ import annotations

import json
from typing import Any

from helpers import aws
from labs.commit_to_production import stage


def pipeline() -> Any:
    """Return the declaration as it is."""
    return aws.client("codepipeline").get_pipeline(name=aws.name("release"))["pipeline"]


def put(declaration: Any) -> None:
    """Update the pipeline."""
    aws.client("codepipeline").update_pipeline(pipeline=declaration)


def stage_of(declaration: Any, name: str) -> Any:
    """Return the stage `name` of a declaration, to be changed in place."""
    return next(each for each in declaration["stages"] if each["name"] == name)


def tell(declaration: Any, **variables: str) -> None:
    """Give the deployment these variables, and only these."""
    given = [{"name": name, "value": value} for name, value in variables.items()]
    action = stage_of(declaration, "Production")["actions"][0]
    action["configuration"]["EnvironmentVariables"] = json.dumps(given)


def group(**settings: Any) -> None:
    """Update the deployment group; what is not named becomes what it was at first."""
    first = stage.group_as_it_was() | {
        "alarmConfiguration": {"enabled": False, "alarms": []},
        "autoRollbackConfiguration": {"enabled": False, "events": []},
    }
    request = {key: value for key, value in first.items() if key not in ("deploymentGroupName", "deploymentStyle")}
    aws.client("codedeploy").update_deployment_group(
        applicationName=aws.name("pricing"), currentDeploymentGroupName="live", **request | settings
    )


def guarded(alarm: str) -> None:
    """Give the deployment group a canary, this alarm, and rollbacks."""
    group(
        deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
        alarmConfiguration={"enabled": True, "alarms": [{"name": alarm}]},
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]},
    )


def watch(metric: str, expression: str, **settings: Any) -> None:
    """Have the alarm of the lab look at an expression of one metric: "asked", "good" or "errors"."""
    service = [{"Name": "Service", "Value": aws.name("pricing")}]
    told = {"Namespace": "Shop", "MetricName": metric.capitalize(), "Dimensions": service}
    stat = {"Id": metric, "ReturnData": False, "MetricStat": {"Metric": told, "Period": 60, "Stat": "Sum"}}
    hurt = {"Id": "hurt", "Expression": expression, "ReturnData": True}
    tags = [{"Key": key, "Value": value} for key, value in aws.tags(stage.LAB).items()]
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=aws.name("customers-hurt"), Metrics=[stat, hurt], EvaluationPeriods=1, Tags=tags,
        ComparisonOperator="GreaterThanThreshold",
        **{"Threshold": 0, "TreatMissingData": "notBreaching"} | settings,
    )  # fmt: skip


def forget_alarm() -> None:
    """Delete the alarm."""
    aws.client("cloudwatch").delete_alarms(AlarmNames=[aws.name("customers-hurt")])
