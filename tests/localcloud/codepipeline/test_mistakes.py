"""Mistakes that a learner makes: each ends in an error that names what is wrong, and mending it is enough."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.pipelines import Bench, Document, action, pipeline, stage
from tests.localcloud.support import eventually


def repository(branch: str = "main") -> Document:
    return action("Take", "Source/CodeCommit", outputs="Code", RepositoryName="web", BranchName=branch)


def retried(bench: Bench, execution: str, stage: str) -> str:
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName=stage, pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    return bench.ended(execution)


def test_a_branch_that_is_not_there_is_named_until_it_is_made(bench: Bench) -> None:
    bench.repository()
    execution = bench.create(stage("Source", repository("release")), stage("Deploy", bench.deploy()))
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Take")
    assert error["code"] == "ConfigurationError" and "release" in error["message"]
    commits = bench.cloud.client("codecommit")
    tip = commits.get_branch(repositoryName="web", branchName="main")["branch"]["commitId"]
    commits.create_branch(repositoryName="web", branchName="release", commitId=tip)
    newest = bench.nth(2)["pipelineExecutionId"]
    assert bench.ended(newest) == "Succeeded"


def test_an_empty_repository_has_no_branch_yet(bench: Bench) -> None:
    bench.cloud.client("codecommit").create_repository(repositoryName="web")
    execution = bench.create(stage("Source", repository()), stage("Deploy", bench.deploy()))
    assert bench.ended(execution) == "Failed"
    assert "main" in bench.error(execution, "Take")["message"]


def test_a_target_bucket_that_is_not_there_is_named_until_it_is_made(bench: Bench) -> None:
    bench.drop()
    missing = f"missing-{bench.cloud.account}"
    deploy = bench.deploy(BucketName=missing)
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deploy))
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Site")
    assert error["code"] == "JobFailed" and f"s3://{missing}" in error["message"] and "exist" in error["message"]
    bench.s3.create_bucket(Bucket=missing)
    assert retried(bench, execution, "Deploy") == "Succeeded"
    assert bench.s3.get_object(Bucket=missing, Key="page.html")["Body"].read() == b"one"


def test_what_is_no_zip_cannot_be_extracted_and_the_way_out_is_said(bench: Bench) -> None:
    bench.s3.put_object(Bucket=bench.source, Key="source.zip", Body=b"plain text")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()))
    assert bench.ended(execution) == "Failed"
    message = bench.error(execution, "Site")["message"]
    assert "no zip" in message and "Extract" in message


def test_a_build_without_its_buildspec_says_which_file_it_wants(bench: Bench) -> None:
    bench.drop()
    bench.cloud.client("codebuild").create_project(
        name="bare",
        source={"type": "CODEPIPELINE"},
        artifacts={"type": "CODEPIPELINE"},
        environment={"type": "LINUX_CONTAINER", "image": "local", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole="arn:aws:iam::111122223333:role/build",
    )
    build = action("Compile", "Build/CodeBuild", "Code", ProjectName="bare")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Build", build))
    assert bench.ended(execution) == "Failed"
    assert "buildspec.yml" in bench.error(execution, "Compile")["message"]


@pytest.mark.parametrize("order", [0, -1, 1000])
def test_a_run_order_outside_of_its_range_is_refused(bench: Bench, order: int) -> None:
    wrong = pipeline(stage("Source", bench.from_s3()), stage("Gate", bench.approval(runOrder=order)))
    lenient = bench.cloud.client("codepipeline", parameter_validation=False)
    with pytest.raises(ClientError) as caught:
        lenient.create_pipeline(pipeline=wrong)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert "runOrder" in caught.value.response["Error"]["Message"]


def test_run_orders_may_have_gaps_and_are_kept_whatever_the_order_of_the_list(bench: Bench) -> None:
    bench.drop()
    late, early = bench.approval("Late", runOrder=7), bench.approval("Early", runOrder=3)
    execution = bench.create(stage("Source", bench.from_s3()), stage("Gate", late, early))
    token = bench.token("Gate", "Early")
    assert bench.action_state("Gate", "Late") == {}
    bench.answer("Gate", "Early", token=token)
    bench.answer("Gate", "Late", token=bench.token("Gate", "Late"))
    assert bench.ended(execution) == "Succeeded"


def test_a_queue_goes_on_after_a_failure(bench: Bench) -> None:
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Gate", bench.approval()), executionMode="QUEUED")
    bench.token("Gate")
    second = bench.start()
    bench.answer("Gate", status="Rejected")
    assert bench.ended(first) == "Failed"
    bench.answer("Gate", token=bench.token("Gate", execution=second))
    assert bench.ended(second) == "Succeeded"


def test_what_waits_at_a_closed_door_does_not_hinder_a_retry(bench: Bench) -> None:
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Gate", bench.approval()))
    bench.token("Gate")
    door = {"pipelineName": "shop", "stageName": "Gate", "transitionType": "Inbound"}
    bench.api.disable_stage_transition(**door, reason="a freeze")
    bench.answer("Gate", status="Rejected")
    assert bench.ended(first) == "Failed"
    second = bench.start()
    eventually(lambda: bench.state("Gate").get("inboundExecutions"), what="the second at the door")
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Gate", pipelineExecutionId=first, retryMode="FAILED_ACTIONS"
    )
    bench.answer("Gate", token=bench.token("Gate", execution=first))
    assert bench.ended(first) == "Succeeded"
    bench.api.enable_stage_transition(**door)
    bench.answer("Gate", token=bench.token("Gate", execution=second))
    assert bench.ended(second) == "Succeeded"
