"""GetTraceSummaries: what a trace is summed up to, and which traces are meant."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .documents import new_id, new_trace_id, put, response, segment, subsegment, summaries, window


def test_duration_is_of_the_trace_and_response_time_of_the_root(xray: Any) -> None:
    start = time.time() - 60
    web = segment("web", start=start, seconds=1.0)
    worker = segment("worker", trace_id=web["trace_id"], parent_id=web["id"], start=start + 0.5, seconds=4.0)
    put(xray, worker, web)
    (summary,) = summaries(xray)
    assert summary["Duration"] == pytest.approx(4.5)
    assert summary["ResponseTime"] == pytest.approx(1.0)
    assert summary["StartTime"].timestamp() == pytest.approx(start, abs=0.001)
    assert (summary["EntryPoint"]["Name"], summary["Revision"]) == ("web", 2)


@pytest.mark.parametrize(
    ("root", "downstream", "flags"),
    [
        (200, 200, (False, False, False)),
        (404, 200, (False, True, False)),
        (500, 200, (True, False, False)),
        # 429 is a throttle and an error, too.
        (429, 200, (False, True, True)),
        # An error that the root handled is not its own, but a throttle shows from anywhere.
        (200, 503, (False, False, False)),
        (200, 429, (False, False, True)),
    ],
)
def test_fault_and_error_come_from_the_root_and_throttle_from_anywhere(
    xray: Any, root: int, downstream: int, flags: tuple[bool, bool, bool]
) -> None:
    web = segment("web", http=response(root))
    put(xray, web, segment("db", trace_id=web["trace_id"], parent_id=web["id"], http=response(downstream)))
    (summary,) = summaries(xray)
    assert (summary["HasFault"], summary["HasError"], summary["HasThrottle"]) == flags


def test_http_users_and_services_are_told(xray: Any) -> None:
    request = {"url": "http://shop/o", "method": "POST", "user_agent": "curl", "client_ip": "1.2.3.4"}
    web = segment("web", http={"request": request, **response(201)}, user="ann", origin="AWS::EC2::Instance")
    db = segment("db", trace_id=web["trace_id"], parent_id=web["id"], user="service", resource_arn="arn:aws:x:::y")
    put(xray, web, db)
    (summary,) = summaries(xray)
    assert summary["Http"] == {
        "HttpURL": "http://shop/o",
        "HttpMethod": "POST",
        "HttpStatus": 201,
        "UserAgent": "curl",
        "ClientIp": "1.2.3.4",
    }
    assert {user["UserName"]: [at["Name"] for at in user["ServiceIds"]] for user in summary["Users"]} == {
        "ann": ["web"],
        "service": ["db"],
    }
    assert {(service["Name"], service.get("Type")) for service in summary["ServiceIds"]} == {
        ("web", "AWS::EC2::Instance"),
        ("db", None),
    }
    assert summary["ResourceARNs"] == [{"ARN": "arn:aws:x:::y"}]


def test_annotations_of_subsegments_too_are_indexed_with_their_services(xray: Any) -> None:
    web = segment("web", annotations={"paid": True, "count": 1, "bad key": "x"})
    call = subsegment("call", start=web["start_time"], annotations={"count": 2, "name": "n"})
    put(xray, web | {"subsegments": [call]})
    (summary,) = summaries(xray)
    values = {
        key: sorted(str(value["AnnotationValue"]) for value in found) for key, found in summary["Annotations"].items()
    }
    assert values == {
        "paid": ["{'BooleanValue': True}"],
        "count": ["{'NumberValue': 1.0}", "{'NumberValue': 2.0}"],
        "name": ["{'StringValue': 'n'}"],
    }
    assert summary["Annotations"]["name"][0]["ServiceIds"][0]["Name"] == "web"


def test_at_most_fifty_annotations_are_indexed(xray: Any) -> None:
    put(xray, segment("web", annotations={f"key{number}": number for number in range(60)}))
    (summary,) = summaries(xray)
    assert len(summary["Annotations"]) == 50
    assert summaries(xray, "annotation.key0 = 0")
    assert not summaries(xray, "annotation.key59 = 59")


def test_expressions_choose_among_traces(xray: Any) -> None:
    ok, slow, failed = segment("web", http=response(200)), segment("web", seconds=9), segment("db", fault=True)
    put(xray, ok, slow, failed)
    for expression, meant in [
        ("ok", {ok["trace_id"], slow["trace_id"]}),
        ("responsetime > 5", {slow["trace_id"]}),
        ('service("db") { fault }', {failed["trace_id"]}),
        ('!service("db")', {ok["trace_id"], slow["trace_id"]}),
        ("http.status = 200", {ok["trace_id"]}),
    ]:
        assert {summary["Id"] for summary in summaries(xray, expression)} == meant, expression


@pytest.mark.parametrize("expression", ["fault =", "rootcause.fault.service", "nonsense > 1", ""])
def test_an_expression_that_cannot_be_read_is_refused_with_its_place(xray: Any, expression: str) -> None:
    with pytest.raises(ClientError, match=r"line 1, column \d+") as refusal:
        summaries(xray, expression)
    assert refusal.value.response["Error"]["Code"] == "InvalidRequestException"


def test_each_type_of_range_asks_for_another_time(xray: Any) -> None:
    start = time.time() - 7200
    old = segment("web", start=start, seconds=5400)
    put(xray, old)

    def found(range_type: str, begin: float, end: float) -> bool:
        moments = {"StartTime": datetime.fromtimestamp(begin, UTC), "EndTime": datetime.fromtimestamp(end, UTC)}
        return bool(xray.get_trace_summaries(TimeRangeType=range_type, **moments)["TraceSummaries"])

    now = time.time()
    began, ended, arrived = (start - 60, start + 60), (start + 5340, start + 5460), (now - 60, now + 60)
    assert [found("TraceId", *part) for part in (began, ended, arrived)] == [True, False, False]
    assert [found("Service", *part) for part in (began, ended, arrived)] == [False, True, False]
    assert [found("Event", *part) for part in (began, ended, arrived)] == [False, False, True]


def test_an_event_says_when_it_was(xray: Any) -> None:
    put(xray, segment("web"))
    (summary,) = summaries(xray, TimeRangeType="Event")
    assert abs(summary["MatchedEventTime"].timestamp() - time.time()) < 60


def test_a_w3c_trace_id_holds_no_time_and_is_found_by_its_segments(xray: Any) -> None:
    web = segment("web", trace_id="1-4efaaf4d-1e8720b39541901950019ee5")
    put(xray, web)
    assert [summary["Id"] for summary in summaries(xray)] == [web["trace_id"]]


def test_pages_hold_every_trace_once_the_newest_first(xray: Any) -> None:
    start = time.time() - 600
    put(xray, *[segment("web", start=start + number) for number in range(230)])
    pages = list(xray.get_paginator("get_trace_summaries").paginate(**window()))
    found = [summary["StartTime"] for page in pages for summary in page["TraceSummaries"]]
    assert len(pages) == 3
    assert len(found) == 230
    assert found == sorted(found, reverse=True)
    assert [page["TracesProcessedCount"] for page in pages] == [100, 100, 30]


def test_pages_of_those_that_are_meant_tell_how_many_were_read(xray: Any) -> None:
    start = time.time() - 600
    put(xray, *[segment("web", start=start + number, fault=number % 2 == 0) for number in range(300)])
    pages = list(xray.get_paginator("get_trace_summaries").paginate(**window(), FilterExpression="fault"))
    assert [len(page["TraceSummaries"]) for page in pages] == [100, 50]
    assert sum(page["TracesProcessedCount"] for page in pages) == 300
    assert len({summary["Id"] for page in pages for summary in page["TraceSummaries"]}) == 150


def test_traces_that_arrive_between_two_pages_move_nothing(xray: Any) -> None:
    start = time.time() - 600
    put(xray, *[segment("web", start=start + number) for number in range(120)])
    first = xray.get_trace_summaries(**window())
    put(xray, *[segment("web", start=start + 300 + number) for number in range(20)])
    second = xray.get_trace_summaries(**window(), NextToken=first["NextToken"])
    assert len({summary["Id"] for page in (first, second) for summary in page["TraceSummaries"]}) == 120


def test_sampling_gives_a_part_and_the_same_part_again(xray: Any) -> None:
    put(xray, *[segment("web", trace_id=new_trace_id()) for _ in range(200)])

    def sample(**strategy: Any) -> set[str]:
        more = {"Sampling": True, **({"SamplingStrategy": strategy} if strategy else {})}
        pages = xray.get_paginator("get_trace_summaries").paginate(**window(), **more)
        return {summary["Id"] for page in pages for summary in page["TraceSummaries"]}

    fifth = sample(Name="FixedRate", Value=0.2)
    assert 10 < len(fifth) < 80
    assert fifth == sample(Name="FixedRate", Value=0.2)
    assert fifth < sample(Name="FixedRate", Value=0.5) < sample()
    assert len(sample(Name="PartialScan", Value=0.25)) == 50
    with pytest.raises(ClientError, match="0 to 1"):
        sample(Name="FixedRate", Value=20.0)


@pytest.mark.parametrize(
    ("hours", "says"), [(25, "Time range cannot be longer than 24 hours"), (-1, "is after EndTime")]
)
def test_ranges_that_are_none_are_refused(xray: Any, hours: int, says: str) -> None:
    now = datetime.now(UTC)
    with pytest.raises(ClientError, match=says):
        xray.get_trace_summaries(StartTime=now - timedelta(hours=hours), EndTime=now)


def test_a_token_of_another_call_is_refused(xray: Any) -> None:
    with pytest.raises(ClientError, match="not one that this call gave"):
        xray.get_trace_summaries(**window(), NextToken="nonsense")


def test_the_root_cause_is_the_deepest_that_failed(xray: Any) -> None:
    """web -> orders -> DynamoDB (throws); web's other call failed, too, and was handled: no client noticed."""
    start = time.time() - 60
    to_orders = subsegment("orders", start=start, namespace="remote", fault=True)
    handled = {"exceptions": [{"id": new_id(), "type": "Timeout", "message": "2 s"}]}
    to_mail = subsegment("mail", start=start, namespace="remote", fault=True, cause=handled)
    web = segment(
        "web", start=start, fault=True, subsegments=[to_orders, subsegment("try", start=start, subsegments=[to_mail])]
    )
    thrown = {"exceptions": [{"id": new_id(), "type": "ProvisionedThroughput", "message": "slow down"}]}
    to_table = subsegment("DynamoDB", start=start, namespace="aws", fault=True, cause=thrown)
    orders = segment("orders", trace_id=web["trace_id"], parent_id=to_orders["id"], start=start, fault=True)
    put(xray, web, orders | {"subsegments": [to_table]})
    (summary,) = summaries(xray)
    causes = {tuple(service["Name"] for service in cause["Services"]): cause for cause in summary["FaultRootCauses"]}
    assert {path: cause["ClientImpacting"] for path, cause in causes.items()} == {
        ("web", "orders", "DynamoDB"): True,
        ("web", "mail"): False,
    }
    last = causes["web", "orders", "DynamoDB"]["Services"][-1]
    assert (last["Inferred"], last["Type"]) == (True, "AWS::DynamoDB")
    assert last["EntityPath"][-1]["Exceptions"] == [{"Name": "ProvisionedThroughput", "Message": "slow down"}]
    assert [step["Name"] for step in causes["web", "mail"]["Services"][0]["EntityPath"]] == ["web", "try", "mail"]
    assert summary["ErrorRootCauses"] == []


def test_a_trace_of_which_only_a_subsegment_has_come_is_found(xray: Any) -> None:
    lone = subsegment("call", start=time.time() - 60, trace_id=new_trace_id(), parent_id=new_id(), type="subsegment")
    put(xray, lone)
    (summary,) = summaries(xray)
    assert (summary["Id"], summary["HasFault"], summary.get("EntryPoint")) == (lone["trace_id"], False, None)
