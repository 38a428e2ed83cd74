"""Pipelines as resources: versions, names, tags, pages, and what is said about things that are not there."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.pipelines import Bench, pipeline, stage


def made(bench: Bench, name: str = "shop", **more: object) -> str:
    bench.drop()
    return bench.create(stage("Source", bench.from_s3()), stage("Gate", bench.approval()), name=name, **more)


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_an_update_makes_a_version_and_the_old_one_stays(bench: Bench) -> None:
    made(bench)
    stages = (stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()))
    updated = bench.api.update_pipeline(pipeline=pipeline(*stages, bucket=bench.artifacts))["pipeline"]
    assert updated["version"] == 2
    now = bench.api.get_pipeline(name="shop")
    assert [s["name"] for s in now["pipeline"]["stages"]] == ["Source", "Deploy"]
    assert now["metadata"]["pipelineArn"] == f"arn:aws:codepipeline:us-east-1:{bench.cloud.account}:shop"
    before = bench.api.get_pipeline(name="shop", version=1)["pipeline"]
    assert [s["name"] for s in before["stages"]] == ["Source", "Gate"]
    with pytest.raises(ClientError) as caught:
        bench.api.get_pipeline(name="shop", version=3)
    assert code_of(caught) == "PipelineVersionNotFoundException"


def test_an_update_does_not_start_the_pipeline_and_a_running_execution_keeps_its_structure(bench: Bench) -> None:
    execution = made(bench)
    token = bench.token("Gate")
    stages = (stage("Source", bench.from_s3()), stage("Gate", bench.approval()), stage("More", bench.approval("More")))
    bench.api.update_pipeline(pipeline=pipeline(*stages, bucket=bench.artifacts))
    bench.answer("Gate", token=token)
    assert bench.ended(execution) == "Succeeded"
    assert len(bench.executions()) == 1


def test_a_name_is_used_once(bench: Bench) -> None:
    made(bench)
    with pytest.raises(ClientError) as caught:
        made(bench)
    assert code_of(caught) == "PipelineNameInUseException"


def test_a_deleted_pipeline_is_gone_with_its_history_and_its_name_is_free(bench: Bench) -> None:
    made(bench)
    bench.token("Gate")
    bench.api.delete_pipeline(name="shop")
    with pytest.raises(ClientError) as caught:
        bench.api.get_pipeline(name="shop")
    assert code_of(caught) == "PipelineNotFoundException"
    again = made(bench)
    assert [e["pipelineExecutionId"] for e in bench.executions()] == [again]
    assert bench.api.get_pipeline(name="shop")["pipeline"]["version"] == 1


def test_pipelines_are_listed_page_by_page(bench: Bench) -> None:
    for name in ("c", "a", "b"):
        made(bench, name)
    first = bench.api.list_pipelines(maxResults=2)
    second = bench.api.list_pipelines(maxResults=2, nextToken=first["nextToken"])
    assert [p["name"] for p in first["pipelines"] + second["pipelines"]] == ["a", "b", "c"]
    assert "nextToken" not in second
    with pytest.raises(ClientError) as caught:
        bench.api.list_pipelines(nextToken="mine")
    assert code_of(caught) == "InvalidNextTokenException"


def test_tags(bench: Bench) -> None:
    declaration = pipeline(stage("Source", bench.from_s3()), stage("Gate", bench.approval()), bucket=bench.artifacts)
    bench.api.create_pipeline(pipeline=declaration, tags=[{"key": "team", "value": "web"}])
    arn = bench.api.get_pipeline(name="shop")["metadata"]["pipelineArn"]
    bench.api.tag_resource(resourceArn=arn, tags=[{"key": "cost", "value": "7"}])
    bench.api.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert bench.api.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "cost", "value": "7"}]
    with pytest.raises(ClientError) as caught:
        bench.api.list_tags_for_resource(resourceArn=arn + "2")
    assert code_of(caught) == "ResourceNotFoundException"


def test_what_is_not_there_is_said_with_the_error_of_the_api(bench: Bench) -> None:
    made(bench)
    nothing = str(uuid.uuid4())
    calls: dict[str, Callable[[], object]] = {
        "PipelineNotFoundException": lambda: bench.api.start_pipeline_execution(name="nobody"),
        "PipelineExecutionNotFoundException": lambda: bench.api.get_pipeline_execution(
            pipelineName="shop", pipelineExecutionId=nothing
        ),
        "StageNotFoundException": lambda: bench.api.disable_stage_transition(
            pipelineName="shop", stageName="Nowhere", transitionType="Inbound", reason="r"
        ),
        "ActionNotFoundException": lambda: bench.api.put_approval_result(
            pipelineName="shop", stageName="Gate", actionName="Nobody", token=nothing,
            result={"summary": "", "status": "Approved"},
        ),
        "JobNotFoundException": lambda: bench.api.put_job_success_result(jobId=nothing),
    }  # fmt: skip
    for code, call in calls.items():
        with pytest.raises(ClientError) as caught:
            call()
        assert code_of(caught) == code


def test_executions_and_actions_are_listed_newest_first_and_filtered(bench: Bench) -> None:
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()))
    bench.ended(first)
    second = bench.start()
    bench.ended(second)
    assert [e["pipelineExecutionId"] for e in bench.executions()] == [second, first]
    page = bench.api.list_pipeline_executions(pipelineName="shop", maxResults=1)
    rest = bench.api.list_pipeline_executions(pipelineName="shop", nextToken=page["nextToken"])
    assert [e["pipelineExecutionId"] for e in rest["pipelineExecutionSummaries"]] == [first]
    done = bench.api.list_pipeline_executions(
        pipelineName="shop", filter={"succeededInStage": {"stageName": "Deploy"}}
    )["pipelineExecutionSummaries"]
    assert len(done) == 2
    latest = {"latestInPipelineExecution": {"pipelineExecutionId": first, "startTimeRange": "Latest"}}
    actions = bench.api.list_action_executions(pipelineName="shop", filter=latest)["actionExecutionDetails"]
    assert [(a["actionName"], a["pipelineExecutionId"]) for a in actions] == [("Site", first), ("Object", first)]
    with pytest.raises(ClientError) as caught:
        bench.runs(str(uuid.uuid4()))
    assert code_of(caught) == "PipelineExecutionNotFoundException"


def test_a_token_starts_one_execution(bench: Bench) -> None:
    made(bench)
    assert bench.start(clientRequestToken="once") == bench.start(clientRequestToken="once")
    assert len(bench.executions()) == 2


def test_the_action_types_are_listed(bench: Bench) -> None:
    found = bench.api.list_action_types(actionOwnerFilter="AWS")["actionTypes"]
    names = {(t["id"]["category"], t["id"]["provider"]) for t in found}
    assert {("Source", "CodeCommit"), ("Deploy", "S3"), ("Approval", "Manual"), ("Invoke", "Lambda")} <= names


def test_pipelines_of_accounts_and_regions_are_apart(bench: Bench) -> None:
    made(bench)
    assert bench.cloud.client("codepipeline", region="eu-west-1").list_pipelines()["pipelines"] == []
    assert bench.cloud.client("codepipeline", account="000000000077").list_pipelines()["pipelines"] == []


def test_variables_of_a_pipeline_have_defaults_and_are_given_at_the_start(bench: Bench) -> None:
    bench.drop()
    deploy = bench.deploy(Extract="false", ObjectKey="#{variables.place}/#{codepipeline.PipelineExecutionId}")
    first = bench.create(
        stage("Source", bench.from_s3()), stage("Deploy", deploy), variables=[{"name": "place", "defaultValue": "here"}]
    )
    assert bench.ended(first) == "Succeeded"
    second = bench.start(variables=[{"name": "place", "value": "there"}])
    assert bench.ended(second) == "Succeeded"
    keys = {item["Key"] for item in bench.s3.list_objects_v2(Bucket=bench.site)["Contents"]}
    assert keys == {f"here/{first}", f"there/{second}"}
    shown = bench.api.get_pipeline_execution(pipelineName="shop", pipelineExecutionId=second)["pipelineExecution"]
    assert shown["variables"] == [{"name": "place", "resolvedValue": "there"}]
    for given, said in (("colour", "no variable colour"), ("place", "a b")):
        with pytest.raises(ClientError, match=said):
            bench.start(variables=[{"name": given, "value": "a b"}])


def test_a_variable_without_a_default_needs_a_value_at_each_start(bench: Bench) -> None:
    bench.drop()
    stages = (stage("Source", bench.from_s3()), stage("Deploy", bench.deploy(ObjectKey="#{variables.place}")))
    bench.api.create_pipeline(pipeline=pipeline(*stages, bucket=bench.artifacts, variables=[{"name": "place"}]))
    assert bench.executions() == []
    with pytest.raises(ClientError, match="place has no default"):
        bench.start()
    assert bench.ended(bench.start(variables=[{"name": "place", "value": "there"}])) == "Succeeded"


def test_a_variable_that_nobody_gave_fails_the_action(bench: Bench) -> None:
    bench.drop()
    deploy = bench.deploy(ObjectKey="#{Origin.Nothing}")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deploy))
    assert bench.ended(execution) == "Failed"
    message = bench.error(execution, "Site")["message"]
    assert "#{Origin.Nothing}" in message and "VersionId" in message
