"""Changes the pipeline or the deployment group, and puts them back."""

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
