"""PutTraceSegments and BatchGetTraces: every document by itself, nothing lost."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from helpers.localcloud import instance
from tests.localcloud.support import TestCloud, new_account

from .documents import graph, new_id, new_trace_id, put, response, segment, subsegment, summaries, trace_of


def test_a_bad_document_does_not_keep_the_good_ones_out(xray: Any) -> None:
    good = segment("web")
    texts = [json.dumps(good), "{", json.dumps(segment("web", trace_id="nonsense")), json.dumps({"name": "web"}), "7"]
    answer = xray.put_trace_segments(TraceSegmentDocuments=texts)["UnprocessedTraceSegments"]
    assert [bad["ErrorCode"] for bad in answer] == ["ParseError", "InvalidTraceId", "MissingTraceId", "ParseError"]
    assert all(bad["Message"].startswith("Invalid segment. ErrorCode: ") for bad in answer)
    assert [summary["Id"] for summary in summaries(xray)] == [good["trace_id"]]


def test_what_is_not_processed_is_named_by_its_id(xray: Any) -> None:
    bad = segment("web", fault="yes")
    (refused,) = put(xray, bad)
    assert refused["Id"] == bad["id"]
    assert "fault is 'yes'" in refused["Message"]


def test_an_array_of_subsegments_is_one_document(xray: Any) -> None:
    web = segment("web")
    common = {"trace_id": web["trace_id"], "parent_id": web["id"], "type": "subsegment"}
    calls = [subsegment(name, start=web["start_time"]) | common for name in ("a", "b")]
    answer = xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(web), json.dumps(calls)])
    assert answer["UnprocessedTraceSegments"] == []
    embedded = trace_of(xray, web["trace_id"])["web"]["subsegments"]
    assert sorted(one["name"] for one in embedded) == ["a", "b"]


def test_more_than_64_kb_is_refused(xray: Any) -> None:
    (refused,) = put(xray, segment("web", metadata={"m": "x" * 65_536}))
    assert refused["ErrorCode"] == "SegmentTooLarge"


@pytest.mark.parametrize(
    ("ahead", "taken"), [(3600, True), (3 * 3600, False), (-29 * 86_400, True), (-31 * 86_400, False)]
)
def test_clocks_may_be_skewed_within_limits(xray: Any, ahead: float, taken: bool) -> None:
    refused = put(xray, segment("web", start=time.time() + ahead))
    assert [one["ErrorCode"] for one in refused] == ([] if taken else ["InvalidTime"])


@pytest.mark.parametrize("late", [False, True])
def test_the_completed_segment_replaces_the_one_in_progress_whichever_comes_first(xray: Any, late: bool) -> None:
    done = segment("web", http=response(200))
    running = {key: value for key, value in done.items() if key not in ("end_time", "http")} | {"in_progress": True}
    if not late:
        put(xray, running)
        assert [summary["IsPartial"] for summary in summaries(xray)] == [True]
    put(xray, done)
    if late:
        put(xray, running)
    assert trace_of(xray, done["trace_id"]) == {"web": done}
    assert [summary["IsPartial"] for summary in summaries(xray)] == [False]


def test_a_segment_sent_twice_is_one(xray: Any) -> None:
    web = segment("web")
    put(xray, web, web)
    put(xray, web)
    (trace,) = xray.batch_get_traces(TraceIds=[web["trace_id"]])["Traces"]
    assert len(trace["Segments"]) == 1


def test_independent_subsegments_are_put_into_their_parents_even_if_they_come_first(xray: Any) -> None:
    web = segment("web")
    inner = subsegment("inner", start=web["start_time"])
    outer = subsegment("outer", start=web["start_time"])
    common = {"trace_id": web["trace_id"], "type": "subsegment"}
    put(xray, inner | common | {"parent_id": outer["id"]})
    (before,) = xray.batch_get_traces(TraceIds=[web["trace_id"]])["Traces"]
    assert [found["Id"] for found in before["Segments"]] == [inner["id"]]
    put(xray, outer | common | {"parent_id": web["id"]}, web)
    (found,) = trace_of(xray, web["trace_id"])["web"]["subsegments"]
    assert (found["name"], [child["name"] for child in found["subsegments"]]) == ("outer", ["inner"])


def test_a_segment_is_inferred_for_a_service_that_sends_none(xray: Any) -> None:
    web = segment("web")
    table = {"table_name": "orders", "operation": "GetItem"}
    call = subsegment("DynamoDB", start=web["start_time"], namespace="aws", aws=table, throttle=True, error=True)
    put(xray, web | {"subsegments": [call]})
    inferred = trace_of(xray, web["trace_id"])["orders"]
    assert (inferred["inferred"], inferred["origin"], inferred["parent_id"]) == (
        True,
        "AWS::DynamoDB::Table",
        call["id"],
    )
    assert (inferred["start_time"], inferred["end_time"]) == (call["start_time"], call["end_time"])
    assert (inferred["throttle"], inferred["aws"]) == (True, table)


def test_unknown_traces_are_listed_and_the_others_given(xray: Any) -> None:
    web, unknown = segment("web"), new_trace_id()
    put(xray, web)
    answer = xray.batch_get_traces(TraceIds=[unknown, web["trace_id"]])
    assert [trace["Id"] for trace in answer["Traces"]] == [web["trace_id"]]
    assert answer["UnprocessedTraceIds"] == [unknown]
    assert answer["Traces"][0]["Duration"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("ids", "says"),
    [([new_trace_id() for _ in range(6)], "Exceeding maximum query size: 5"), (["1-2-3"], "'1-2-3' is no trace id")],
)
def test_what_batch_get_traces_refuses(xray: Any, ids: list[str], says: str) -> None:
    with pytest.raises(ClientError, match=says) as refusal:
        xray.batch_get_traces(TraceIds=ids)
    assert refusal.value.response["Error"]["Code"] == "InvalidRequestException"


def test_traces_stay_in_their_account_and_region(cloud: TestCloud) -> None:
    web = segment("web")
    put(cloud.client("xray"), web)
    for other in (cloud.client("xray", region="eu-west-1"), cloud.client("xray", account="210987654321")):
        assert other.batch_get_traces(TraceIds=[web["trace_id"]])["Traces"] == []


def test_telemetry_is_accepted(xray: Any) -> None:
    xray.put_telemetry_records(TelemetryRecords=[{"Timestamp": 1.0, "SegmentsReceivedCount": 1}], Hostname="h")


def test_many_senders_at_once_lose_nothing(cloud: TestCloud) -> None:
    """Eight processes' worth of senders, while others ask."""
    xray = cloud.client("xray")
    threads = [threading.Thread(target=lambda: [put(xray, segment("web")) for _ in range(10)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        graph(xray)
    assert graph(xray)["web", None]["SummaryStatistics"]["TotalCount"] == 80


def test_a_reset_forgets_the_account_and_no_other(cloud: TestCloud) -> None:
    other = cloud.client("xray", account=new_account())
    for client in (cloud.client("xray"), other):
        put(client, segment("web"))
        client.create_group(GroupName="mine")
    instance.reset(cloud.home, cloud.account)
    assert summaries(cloud.client("xray")) == []
    assert cloud.client("xray").get_groups()["Groups"] == []
    assert (len(summaries(other)), len(other.get_groups()["Groups"])) == (1, 1)


def test_everything_outlives_a_kill(private_cloud: TestCloud) -> None:
    before = segment("web", annotations={"kept": True})
    put(private_cloud.client("xray"), before)
    private_cloud.client("xray").create_group(GroupName="kept", FilterExpression="annotation.kept = true")
    private_cloud.kill()
    private_cloud.restart()
    xray = private_cloud.client("xray")
    assert trace_of(xray, before["trace_id"]) == {"web": before}
    assert xray.get_group(GroupName="kept")["Group"]["FilterExpression"] == "annotation.kept = true"
    put(xray, segment("db", trace_id=before["trace_id"], parent_id=new_id()))
    assert set(trace_of(xray, before["trace_id"])) == {"web", "db"}
