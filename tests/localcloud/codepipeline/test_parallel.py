"""Work that really goes on at the same time, proved by work that waits for each other."""

from __future__ import annotations

import json
from functools import partial

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.pipelines import Bench, Document, action, stage
from tests.localcloud.support import eventually

MEETING = """version: 0.2
phases:
  build:
    commands:
      - |
        python - <<'END'
        import os, threading
        import boto3
        s3, bucket = boto3.client("s3"), os.environ["BUCKET"]
        s3.put_object(Bucket=bucket, Key="here/" + os.environ["ME"], Body=b"")
        pause = threading.Event()
        for _ in range(400):
            if s3.list_objects_v2(Bucket=bucket, Prefix="here/")["KeyCount"] == 2:
                break
            pause.wait(0.05)
        else:
            raise SystemExit("the other one never came")
        END
      - test "$VERDICT" = good
"""


def meets(bench: Bench, name: str, verdict: str = "good") -> Document:
    """An action whose build ends only when two such builds have begun."""
    given = {"BUCKET": bench.site, "ME": name, "VERDICT": verdict}
    variables = json.dumps([{"name": key, "value": value} for key, value in given.items()])
    return action(name, "Test/CodeBuild", "Code", ProjectName="meeting", EnvironmentVariables=variables)


@pytest.mark.parametrize(("verdict", "status"), [("good", "Succeeded"), ("bad", "Failed")])
def test_actions_of_one_order_are_under_way_together(bench: Bench, verdict: str, status: str) -> None:
    bench.drop()
    bench.project("meeting", MEETING)
    together = stage("Test", meets(bench, "One"), meets(bench, "Two", verdict))
    execution = bench.create(stage("Source", bench.from_s3()), together)
    assert bench.ended(execution) == status
    runs = bench.runs(execution)
    assert (runs["One"]["status"], runs["Two"]["status"]) == ("Succeeded", status)


def asking_twice(bench: Bench) -> tuple[list[str], list[str]]:
    """Return two executions side by side, and the tokens of their approvals."""
    bench.drop()
    gate = stage("Gate", bench.approval())
    first = bench.create(stage("Source", bench.from_s3()), gate, executionMode="PARALLEL")
    executions = [first, bench.start()]

    def token(execution: str) -> str:
        run = bench.runs(execution).get("Ask", {"output": {"executionResult": {}}})
        return str(run["output"]["executionResult"].get("externalExecutionId", ""))

    return executions, [eventually(partial(token, e), what=f"the approval of {e}") for e in executions]


def test_each_of_two_parallel_approvals_has_its_own_token_in_the_list_of_actions(bench: Bench) -> None:
    (first, second), (one, two) = asking_twice(bench)
    assert one != two
    assert "token" not in bench.action_state("Gate", "Ask")
    bench.answer("Gate", token=one)
    assert bench.ended(first) == "Succeeded"
    assert bench.status(second) == "InProgress"
    bench.answer("Gate", status="Rejected", token=two)
    assert bench.ended(second) == "Failed"


def test_an_older_parallel_execution_can_be_retried(bench: Bench) -> None:
    (first, second), (one, two) = asking_twice(bench)
    bench.answer("Gate", status="Rejected", token=one)
    bench.answer("Gate", token=two)
    assert (bench.ended(first), bench.ended(second)) == ("Failed", "Succeeded")
    retry = {"pipelineName": "shop", "stageName": "Gate", "retryMode": "FAILED_ACTIONS"}
    bench.api.retry_stage_execution(**retry, pipelineExecutionId=first)
    assert bench.status(first) == "InProgress"
    with pytest.raises(ClientError) as caught:
        bench.api.retry_stage_execution(**retry, pipelineExecutionId=second)
    assert caught.value.response["Error"]["Code"] == "StageNotRetryableException"
