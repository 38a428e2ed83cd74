"""What the cloud says of the pipeline, of the alias that customers ask, and of the deployments to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from helpers import aws

Document = dict[str, Any]
PRODUCTION = "Production"
UNDER_WAY = ["Created", "Queued", "InProgress", "Baking", "Ready"]


def executions() -> list[Document]:
    """Return the pipeline's executions, the newest first."""
    pages = aws.client("codepipeline").get_paginator("list_pipeline_executions")
    found = pages.paginate(pipelineName=aws.name("release"))
    return [each for page in found for each in page["pipelineExecutionSummaries"]]


def actions(execution: str) -> list[Document]:
    """Return the actions of an execution, the newest first."""
    pages = aws.client("codepipeline").get_paginator("list_action_executions")
    found = pages.paginate(pipelineName=aws.name("release"), filter={"pipelineExecutionId": execution})
    return [each for page in found for each in page["actionExecutionDetails"]]


def rules(execution: str) -> list[Document]:
    """Return the rules of conditions that were asked for an execution, the newest first."""
    answer = aws.client("codepipeline").list_rule_executions(
        pipelineName=aws.name("release"), filter={"pipelineExecutionId": execution}
    )
    return list(answer["ruleExecutionDetails"])


def last_stage(execution: str) -> str:
    """Return the stage of the newest action or rule of an execution: a gate that stays shut is an end, too."""
    found = [*actions(execution), *rules(execution)]
    return str(max(found, key=lambda each: each["startTime"])["stageName"]) if found else "Source"


def deployments(since: float) -> list[Document]:
    """Return what CodeDeploy has begun since the moment `since` (epoch seconds), the oldest first."""
    client, moment = aws.client("codedeploy"), datetime.fromtimestamp(since, UTC)
    ids = client.list_deployments(**_group(), createTimeRange={"start": moment})["deployments"]
    found = [client.get_deployment(deploymentId=each)["deploymentInfo"] for each in ids]
    return sorted(found, key=lambda each: each["createTime"])


def moved(since: float) -> dict[str, float]:
    """Return the versions to which CodeDeploy has moved all calls since a moment, each with when (epoch seconds).

    Some have had them for an instant only, until a hook failed: no look at the alias is sure to see that.
    """
    client, found = aws.client("codedeploy"), {}
    for id_ in (each["deploymentId"] for each in deployments(since)):
        for name in client.list_deployment_targets(deploymentId=id_)["targetIds"]:
            target = client.get_deployment_target(deploymentId=id_, targetId=name)["deploymentTarget"]["lambdaTarget"]
            for event in target["lifecycleEvents"]:
                if (event["lifecycleEventName"], event["status"]) == ("AllowTraffic", "Succeeded"):
                    found[target["lambdaFunctionInfo"]["targetVersion"]] = event["endTime"].timestamp()
    return found


def deploying() -> bool:
    """Return whether a deployment to the alias is under way."""
    found = aws.client("codedeploy").list_deployments(**_group(), includeOnlyStatuses=UNDER_WAY)
    return bool(found["deployments"])


def _group() -> dict[str, str]:
    return {"applicationName": aws.name("pricing"), "deploymentGroupName": "live"}


def versions() -> set[str]:
    """Return the versions of the function that there are."""
    pages = aws.client("lambda").get_paginator("list_versions_by_function")
    found = pages.paginate(FunctionName=aws.name("pricing"))
    return {each["Version"] for page in found for each in page["Versions"]}


def weights() -> dict[str, float]:
    """Return the share of the calls (0 to 1) that each version gets from the alias."""
    alias = aws.client("lambda").get_alias(FunctionName=aws.name("pricing"), Name="live")
    others: dict[str, float] = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    return {alias["FunctionVersion"]: 1 - sum(others.values())} | others


def main_version() -> str:
    """Return the version that gets whatever the alias gives to no other."""
    return next(iter(weights()))


def release_of(version: str) -> str:
    """Return which release a version of the function says it is, "" if it says nothing."""
    question = json.dumps({"cart": {"mug": 1}, "country": "AT"}).encode()
    said = aws.client("lambda").invoke(FunctionName=aws.name("pricing"), Qualifier=version, Payload=question)
    return str(json.loads(said["Payload"].read()).get("release", ""))


def restore(version: str) -> None:
    """Give a version everything that customers ask of the alias, as whoever is on call does by hand."""
    aws.client("lambda").update_alias(
        FunctionName=aws.name("pricing"), Name="live", FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": {}},
    )  # fmt: skip


def steps(begun: Sequence[Document], since: float) -> list[Document]:
    """Return what happened in executions and to the alias since a moment, each with name, status, start and end.

    Moments are epoch seconds; the end of what goes on is None. `begun` are executions, the newest first; the steps of
    a second release have a number, and those of a rollback say so.
    """
    own = [each["pipelineExecutionId"] for each in reversed(begun) if each.get("executionType") != "ROLLBACK"]
    found = []
    for id_ in (each["pipelineExecutionId"] for each in begun):
        before = "back: " if id_ not in own else "2: " if own.index(id_) else ""
        found += [_of_pipeline(run, before) for run in (*actions(id_), *rules(id_))]
    deployed = [_of_deploy(each, found) for each in deployments(since)]
    return sorted([*found, *deployed], key=lambda step: step["start"])


def _of_pipeline(run: Document, before: str) -> Document:
    going, end = run["status"] == "InProgress", run.get("lastUpdateTime")
    name = before + (run.get("ruleName") or run["stageName"])
    return _step(name, run["status"], run["startTime"], None if going else end)


def _of_deploy(deployment: Document, found: Sequence[Document]) -> Document:
    """A deployment is named like the step among `found` that made it; a rollback is CodeDeploy's own."""
    begun = deployment["createTime"].timestamp()
    makers = [step for step in found if step["name"].endswith(PRODUCTION) and step["start"] <= begun]
    maker = max(makers, key=lambda step: step["start"])["name"] if makers else PRODUCTION
    before = "back: " if deployment.get("creator") == "codeDeployRollback" else maker.removesuffix(PRODUCTION)
    return _step(f"{before}deployment", deployment["status"], deployment["createTime"], deployment.get("completeTime"))


def _step(name: str, status: str, start: datetime, end: datetime | None) -> Document:
    return {"name": name, "status": status, "start": start.timestamp(), "end": end.timestamp() if end else None}
