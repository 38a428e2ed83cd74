"""Stages rolled back: by hand, by themselves, and when they must not be."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.pipelines import Bench, Document, action, pipeline, stage
from tests.localcloud.codepipeline.test_crash import crash
from tests.localcloud.support import eventually

# Deploys, then fails for a page that says so.
TRY = "version: 0.2\nphases:\n  build:\n    commands: ['grep -v bad page.html']\n"


def deployed(bench: Bench) -> str:
    return str(bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read().decode())


def stages(bench: Bench, **more: object) -> list[Document]:
    """A deployment that is tried out after it was made."""
    tried = action("Try", "Test/CodeBuild", "Code", ProjectName="try", runOrder=2)
    return [stage("Source", bench.from_s3()), stage("Deploy", bench.deploy(), tried, **more)]


def released(bench: Bench, page: str, **more: object) -> str:
    """Deploy a page (the first makes the pipeline) and return the execution, which has ended."""
    bench.drop(page_html=page)
    if bench.api.list_pipelines()["pipelines"]:
        execution = bench.start()
    else:
        bench.project("try", TRY)
        execution = bench.create(*stages(bench, **more))
    bench.ended(execution)
    return execution


def roll_back(bench: Bench, target: str, stage: str = "Deploy") -> str:
    answer = bench.api.rollback_stage(pipelineName="shop", stageName=stage, targetPipelineExecutionId=target)
    return str(answer["pipelineExecutionId"])


def refused(bench: Bench, target: str, stage: str = "Deploy") -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        roll_back(bench, target, stage)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def shown(bench: Bench, execution: str) -> Document:
    return dict(
        bench.api.get_pipeline_execution(pipelineName="shop", pipelineExecutionId=execution)["pipelineExecution"]
    )


def test_a_rollback_is_a_new_execution_of_one_stage_with_what_the_target_had(bench: Bench) -> None:
    first, second = released(bench, "one"), released(bench, "two")
    assert deployed(bench) == "two"
    back = roll_back(bench, first)
    assert back not in (first, second)
    assert bench.ended(back) == "Succeeded"
    assert deployed(bench) == "one"
    summary = bench.executions()[0]
    assert (summary["pipelineExecutionId"], summary["executionType"]) == (back, "ROLLBACK")
    assert summary["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": first}
    assert summary["trigger"]["triggerType"] == "ManualRollback"
    assert shown(bench, back)["artifactRevisions"] == shown(bench, first)["artifactRevisions"]
    assert bench.state("Deploy")["latestExecution"] == {
        "pipelineExecutionId": back, "status": "Succeeded", "type": "ROLLBACK"
    }  # fmt: skip
    runs = bench.runs(back)
    assert set(runs) == {"Site", "Try"}
    # The bytes are the very ones that the target deployed, not built again.
    assert runs["Site"]["input"]["inputArtifacts"] == bench.runs(first)["Site"]["input"]["inputArtifacts"]


def test_a_rollback_goes_no_further_than_its_stage(bench: Bench) -> None:
    bench.drop()
    after = action("Copy", "Deploy/S3", "Code", BucketName=bench.site, Extract="true", ObjectKey="after")
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()), stage("After", after))
    assert bench.ended(first) == "Succeeded"
    back = roll_back(bench, first)
    assert bench.ended(back) == "Succeeded"
    assert set(bench.runs(back)) == {"Site"}
    assert bench.state("After")["latestExecution"]["pipelineExecutionId"] == first


def test_what_cannot_be_gone_back_to_is_refused_with_a_reason(bench: Bench) -> None:
    good, bad = released(bench, "good"), released(bench, "bad")
    assert bench.status(bad) == "Failed"
    assert refused(bench, bad) == (
        "UnableToRollbackStageException",
        f"Deploy cannot be rolled back: {bad} has not succeeded in it (Failed).",
    )
    assert refused(bench, good, "Source")[0] == "UnableToRollbackStageException"
    assert refused(bench, good, "Nowhere")[0] == "StageNotFoundException"
    unknown = "00000000-0000-4000-8000-000000000000"
    assert refused(bench, unknown)[0] == "PipelineExecutionNotFoundException"
    back = roll_back(bench, good)
    assert bench.ended(back) == "Succeeded"
    code, message = refused(bench, back)
    assert code == "UnableToRollbackStageException" and f"went back to, {good}" in message


def test_an_execution_of_an_older_structure_is_no_target(bench: Bench) -> None:
    first = released(bench, "one")
    bench.api.update_pipeline(pipeline=bench.api.get_pipeline(name="shop")["pipeline"])
    code, message = refused(bench, first)
    assert code == "UnableToRollbackStageException" and "was changed (version 2)" in message
    second = released(bench, "two")
    assert bench.ended(roll_back(bench, second)) == "Succeeded"


@pytest.mark.parametrize(
    ("more", "said"), [({"executionMode": "PARALLEL"}, "PARALLEL"), ({"pipelineType": "V1"}, "type V2")]
)
def test_some_pipelines_have_no_rollbacks(bench: Bench, more: Document, said: str) -> None:
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()), **more)
    assert bench.ended(first) == "Succeeded"
    code, message = refused(bench, first)
    assert code == "UnableToRollbackStageException" and said in message


def test_a_running_stage_is_not_rolled_back_and_who_waits_enters_after_a_rollback(bench: Bench) -> None:
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.approval(), bench.deploy()))
    bench.answer("Deploy", token=bench.token("Deploy", execution=first))
    assert bench.ended(first) == "Succeeded"
    second = bench.start()
    token = bench.token("Deploy", execution=second)
    code, message = refused(bench, first)
    assert code == "UnableToRollbackStageException" and second in message
    bench.answer("Deploy", status="Rejected", token=token)
    assert bench.ended(second) == "Failed"
    back = roll_back(bench, first)
    token = bench.token("Deploy", execution=back)
    third = bench.start()
    eventually(lambda: bench.state("Deploy").get("inboundExecutions"), what="the third at the door")
    bench.answer("Deploy", token=token)
    assert bench.ended(back) == "Succeeded"
    bench.answer("Deploy", token=bench.token("Deploy", execution=third))
    assert bench.ended(third) == "Succeeded"


def test_a_closed_door_keeps_no_rollback_out(bench: Bench) -> None:
    first = released(bench, "one")
    released(bench, "two")
    bench.api.disable_stage_transition(
        pipelineName="shop", stageName="Deploy", transitionType="Inbound", reason="two is broken"
    )
    assert bench.ended(roll_back(bench, first)) == "Succeeded"
    assert deployed(bench) == "one"


def test_a_failed_stage_goes_back_by_itself_to_its_last_success(bench: Bench) -> None:
    automatic = {"onFailure": {"result": "ROLLBACK"}}
    released(bench, "one", **automatic)
    second = released(bench, "two")
    third = released(bench, "bad")
    back = bench.nth(4)["pipelineExecutionId"]
    assert (bench.status(third), bench.ended(back)) == ("Failed", "Succeeded")
    assert deployed(bench) == "two"
    found = shown(bench, back)
    assert (found["trigger"]["triggerType"], found["executionType"]) == ("AutomatedRollback", "ROLLBACK")
    assert json.loads(found["trigger"]["triggerDetail"]) == {"failedPipelineExecutionId": third}
    assert found["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": second}
    assert shown(bench, third)["statusSummary"] == f"Rolled back by {back} to {second}."


def test_without_a_success_there_is_no_automatic_rollback(bench: Bench) -> None:
    first = released(bench, "bad", onFailure={"result": "ROLLBACK"})
    assert shown(bench, first)["statusSummary"] == "There is no success to roll back to."
    assert len(bench.executions()) == 1


def test_a_rollback_that_fails_is_not_rolled_back_again(bench: Bench) -> None:
    first = released(bench, "one", onFailure={"result": "ROLLBACK"})
    bench.cloud.client("codebuild").delete_project(name="try")
    second = bench.start()
    assert bench.ended(second) == "Failed"
    back = bench.nth(3)
    assert bench.ended(back["pipelineExecutionId"]) == "Failed"
    assert back["rollbackMetadata"]["rollbackTargetPipelineExecutionId"] == first
    third = bench.start()
    assert bench.ended(third) == "Failed"
    assert bench.ended(bench.nth(5)["pipelineExecutionId"]) == "Failed"
    assert [e["executionType"] for e in bench.executions()] == ["ROLLBACK", "STANDARD"] * 2 + ["STANDARD"]


def test_a_rollback_that_runs_when_the_local_cloud_is_killed_ends(own_bench: Bench) -> None:
    bench = own_bench
    bench.drop(page_html="one")
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.approval(), bench.deploy(runOrder=2)))
    bench.answer("Deploy", token=bench.token("Deploy", execution=first))
    assert bench.ended(first) == "Succeeded"
    bench.drop(page_html="two")
    second = bench.start()
    bench.answer("Deploy", token=bench.token("Deploy", execution=second))
    assert (bench.ended(second), deployed(bench)) == ("Succeeded", "two")
    back = roll_back(bench, first)
    token = bench.token("Deploy", execution=back)
    bench.cloud.settle()
    crash(bench)
    assert bench.token("Deploy", execution=back) == token
    bench.answer("Deploy", token=token)
    assert (bench.ended(back), deployed(bench)) == ("Succeeded", "one")
    assert len(bench.executions()) == 3


def test_a_source_stage_and_a_parallel_pipeline_cannot_ask_for_automatic_rollback(bench: Bench) -> None:
    back = {"onFailure": {"result": "ROLLBACK"}}
    source = pipeline(stage("Source", bench.from_s3(), **back), stage("Deploy", bench.deploy()))
    parallel = pipeline(
        stage("Source", bench.from_s3()), stage("Deploy", bench.deploy(), **back), executionMode="PARALLEL"
    )
    for broken, said in ((source, "only sources"), (parallel, "PARALLEL")):
        with pytest.raises(ClientError, match=said) as caught:
            bench.api.create_pipeline(pipeline=broken)
        assert caught.value.response["Error"]["Code"] == "InvalidStageDeclarationException"
