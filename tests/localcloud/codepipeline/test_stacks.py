"""Pipelines that stacks make run, and a pipeline deploys a stack that serves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localcloud.codepipeline.pipelines import ROLE, Bench, action, stage, zipped
from tests.localcloud.ecs.bench import Bench as Cluster
from tests.localcloud.elbv2.balancing import ask
from tests.localcloud.elbv2.fronts import Front, whole
from tests.localcloud.stacks import Document, Stack, att, ref, resource


def _action(name: str, kind: str, **more: Any) -> Document:
    category, provider = kind.split("/")
    type_ = {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}
    return {"Name": name, "ActionTypeId": type_, "RunOrder": "1", **more}


def resources(bench: Bench, *, extract: bool = True, **pipeline: Any) -> Document:
    """Return a pipeline from S3 to S3."""
    origin = {"S3Bucket": bench.source, "S3ObjectKey": "source.zip", "PollForSourceChanges": False}
    site = {"BucketName": bench.site, "Extract": extract, **({} if extract else {"ObjectKey": "code.zip"})}
    stages = [
        {
            "Name": "Source",
            "Actions": [_action("Object", "Source/S3", Configuration=origin, OutputArtifacts=[{"Name": "Code"}])],
        },
        {
            "Name": "Deploy",
            "Actions": [_action("Site", "Deploy/S3", Configuration=site, InputArtifacts=[{"Name": "Code"}])],
        },
    ]
    store = {"Type": "S3", "Location": bench.artifacts}
    given = {"RoleArn": ROLE, "ArtifactStore": store, "PipelineType": "V2", "Stages": stages}
    return {"Pipeline": resource("CodePipeline::Pipeline", **{**given, **pipeline})}


def test_a_pipeline_is_made_runs_is_changed_and_deleted(bench: Bench) -> None:
    stack, outputs = Stack(bench.cloud), {"Name": ref("Pipeline"), "Version": att("Pipeline", "Version")}
    bench.drop(page_html="one")
    tags = [{"Key": "team", "Value": "shop"}]
    made = stack.create(resources(bench, Tags=tags), outputs=outputs)
    name = made["Name"]
    (first,) = bench.api.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]
    assert bench.ended(first["pipelineExecutionId"], name) == "Succeeded"
    assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read() == b"one"
    arn = bench.api.get_pipeline(name=name)["metadata"]["pipelineArn"]
    assert bench.api.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "team", "value": "shop"}]

    door = [{"StageName": "Deploy", "Reason": "freeze"}]
    again = {"RestartExecutionOnUpdate": "true"}
    after = stack.update(resources(bench, extract=False, DisableInboundStageTransitions=door, **again), outputs=outputs)
    assert (after["Name"], made["Version"], after["Version"]) == (name, "1", "2")
    states = bench.api.get_pipeline_state(name=name)["stageStates"]
    assert states[1]["inboundTransitionState"]["disabledReason"] == "freeze"
    stack.update(resources(bench, extract=False), outputs=outputs)
    newest = bench.api.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"][0]
    assert newest["pipelineExecutionId"] != first["pipelineExecutionId"]
    assert bench.ended(newest["pipelineExecutionId"], name) == "Succeeded"
    assert bench.s3.head_object(Bucket=bench.site, Key="code.zip")
    stack.delete()
    assert bench.api.list_pipelines()["pipelines"] == []


@pytest.mark.parametrize(
    ("pipeline", "said"),
    [
        ({"ArtifactStores": []}, "does not have ArtifactStores of AWS::CodePipeline::Pipeline"),
        ({"ArtifactStore": {"Type": "S3", "Location": "b", "Colour": "red"}}, "artifactStore.Colour"),
        ({"Stages": []}, "two stages"),
        ({"DisableInboundStageTransitions": ["Deploy"]}, "the local cloud failed on this resource"),
        ({"DisableInboundStageTransitions": [{"StageName": "Nowhere"}]}, "no stage Nowhere"),
    ],
)
def test_what_cannot_be_leaves_nothing(bench: Bench, pipeline: Document, said: str) -> None:
    stack = Stack(bench.cloud)
    stack.create(resources(bench, **pipeline), "ROLLBACK_COMPLETE")
    assert any(said.lower() in reason.lower() for reason in stack.reasons()), stack.reasons()
    assert bench.api.list_pipelines()["pipelines"] == []


def test_a_pipeline_deploys_a_stack_that_serves(bench: Bench) -> None:
    front, cluster = Front(bench.cloud), Cluster(bench.cloud)

    def release(version: str) -> None:
        template = json.dumps({"Resources": whole(front, cluster.push(version, VERSION=version))})
        bench.s3.put_object(Bucket=bench.source, Key="source.zip", Body=zipped({"template.json": template}))

    deploy = action(
        "Stack", "Deploy/CloudFormation", "Code",
        ActionMode="CREATE_UPDATE", StackName="shop", TemplatePath="Code::template.json",
    )  # fmt: skip
    release("1")
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deploy))
    assert bench.ended(first, seconds=300) == "Succeeded", bench.runs(first)
    assert ask(front.port()).server == "1"
    release("2")
    second = bench.start()
    assert bench.ended(second, seconds=300) == "Succeeded", bench.runs(second)
    assert ask(front.port()).server == "2"
    front.stack.delete()
    assert front.left() == []
