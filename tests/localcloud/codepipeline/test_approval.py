"""Approvals: yes, no, too late, and who is told."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.pipelines import Bench, stage
from tests.localcloud.support import TestCloud, eventually


def asked(bench: Bench, **more: Any) -> str:
    bench.drop()
    ask = bench.approval(**more)
    return bench.create(stage("Source", bench.from_s3()), stage("Gate", ask), stage("Deploy", bench.deploy()))


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_an_approval_lets_the_execution_on_and_keeps_who_said_so(bench: Bench) -> None:
    execution = asked(bench)
    bench.token("Gate")
    assert "latestExecution" not in bench.state("Deploy")
    bench.answer("Gate")
    assert bench.ended(execution) == "Succeeded"
    shown = bench.action_state("Gate", "Ask")
    assert (shown["status"], shown["summary"]) == ("Succeeded", "seen")
    assert shown["lastUpdatedBy"] == f"arn:aws:iam::{bench.cloud.account}:root"
    assert "token" not in shown


def test_a_rejection_fails_the_stage_and_nothing_is_deployed(bench: Bench) -> None:
    execution = asked(bench)
    bench.answer("Gate", status="Rejected")
    assert bench.ended(execution) == "Failed"
    assert "seen" in bench.error(execution, "Ask")["message"]
    assert bench.s3.list_objects_v2(Bucket=bench.site)["KeyCount"] == 0


def test_a_token_is_good_once_and_only_for_its_own_approval(bench: Bench) -> None:
    execution = asked(bench)
    token = bench.token("Gate")
    with pytest.raises(ClientError) as caught:
        bench.answer("Gate", token=str(uuid.uuid4()))
    assert code_of(caught) == "InvalidApprovalTokenException"
    bench.answer("Gate", token=token)
    with pytest.raises(ClientError) as caught:
        bench.answer("Gate", token=token)
    assert code_of(caught) == "ApprovalAlreadyCompletedException"
    bench.ended(execution)
    second = bench.start()
    bench.token("Gate", execution=second)
    with pytest.raises(ClientError) as caught:
        bench.answer("Gate", token=token)
    assert code_of(caught) in ("InvalidApprovalTokenException", "ApprovalAlreadyCompletedException")
    assert bench.status(second) == "InProgress"


def test_a_retry_of_a_rejected_approval_asks_again_with_another_token(bench: Bench) -> None:
    execution = asked(bench)
    old = bench.token("Gate")
    bench.answer("Gate", status="Rejected", token=old)
    bench.ended(execution)
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Gate", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    new = bench.token("Gate")
    assert new != old
    bench.answer("Gate", token=new)
    assert bench.ended(execution) == "Succeeded"


def test_nobody_answers_in_time(private_cloud_factory: Callable[..., TestCloud], tmp_path: Path) -> None:
    bench = Bench(private_cloud_factory(time_scale=600.0), tmp_path)
    execution = asked(bench, timeoutInMinutes=10)
    assert bench.ended(execution) == "Failed"
    assert "10 minutes" in bench.error(execution, "Ask")["message"]


def test_the_topic_is_told_who_has_to_decide_what(bench: Bench) -> None:
    topic = bench.cloud.client("sns").create_topic(Name="approvals")["TopicArn"]
    sqs = bench.cloud.client("sqs")
    queue = sqs.create_queue(QueueName="approvals")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bench.cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    more = {"CustomData": "release #{Origin.VersionId}", "ExternalEntityLink": "http://example.com/"}
    asked(bench, NotificationArn=topic, **more)
    token = bench.token("Gate")
    got = eventually(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"), what="the notification")
    notice = json.loads(json.loads(got[0]["Body"])["Message"])
    approval = notice["approval"]
    version = bench.executions()[0]["sourceRevisions"][0]["revisionId"]
    assert notice["region"] == "us-east-1"
    assert {key: approval[key] for key in ("pipelineName", "stageName", "actionName", "token")} == {
        "pipelineName": "shop", "stageName": "Gate", "actionName": "Ask", "token": token
    }  # fmt: skip
    assert approval["customData"] == f"release {version}"
    assert approval["externalEntityLink"] == "http://example.com/"
    assert approval["expires"].endswith("Z") and token in approval["approvalReviewLink"]


def test_a_topic_that_is_not_there_fails_the_approval_with_its_name(bench: Bench) -> None:
    execution = asked(bench, NotificationArn=f"arn:aws:sns:us-east-1:{bench.cloud.account}:nobody")
    assert bench.ended(execution) == "Failed"
    assert "notification" in bench.error(execution, "Ask")["message"]
