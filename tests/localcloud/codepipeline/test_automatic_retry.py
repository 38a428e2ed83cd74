"""Stages that try again by themselves, once."""

from __future__ import annotations

import pytest

from tests.localcloud.codepipeline.pipelines import Bench, Document, action, stage
from tests.localcloud.support import eventually

# Fails unless it has been here before.
SECOND_TIME = """version: 0.2
phases:
  build:
    commands:
      - |
        python - <<'END'
        import os
        import boto3
        s3, bucket = boto3.client("s3"), os.environ["BUCKET"]
        before = s3.list_objects_v2(Bucket=bucket, Prefix="been/")["KeyCount"]
        s3.put_object(Bucket=bucket, Key=f"been/{before}", Body=b"")
        raise SystemExit(0 if before else "the first time")
        END
"""


def retrying(bench: Bench, buildspec: str, mode: str = "", *beside: Document) -> str:
    bench.drop()
    bench.project("flaky", buildspec)
    flaky = action(
        "Flaky", "Test/CodeBuild", "Code", ProjectName="flaky",
        EnvironmentVariables=f'[{{"name": "BUCKET", "value": "{bench.site}"}}]',
    )  # fmt: skip
    given: Document = {"result": "RETRY"}
    if mode:
        given["retryConfiguration"] = {"retryMode": mode}
    return bench.create(stage("Source", bench.from_s3()), stage("Test", flaky, *beside, onFailure=given))


def names_of_runs(bench: Bench) -> list[str]:
    runs = bench.api.list_action_executions(pipelineName="shop")["actionExecutionDetails"]
    return [run["actionName"] for run in runs]


@pytest.mark.parametrize(("mode", "beside"), [("", 1), ("FAILED_ACTIONS", 1), ("ALL_ACTIONS", 2)])
def test_a_stage_that_failed_once_is_tried_again_by_itself(bench: Bench, mode: str, beside: int) -> None:
    execution = retrying(bench, SECOND_TIME, mode, bench.deploy())
    assert bench.ended(execution) == "Succeeded"
    assert (names_of_runs(bench).count("Flaky"), names_of_runs(bench).count("Site")) == (2, beside)
    assert bench.state("Test")["retryStageMetadata"] == {
        "autoStageRetryAttempt": 1, "latestRetryTrigger": "AutomatedStageRetry"
    }  # fmt: skip


def test_one_that_fails_again_stays_failed_until_somebody_asks(bench: Bench) -> None:
    always = "version: 0.2\nphases:\n  build:\n    commands: ['false']\n"
    execution = retrying(bench, always)
    assert bench.ended(execution) == "Failed"
    assert names_of_runs(bench).count("Flaky") == 2
    summary = bench.executions()[0]["statusSummary"]
    assert summary == "Test: It failed again after its automatic retry."
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Test", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    eventually(lambda: names_of_runs(bench).count("Flaky") == 3, what="the third run")
    assert bench.ended(execution) == "Failed"
    assert names_of_runs(bench).count("Flaky") == 3
    assert bench.state("Test")["retryStageMetadata"] == {
        "autoStageRetryAttempt": 1, "manualStageRetryAttempt": 1, "latestRetryTrigger": "ManualStageRetry"
    }  # fmt: skip
