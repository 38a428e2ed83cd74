"""A local cloud that ends in the middle: what was under way goes on, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.localcloud.codepipeline.pipelines import Bench, Document, action, stage
from tests.localcloud.codepipeline.test_lambda import call, function
from tests.localcloud.support import eventually

# Says that it runs, then waits for the word to go on.
HELD = """version: 0.2
phases:
  build:
    commands:
      - |
        python - <<'END'
        import os, threading, uuid
        import boto3
        s3, bucket = boto3.client("s3"), os.environ["BUCKET"]
        s3.put_object(Bucket=bucket, Key="begun/" + uuid.uuid4().hex, Body=b"")
        pause = threading.Event()
        for _ in range(400):
            if s3.list_objects_v2(Bucket=bucket, Prefix="go-on")["KeyCount"]:
                break
            pause.wait(0.05)
        END
"""
ENDS: dict[str, Callable[[Bench], None]] = {
    "killed": lambda bench: bench.cloud.kill(),
    "stopped": lambda bench: bench.cloud.stop(),
}


def held(bench: Bench) -> tuple[str, str]:
    """Return an execution whose build runs and waits, and the build's id."""
    bench.drop()
    bench.project("held", HELD)
    build = action(
        "Compile", "Build/CodeBuild", "Code", ProjectName="held",
        EnvironmentVariables=f'[{{"name": "BUCKET", "value": "{bench.site}"}}]',
    )  # fmt: skip
    execution = bench.create(
        stage("Source", bench.from_s3()), stage("Build", build), stage("Deploy", bench.deploy(ObjectKey="deployed"))
    )
    eventually(lambda: begun(bench) == 1, what="the build under way")
    return execution, str(bench.action_state("Build", "Compile")["externalExecutionId"])


def begun(bench: Bench) -> int:
    return int(bench.s3.list_objects_v2(Bucket=bench.site, Prefix="begun/")["KeyCount"])


def go_on(bench: Bench) -> None:
    bench.s3.put_object(Bucket=bench.site, Key="go-on", Body=b"")


def retry(bench: Bench, execution: str, mode: str = "FAILED_ACTIONS") -> None:
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Build", pipelineExecutionId=execution, retryMode=mode
    )


@pytest.mark.parametrize("end", ENDS)
def test_a_build_under_way_is_started_once_and_its_stage_can_be_retried(own_bench: Bench, end: str) -> None:
    bench = own_bench
    execution, build = held(bench)
    ENDS[end](bench)
    bench.cloud.restart()
    assert bench.ended(execution) == "Failed"
    assert build in bench.runs(execution)["Compile"]["output"]["executionResult"]["externalExecutionId"]
    assert bench.cloud.client("codebuild").list_builds_for_project(projectName="held")["ids"] == [build]
    assert begun(bench) == 1
    go_on(bench)
    retry(bench, execution)
    assert bench.ended(execution) == "Succeeded"
    assert begun(bench) == 2
    all_runs = bench.api.list_action_executions(pipelineName="shop")["actionExecutionDetails"]
    assert sorted(run["actionName"] for run in all_runs) == ["Compile", "Compile", "Object", "Site"]


def test_a_stop_that_waits_is_still_a_stop_after_a_kill(own_bench: Bench) -> None:
    bench = own_bench
    execution, _ = held(bench)
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=execution, reason="lunch")
    bench.cloud.kill()
    bench.cloud.restart()
    assert bench.ended(execution) in ("Stopped", "Failed")
    assert bench.runs(execution)["Compile"]["status"] == "Failed"
    assert "latestExecution" not in bench.state("Deploy")
    go_on(bench)
    retry(bench, execution)
    assert bench.ended(execution) == "Succeeded"


def test_an_approval_of_a_stopping_execution_survives_a_kill(own_bench: Bench) -> None:
    bench = own_bench
    bench.drop()
    execution = bench.create(
        stage("Source", bench.from_s3()), stage("Gate", bench.approval()), stage("Deploy", bench.deploy())
    )
    token = bench.token("Gate")
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=execution)
    bench.cloud.kill()
    bench.cloud.restart()
    assert bench.status(execution) == "Stopping"
    bench.answer("Gate", token=token)
    assert bench.ended(execution) == "Stopped"
    assert bench.runs(execution)["Ask"]["status"] == "Succeeded"
    assert "latestExecution" not in bench.state("Deploy")


def test_a_start_with_a_token_is_the_same_after_a_kill(own_bench: Bench) -> None:
    bench = own_bench
    bench.drop()
    bench.create(stage("Source", bench.from_s3()), stage("Gate", bench.approval()), executionMode="QUEUED")
    started = bench.start(clientRequestToken="once")
    bench.cloud.kill()
    bench.cloud.restart()
    assert bench.start(clientRequestToken="once") == started
    assert len(bench.executions()) == 2


def test_a_polling_source_does_not_start_again_for_what_it_took_before_a_kill(own_bench: Bench) -> None:
    bench = own_bench
    bench.drop()
    source: Document = bench.from_s3()
    del source["configuration"]["PollForSourceChanges"]
    execution = bench.create(stage("Source", source), stage("Deploy", bench.deploy()))
    assert bench.ended(execution) == "Succeeded"
    bench.cloud.settle()
    bench.cloud.kill()
    bench.cloud.restart()
    bench.drop(page_html="new")
    second = bench.nth(2)["pipelineExecutionId"]
    assert bench.ended(second) == "Succeeded"
    assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read() == b"new"
    assert len(bench.executions()) == 2


ASKS = """
    s3.put_object(Bucket="{bucket}", Key="begun/" + context.aws_request_id, Body=b"")
    if s3.list_objects_v2(Bucket="{bucket}", Prefix="go-on")["KeyCount"]:
        api.put_job_success_result(jobId=job["id"], outputVariables={{"Said": "yes"}})
"""


def test_a_function_that_has_not_answered_is_asked_again_after_a_kill(own_bench: Bench) -> None:
    bench = own_bench
    bench.drop()
    function(bench, ASKS.format(bucket=bench.site))
    execution = bench.create(stage("Source", bench.from_s3()), stage("Check", call()))
    eventually(lambda: begun(bench) == 1, what="the first call of the function")
    job = bench.action_state("Check", "Check")["externalExecutionId"]
    go_on(bench)
    bench.cloud.settle()
    bench.cloud.kill()
    bench.cloud.restart()
    assert bench.ended(execution) == "Succeeded"
    run = bench.runs(execution)["Check"]["output"]
    assert run["outputVariables"] == {"Said": "yes"}
    assert run["executionResult"]["externalExecutionId"] == job
    assert begun(bench) == 2
