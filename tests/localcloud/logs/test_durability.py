"""What was put outlives kill -9, and a reset forgets it."""

from __future__ import annotations

import threading
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from helpers.localcloud import instance
from tests.localcloud.logs.conftest import GROUP, STREAM, make, put
from tests.localcloud.support import TestCloud


def everything(client: Any) -> list[str]:
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=GROUP)
    return [event["message"] for page in pages for event in page["events"]]


def test_kill_9_loses_nothing_that_was_answered(private_cloud: TestCloud) -> None:
    make(private_cloud.client("logs"))
    answered: list[str] = []

    def write() -> None:
        client = private_cloud.client("logs", retries={"max_attempts": 0})
        try:
            for number in range(10_000):
                put(client, [f"event {number}", "beside it"])
                answered.append(f"event {number}")
        except (BotoCoreError, ClientError):
            return

    writer = threading.Thread(target=write)
    writer.start()
    while len(answered) < 50 and writer.is_alive():
        writer.join(0.01)
    private_cloud.kill()
    writer.join(30)
    private_cloud.restart()
    found = everything(private_cloud.client("logs"))
    assert len(answered) >= 50
    assert set(answered) <= set(found)
    assert len(found) == 2 * len(set(found) - {"beside it"})  # each batch as a whole or not at all


def test_groups_retention_tags_filters_and_tokens_outlive_kill_9(private_cloud: TestCloud) -> None:
    logs = private_cloud.client("logs")
    make(logs)
    put(logs, "abc")
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=7)
    logs.tag_log_group(logGroupName=GROUP, tags={"a": "b"})
    logs.put_metric_filter(
        logGroupName=GROUP,
        filterName="f",
        filterPattern="x",
        metricTransformations=[{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}],
    )
    page = logs.get_log_events(logGroupName=GROUP, logStreamName=STREAM, startFromHead=True, limit=1)
    before = logs.describe_log_groups()["logGroups"], logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    private_cloud.kill()
    private_cloud.restart()
    logs = private_cloud.client("logs")
    assert before == (
        logs.describe_log_groups()["logGroups"],
        logs.describe_log_streams(logGroupName=GROUP)["logStreams"],
    )
    assert logs.list_tags_log_group(logGroupName=GROUP)["tags"] == {"a": "b"}
    rest = logs.get_log_events(logGroupName=GROUP, logStreamName=STREAM, nextToken=page["nextForwardToken"])
    assert [event["message"] for event in rest["events"]] == ["b", "c"]


def test_a_reset_forgets_the_logs_of_one_account(private_cloud: TestCloud) -> None:
    other = private_cloud.client("logs", account="999999999999")
    for client in (private_cloud.client("logs"), other):
        make(client)
        put(client, ["line"])
    instance.reset(private_cloud.home, private_cloud.account)
    logs = private_cloud.client("logs")
    assert logs.describe_log_groups()["logGroups"] == []
    make(logs)
    assert everything(logs) == []
    assert everything(other) == ["line"]
