"""Service graphs: nodes by their own segments, edges by their callers' subsegments."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .documents import Document, counts, edges, graph, new_id, put, response, segment, subsegment, window


def shop(status: int = 200, seen: int = 200, *, seconds: float = 0.2, waited: float = 0.3) -> tuple[Document, Document]:
    """Return web, which waits for orders: orders answers `status` in `seconds`, web sees `seen` after `waited`."""
    web = segment("web", http=response(200), origin="AWS::ECS::Container")
    call = subsegment("orders", start=web["start_time"], seconds=waited, namespace="remote", http=response(seen))
    orders = segment("orders", trace_id=web["trace_id"], parent_id=call["id"], seconds=seconds, http=response(status))
    return web | {"subsegments": [call]}, orders


def test_a_node_is_counted_by_its_segments_and_an_edge_by_what_the_caller_saw(xray: Any) -> None:
    """The network between the two lost an answer: orders was fine, its caller got 504 after a second."""
    put(xray, *shop(), *shop(status=200, seen=504, waited=1.0))
    found = graph(xray)
    orders = found["orders", None]["SummaryStatistics"]
    edge = edges(found)["web", "orders"]["SummaryStatistics"]
    assert (counts(orders), orders["TotalCount"]) == ((2, 0, 0, 0), 2)
    assert (counts(edge), edge["TotalCount"]) == ((1, 0, 0, 1), 2)
    assert orders["TotalResponseTime"] == pytest.approx(0.4)
    assert edge["TotalResponseTime"] == pytest.approx(1.3)


def test_clients_stand_before_roots(xray: Any) -> None:
    put(xray, *shop())
    found = graph(xray)
    client, web = found["web", "client"], found["web", "AWS::ECS::Container"]
    assert (client["State"], web["State"], web["Root"]) == ("unknown", "active", True)
    assert "SummaryStatistics" not in client
    assert counts(edges(found)["client", "web"]["SummaryStatistics"]) == (1, 0, 0, 0)
    assert not found["orders", None].get("Root")
    assert set(edges(found)) == {("client", "web"), ("web", "orders")}


@pytest.mark.parametrize(
    ("status", "counted"),
    [
        (200, (1, 0, 0, 0)),
        (302, (1, 0, 0, 0)),
        (404, (0, 1, 0, 0)),
        (429, (0, 1, 1, 0)),
        (503, (0, 0, 0, 1)),
    ],
)
def test_each_request_is_ok_or_error_or_fault(xray: Any, status: int, counted: tuple[int, int, int, int]) -> None:
    put(xray, segment("web", http=response(status)))
    statistics = graph(xray)["web", None]["SummaryStatistics"]
    assert counts(statistics) == counted
    assert statistics["TotalCount"] == 1


@pytest.mark.parametrize(
    ("flags", "counted"),
    [
        ({"throttle": True}, (0, 1, 1, 0)),
        ({"error": True}, (0, 1, 0, 0)),
        ({"error": True, "fault": True}, (0, 0, 0, 1)),
    ],
)
def test_flags_count_like_statuses(xray: Any, flags: Document, counted: tuple[int, int, int, int]) -> None:
    put(xray, segment("web", **flags))
    assert counts(graph(xray)["web", None]["SummaryStatistics"]) == counted


def test_services_that_send_no_segments_are_inferred(xray: Any) -> None:
    web = segment("web")
    calls = [
        subsegment("DynamoDB", start=web["start_time"], namespace="aws", aws={"table_name": "orders"}, fault=True),
        subsegment("api.example.com", start=web["start_time"], namespace="remote", seconds=0.25),
        subsegment("compute", start=web["start_time"]),
    ]
    put(xray, web | {"subsegments": calls})
    found = graph(xray)
    assert set(found) == {
        ("web", "client"),
        ("web", None),
        ("orders", "AWS::DynamoDB::Table"),
        ("api.example.com", "remote"),
    }
    table = found["orders", "AWS::DynamoDB::Table"]
    assert (table["State"], counts(table["SummaryStatistics"])) == ("unknown", (0, 0, 0, 1))
    assert edges(found)["web", "api.example.com"]["SummaryStatistics"]["TotalResponseTime"] == pytest.approx(0.25)


def test_a_traced_call_is_broken_until_its_segment_comes(xray: Any) -> None:
    web = segment("web")
    call = subsegment("orders", start=web["start_time"], namespace="remote", http={"request": {"traced": True}})
    put(xray, web | {"subsegments": [call]})
    assert ("orders", "remote") not in graph(xray)
    put(xray, segment("orders", trace_id=web["trace_id"], parent_id=call["id"]))
    assert ("web", "orders") in edges(graph(xray))


def test_the_inferred_node_gives_way_when_the_segment_comes(xray: Any) -> None:
    web, orders = shop()
    put(xray, web)
    assert ("orders", "remote") in graph(xray)
    put(xray, orders)
    assert ("orders", "remote") not in graph(xray)
    assert ("orders", None) in graph(xray)


def test_a_lost_parent_makes_a_second_root(xray: Any) -> None:
    """Propagation is broken: the service called hangs in the air, and the map shows it as called by a client."""
    web, orders = shop()
    put(xray, web, orders | {"parent_id": new_id()})
    found = edges(graph(xray))
    assert ("client", "orders") in found
    assert found["web", "orders"]["SummaryStatistics"]["TotalCount"] == 1  # the inferred one


def test_histograms_and_times_cover_the_requests(xray: Any) -> None:
    start = time.time() - 100
    put(xray, *[segment("web", start=start + number, seconds=0.1 * number) for number in range(1, 4)])
    web = graph(xray)["web", None]
    assert [(entry["Value"], entry["Count"]) for entry in web["ResponseTimeHistogram"]] == [
        (0.1, 1),
        (0.2, 1),
        (0.3, 1),
    ]
    assert web["StartTime"].timestamp() == pytest.approx(start + 1, abs=0.001)
    assert web["EndTime"].timestamp() == pytest.approx(start + 3.3, abs=0.001)


def test_asynchronous_work_is_duration_and_not_response_time(xray: Any) -> None:
    web = segment("web", seconds=1.0)
    put(xray, web | {"subsegments": [subsegment("later", start=web["start_time"] + 0.5, seconds=2.0)]})
    node = graph(xray)["web", None]
    assert [entry["Value"] for entry in node["ResponseTimeHistogram"]] == [1.0]
    assert [entry["Value"] for entry in node["DurationHistogram"]] == [2.5]


def test_a_graph_of_chosen_traces(xray: Any) -> None:
    one, other = shop(), shop(status=500)
    put(xray, *one, *other)
    services = xray.get_trace_graph(TraceIds=[other[0]["trace_id"]])["Services"]
    orders = next(service for service in services if service["Name"] == "orders")
    assert counts(orders["SummaryStatistics"]) == (0, 0, 0, 1)


def test_a_graph_of_a_group(xray: Any) -> None:
    put(xray, *shop(), segment("other"))
    arn = xray.create_group(GroupName="orders", FilterExpression='service("orders")')["Group"]["GroupARN"]
    assert ("other", None) in graph(xray)
    assert ("other", None) not in graph(xray, GroupName="orders")
    assert ("orders", None) in graph(xray, GroupARN=arn)
    with pytest.raises(ClientError, match="no group nobody"):
        graph(xray, GroupName="nobody")


def test_a_graph_of_more_than_six_hours_is_refused(xray: Any) -> None:
    with pytest.raises(ClientError, match="Time range cannot be longer than 6 hours"):
        xray.get_service_graph(**window(7))


def test_statistics_over_time(xray: Any) -> None:
    start = (time.time() // 60 - 3) * 60
    web = [segment("web", start=start + at, seconds=0.5, fault=at > 60) for at in (1, 2, 61)]
    put(xray, *web)
    begin = datetime.fromtimestamp(start, UTC)
    times = {"StartTime": begin, "EndTime": begin + timedelta(minutes=3)}
    answer = xray.get_time_series_service_statistics(**times, EntitySelectorExpression='service("web")', Period=60)
    points = [
        (point["Timestamp"], point["ServiceSummaryStatistics"]) for point in answer["TimeSeriesServiceStatistics"]
    ]
    assert [at for at, _ in points] == [begin + timedelta(minutes=number) for number in range(3)]
    assert [counts(statistics) for _, statistics in points] == [(2, 0, 0, 0), (0, 0, 0, 1), (0, 0, 0, 0)]
    every_edge = xray.get_time_series_service_statistics(**times)["TimeSeriesServiceStatistics"]
    assert [point["EdgeSummaryStatistics"]["TotalCount"] for point in every_edge] == [2, 1, 0]
    with pytest.raises(ClientError, match="only service"):
        xray.get_time_series_service_statistics(**times, EntitySelectorExpression="fault")
    with pytest.raises(ClientError, match="forecasts"):
        xray.get_time_series_service_statistics(**times, ForecastStatistics=True)
