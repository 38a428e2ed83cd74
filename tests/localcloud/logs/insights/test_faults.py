"""Queries that are stopped, and queries that a crash interrupts."""

from __future__ import annotations

from typing import Any

from tests.localcloud.logs.insights.asking import GROUP, create, finished, put, rows, window
from tests.localcloud.support import TestCloud, eventually

# Some seconds of work on the lines below, which are a fraction of a second's otherwise.
HEAVY = "stats " + ", ".join(
    f"count_distinct(concat(n, @message, {number})), pct(n + {number}, 50)" for number in range(40)
)


def load(client: Any, start: int, count: int = 20_000) -> None:
    create(client)
    put(client, [{"n": number, "text": "x" * 50} for number in range(count)], start, step=1)


def begin(client: Any, start: int, query: str = HEAVY) -> str:
    started: str = client.start_query(logGroupName=GROUP, **window(start), queryString=query)["queryId"]
    return started


def status(client: Any, query: str) -> str:
    return str(client.get_query_results(queryId=query)["status"])


def test_running_and_waiting_queries_can_be_stopped_and_the_next_one_runs(cloud: TestCloud, start: int) -> None:
    client = cloud.client("logs")
    load(client, start, 40_000)
    queries = [begin(client, start) for _ in range(4)]
    assert {status(client, query) for query in queries} <= {"Scheduled", "Running"}
    for query in queries:
        assert client.stop_query(queryId=query)["success"]
    after = begin(client, start, "stats count(*) as n")
    assert rows(finished(client, after)) == [{"n": "40000"}]
    assert {status(client, query) for query in queries} == {"Cancelled"}
    assert client.get_query_results(queryId=queries[0])["results"] == []


def test_a_kill_in_the_middle_leaves_no_query_running_for_ever(private_cloud: TestCloud, start: int) -> None:
    client = private_cloud.client("logs")
    load(client, start)
    done = begin(client, start, "stats count(*) as n")
    finished(client, done)
    interrupted = [begin(client, start) for _ in range(3)]
    eventually(lambda: status(client, interrupted[0]) == "Running", what="the first query running")
    private_cloud.kill()
    private_cloud.restart()
    client = private_cloud.client("logs")
    assert rows(client.get_query_results(queryId=done)) == [{"n": "20000"}]
    for query in interrupted:
        eventually(lambda query=query: status(client, query) == "Complete", what="the query's second run")
    assert len(client.get_query_results(queryId=interrupted[0])["results"]) == 1


def test_a_stop_in_the_middle_does_not_wait_for_queries_and_they_run_again(
    private_cloud: TestCloud, start: int
) -> None:
    client = private_cloud.client("logs")
    load(client, start)
    queries = [begin(client, start) for _ in range(4)]
    private_cloud.stop()
    private_cloud.restart()
    client = private_cloud.client("logs")
    for query in queries:
        eventually(lambda query=query: status(client, query) == "Complete", what="the query's second run")


def test_results_outlive_their_log_group(cloud: TestCloud, start: int) -> None:
    client = cloud.client("logs")
    load(client, start, 10)
    query = begin(client, start, "fields @message")
    finished(client, query)
    client.delete_log_group(logGroupName=GROUP)
    assert len(rows(client.get_query_results(queryId=query))) == 10


def test_only_the_newest_hundred_queries_are_kept(cloud: TestCloud, start: int) -> None:
    client = cloud.client("logs")
    load(client, start, 1)
    queries: list[str] = []
    for _ in range(6):
        batch = [begin(client, start, "stats count(*) as n") for _ in range(20)]
        for query in batch:
            finished(client, query)
        queries += batch
    kept = [query["queryId"] for query in client.describe_queries()["queries"]]
    assert kept == queries[:19:-1]
    assert rows(client.get_query_results(queryId=queries[20])) == [{"n": "1"}]
