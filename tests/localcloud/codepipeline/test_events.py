"""What a pipeline announces on the account's event bus."""

from __future__ import annotations

import json
from typing import Any

from tests.localcloud.codepipeline.pipelines import Bench, stage
from tests.localcloud.support import eventually


def listening(bench: Bench) -> str:
    """Return a queue that gets every event of pipelines."""
    sqs, events = bench.cloud.client("sqs"), bench.cloud.client("events")
    queue = str(sqs.create_queue(QueueName="events")["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="pipelines", EventPattern=json.dumps({"source": ["aws.codepipeline"]}))
    events.put_targets(Rule="pipelines", Targets=[{"Id": "queue", "Arn": arn}])
    return queue


def heard(bench: Bench, queue: str, state: str) -> list[dict[str, Any]]:
    """Return the events up to the one that says that the execution is in `state`."""
    found: list[dict[str, Any]] = []

    def over() -> bool:
        got = bench.cloud.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in got:
            bench.cloud.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        found.extend(json.loads(message["Body"]) for message in got)
        return any("Pipeline E" in e["detail-type"] and e["detail"]["state"] == state for e in found)

    eventually(over, what=f"the event {state}")
    return found


def said(events: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {
        (e["detail-type"].split()[1], e["detail"].get("action") or e["detail"].get("stage", ""), e["detail"]["state"])
        for e in events
    }


def test_every_step_is_announced_in_the_form_of_codepipeline(bench: Bench) -> None:
    queue = listening(bench)
    bench.drop()
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()))
    assert bench.ended(execution) == "Succeeded"
    events = heard(bench, queue, "SUCCEEDED")
    assert said(events) == {
        (kind, what, state)
        for kind, what in (
            ("Pipeline", ""), ("Stage", "Source"), ("Stage", "Deploy"), ("Action", "Object"), ("Action", "Site")
        )
        for state in ("STARTED", "SUCCEEDED")
    }  # fmt: skip
    arn = f"arn:aws:codepipeline:us-east-1:{bench.cloud.account}:shop"
    assert all(event["source"] == "aws.codepipeline" and event["resources"] == [arn] for event in events)
    for event in events:
        detail = event["detail"]
        assert (detail["pipeline"], detail["execution-id"], detail["version"]) == ("shop", execution, 1)
        assert detail["pipeline-execution-attempt"] == 1 and detail["start-time"].endswith("Z")
    site = next(
        e["detail"] for e in events if e["detail"].get("action") == "Site" and e["detail"]["state"] == "SUCCEEDED"
    )
    assert site["type"] == {"owner": "AWS", "category": "Deploy", "provider": "S3", "version": "1"}
    taken = bench.runs(execution)["Site"]["input"]["inputArtifacts"]
    assert site["input-artifacts"] == taken
    start = next(e["detail"] for e in events if said([e]) == {("Pipeline", "", "STARTED")})
    assert start["execution-trigger"]["trigger-type"] == "CreatePipeline"


def test_a_failure_and_its_retry_are_announced(bench: Bench) -> None:
    queue = listening(bench)
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()))
    assert bench.ended(execution) == "Failed"
    events = heard(bench, queue, "FAILED")
    assert {("Pipeline", "", "FAILED"), ("Stage", "Source", "FAILED"), ("Action", "Object", "FAILED")} <= said(events)
    failed = next(e["detail"] for e in events if said([e]) == {("Action", "Object", "FAILED")})
    assert failed["execution-result"]["error-code"] == "ConfigurationError"
    bench.drop()
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Source", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    assert bench.ended(execution) == "Succeeded"
    again = heard(bench, queue, "SUCCEEDED")
    assert {("Pipeline", "", "RESUMED"), ("Stage", "Source", "RESUMED")} <= said(again)
    assert {e["detail"]["pipeline-execution-attempt"] for e in again if said([e]) == {("Pipeline", "", "RESUMED")}} == {
        2
    }


def test_stops_and_abandoned_actions_are_announced(bench: Bench) -> None:
    queue = listening(bench)
    bench.drop()
    execution = bench.create(stage("Source", bench.from_s3()), stage("Gate", bench.approval()))
    bench.token("Gate")
    bench.api.stop_pipeline_execution(
        pipelineName="shop", pipelineExecutionId=execution, abandon=True, reason="wrong version"
    )
    events = heard(bench, queue, "STOPPED")
    assert {("Pipeline", "", "STOPPING"), ("Action", "Ask", "ABANDONED"), ("Stage", "Gate", "STOPPED")} <= said(events)
    stopping = next(e["detail"] for e in events if said([e]) == {("Pipeline", "", "STOPPING")})
    assert stopping["stop-execution-comments"] == "wrong version"


def test_a_rule_of_eventbridge_starts_a_pipeline(bench: Bench) -> None:
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()))
    assert bench.ended(first) == "Succeeded"
    events = bench.cloud.client("events")
    events.put_rule(Name="release", EventPattern=json.dumps({"source": ["shop.release"]}))
    target = {
        "Id": "pipeline",
        "Arn": f"arn:aws:codepipeline:us-east-1:{bench.cloud.account}:shop",
        "RoleArn": "arn:aws:iam::111122223333:role/events",
    }
    events.put_targets(Rule="release", Targets=[target])
    events.put_events(Entries=[{"Source": "shop.release", "DetailType": "Release", "Detail": "{}"}])
    assert bench.ended(bench.nth(2)["pipelineExecutionId"]) == "Succeeded"
