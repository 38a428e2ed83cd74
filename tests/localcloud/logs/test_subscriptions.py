"""Subscription filters: Lambda and Kinesis get what matches, in order, also after they or the cloud were down."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localcloud.cloudwatch.functions import create
from tests.localcloud.logs.conftest import GROUP, STREAM, make, put
from tests.localcloud.support import TestCloud, eventually

# Keeps what it is given: a line for each call.
KEEPER = """
import base64, gzip, json
def handler(event, context):
    content = gzip.decompress(base64.b64decode(event["awslogs"]["data"])).decode()
    with open({path!r}, "a") as kept:
        kept.write(content + "\\n")
"""
ROLE = "arn:aws:iam::123456789012:role/logs-to-kinesis"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept.jsonl"


def subscriber(cloud: TestCloud, kept: Path, name: str = "keeper") -> str:
    """Create a function that CloudWatch Logs may call and return its ARN."""
    arn = create(cloud, name, KEEPER.format(path=str(kept)))
    cloud.client("lambda").add_permission(
        FunctionName=name, StatementId="logs", Action="lambda:InvokeFunction", Principal="logs.amazonaws.com"
    )
    return arn


def subscribe(logs: Any, destination: str, pattern: str = "", name: str = "f", **more: Any) -> None:
    logs.put_subscription_filter(
        logGroupName=GROUP, filterName=name, filterPattern=pattern, destinationArn=destination, **more
    )


def envelopes(kept: Path) -> list[dict[str, Any]]:
    """Return what was kept; a line that is being written is left for later."""
    whole = kept.read_text().rpartition("\n")[0] if kept.exists() else ""
    return [json.loads(line) for line in whole.splitlines()]


def messages(kept: Path) -> list[str]:
    return [event["message"] for envelope in envelopes(kept) for event in envelope["logEvents"]]


def await_messages(read: Callable[[], list[str]], wanted: list[str]) -> list[str]:
    return eventually(lambda: set(read()) >= set(wanted) and read(), what=f"{len(wanted)} messages")


def test_a_function_gets_awss_envelope(cloud: TestCloud, logs: Any, kept: Path) -> None:
    put(logs, ["ERROR of before"])
    subscribe(logs, subscriber(cloud, kept), "ERROR")
    put(logs, ["ERROR one", "INFO two", "ERROR three"])
    assert await_messages(lambda: messages(kept), ["ERROR one", "ERROR three"]) == ["ERROR one", "ERROR three"]
    (envelope,) = envelopes(kept)
    ids = {event["message"]: event["eventId"] for event in logs.filter_log_events(logGroupName=GROUP)["events"]}
    assert [event["id"] for event in envelope["logEvents"]] == [ids["ERROR one"], ids["ERROR three"]]
    assert {name: value for name, value in envelope.items() if name != "logEvents"} == {
        "messageType": "DATA_MESSAGE",
        "owner": cloud.account,
        "logGroup": GROUP,
        "logStream": STREAM,
        "subscriptionFilters": ["f"],
    }


def test_fields_are_handed_over(cloud: TestCloud, logs: Any, kept: Path) -> None:
    subscribe(logs, subscriber(cloud, kept), "[level=ERROR, code, text]")
    put(logs, ["ERROR 7 out of stock"])
    await_messages(lambda: messages(kept), ["ERROR 7 out of stock"])
    (event,) = envelopes(kept)[0]["logEvents"]
    assert event["extractedFields"] == {"level": "ERROR", "code": "7", "text": "out of stock"}


def test_order_holds_in_each_stream(cloud: TestCloud, logs: Any, kept: Path) -> None:
    logs.create_log_stream(logGroupName=GROUP, logStreamName="other")
    subscribe(logs, subscriber(cloud, kept))
    sent = [f"{stream} {number}" for number in range(30) for stream in (STREAM, "other")]
    for message in sent:
        put(logs, [message], stream=message.split()[0])
    found = await_messages(lambda: messages(kept), sent)
    for stream in (STREAM, "other"):
        assert [line for line in found if line.startswith(stream)] == [line for line in sent if line.startswith(stream)]


def test_a_function_that_is_throttled_gets_everything_later(cloud: TestCloud, logs: Any, kept: Path) -> None:
    subscribe(logs, subscriber(cloud, kept))
    cloud.client("lambda").put_function_concurrency(FunctionName="keeper", ReservedConcurrentExecutions=0)
    sent = [f"event {number}" for number in range(20)]
    for message in sent:
        put(logs, [message])
    assert messages(kept) == []
    cloud.client("lambda").delete_function_concurrency(FunctionName="keeper")
    assert await_messages(lambda: messages(kept), sent) == sent


def test_a_function_that_is_gone_holds_up_nobody(cloud: TestCloud, logs: Any, kept: Path) -> None:
    gone, here = subscriber(cloud, kept.with_name("gone"), "gone"), subscriber(cloud, kept)
    subscribe(logs, gone, name="gone")
    subscribe(logs, here, name="here")
    cloud.client("lambda").delete_function(FunctionName="gone")
    put(logs, ["one"])
    put(logs, ["two"])
    assert await_messages(lambda: messages(kept), ["one", "two"]) == ["one", "two"]


def test_kill_9_with_a_subscriber_that_is_down_loses_nothing(private_cloud: TestCloud, kept: Path) -> None:
    logs = private_cloud.client("logs")
    make(logs)
    subscribe(logs, subscriber(private_cloud, kept))
    sent = [f"event {number}" for number in range(30)]
    put(logs, sent[:10])
    await_messages(lambda: messages(kept), sent[:10])
    private_cloud.client("lambda").put_function_concurrency(FunctionName="keeper", ReservedConcurrentExecutions=0)
    put(logs, sent[10:20])
    private_cloud.kill()
    private_cloud.restart()
    put(private_cloud.client("logs"), sent[20:])
    private_cloud.client("lambda").delete_function_concurrency(FunctionName="keeper")
    found = await_messages(lambda: messages(kept), sent)
    # Once or more, but in order.
    assert list(dict.fromkeys(found)) == sent


def test_kinesis_gets_packed_records(cloud: TestCloud, logs: Any) -> None:
    kinesis = cloud.client("kinesis")
    kinesis.create_stream(StreamName="logs", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="logs")
    arn = kinesis.describe_stream_summary(StreamName="logs")["StreamDescriptionSummary"]["StreamARN"]
    subscribe(logs, arn, "-INFO", roleArn=ROLE)
    sent = ["ERROR one", "INFO two", "WARN three"]
    put(logs, sent)
    shard = kinesis.list_shards(StreamName="logs")["Shards"][0]["ShardId"]

    def records() -> list[dict[str, Any]]:
        iterator = kinesis.get_shard_iterator(StreamName="logs", ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
            "ShardIterator"
        ]
        return kinesis.get_records(ShardIterator=iterator)["Records"]

    (record,) = eventually(records, what="a record")
    envelope = json.loads(gzip.decompress(record["Data"]))
    assert record["PartitionKey"] == envelope["logStream"] == STREAM
    assert [event["message"] for event in envelope["logEvents"]] == ["ERROR one", "WARN three"]


def test_large_events_come_in_several_envelopes(cloud: TestCloud, logs: Any, kept: Path) -> None:
    subscribe(logs, subscriber(cloud, kept))
    sent = [f"{number}" + "x" * 300_000 for number in range(3)]
    put(logs, sent)
    assert await_messages(lambda: messages(kept), sent) == sent
    assert len(envelopes(kept)) == 3


def test_filters_are_described_changed_and_deleted(cloud: TestCloud, logs: Any, kept: Path) -> None:
    arn = subscriber(cloud, kept)
    subscribe(logs, arn, "ERROR", name="b")
    subscribe(logs, arn, "WARN", name="a")
    subscribe(logs, arn, "FATAL", name="b")
    described = logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
    assert [(found["filterName"], found["filterPattern"]) for found in described] == [("a", "WARN"), ("b", "FATAL")]
    assert (described[0]["destinationArn"], described[0]["distribution"]) == (arn, "ByLogStream")
    with pytest.raises(logs.exceptions.LimitExceededException, match="2 subscription filters"):
        subscribe(logs, arn, name="c")
    logs.delete_subscription_filter(logGroupName=GROUP, filterName="b")
    put(logs, ["FATAL", "WARN"])
    assert await_messages(lambda: messages(kept), ["WARN"]) == ["WARN"]
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.delete_subscription_filter(logGroupName=GROUP, filterName="b")


def test_destinations_that_could_not_be_reached_are_refused(cloud: TestCloud, logs: Any, kept: Path) -> None:
    forbidden = create(cloud, "forbidden")
    own = subscriber(cloud, kept)
    logs.create_log_group(logGroupName="/aws/lambda/keeper")
    region = f"arn:aws:{{}}:us-east-1:{cloud.account}:{{}}"
    for destination, more, text in (
        (forbidden, {}, "Make sure you have given CloudWatch Logs permission"),
        (region.format("lambda", "function:absent"), {}, "Could not execute the lambda function"),
        (own, {"roleArn": ROLE}, "cannot be used with roleArn"),
        (region.format("kinesis", "stream/absent"), {"roleArn": ROLE}, "absent is missing"),
        (region.format("kinesis", "stream/absent"), {}, "cannot be used without roleArn"),
        (region.format("firehose", "deliverystream/x"), {}, "no destination that the local cloud has"),
        ("nonsense", {}, "no destination"),
        ("arn:aws:lambda:us-east-1:000000000000:function:x", {}, "another account or region"),
    ):
        with pytest.raises(logs.exceptions.InvalidParameterException, match=text):
            subscribe(logs, destination, **more)
    with pytest.raises(logs.exceptions.InvalidParameterException, match="its own log"):
        logs.put_subscription_filter(
            logGroupName="/aws/lambda/keeper", filterName="loop", filterPattern="", destinationArn=own
        )
