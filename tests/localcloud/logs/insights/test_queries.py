"""Queries from StartQuery to their results, as boto3 sees them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.logs.insights.asking import GROUP, MINUTE, Ask, create, finished, put, rows, window
from tests.localcloud.support import TestCloud, new_account

LINES: list[Any] = [
    {"level": "ERROR", "route": "/orders", "ms": 120},
    {"level": "INFO", "route": "/orders", "ms": 20},
    "a line that is no JSON",
    {"level": "ERROR", "route": "/items", "ms": 80},
]


def refused(client: Any, **request: Any) -> ClientError:
    """Return the error with which StartQuery refuses."""
    whole = {"logGroupName": GROUP, "startTime": 0, "endTime": 1, "queryString": "fields @message", **request}
    with pytest.raises(ClientError) as error:
        client.start_query(**{name: value for name, value in whole.items() if value is not None})
    return error.value


def code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def test_a_query_filters_groups_and_counts_what_it_read(logs: Any, start: int) -> None:
    put(logs, LINES, start)
    query = 'filter level = "ERROR" | stats count(*) as errors, pct(ms, 50) as median by bin(1m)'
    answer = finished(logs, logs.start_query(logGroupName=GROUP, **window(start), queryString=query)["queryId"])
    (row,) = rows(answer)
    assert (row["errors"], row["median"]) == ("2", "100")
    assert row["bin(1m)"].endswith(":00.000")
    sizes = [len(event["message"].encode()) for event in logs.filter_log_events(logGroupName=GROUP)["events"]]
    assert answer["statistics"] == {
        "recordsMatched": 2.0,
        "recordsScanned": 4.0,
        "bytesScanned": float(sum(sizes)),
        "estimatedRecordsSkipped": 0.0,
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": 1.0,
        "resultCount": 1.0,
    }


def test_events_come_newest_first_with_a_pointer_and_without_missing_fields(logs: Any, start: int) -> None:
    put(logs, LINES, start)
    query = logs.start_query(logGroupName=GROUP, **window(start), queryString="fields level, ms")["queryId"]
    answer = finished(logs, query)
    assert rows(answer) == [
        {"level": "ERROR", "ms": "80"}, {}, {"level": "INFO", "ms": "20"}, {"level": "ERROR", "ms": "120"},
    ]  # fmt: skip
    assert [row[-1]["field"] for row in answer["results"]] == ["@ptr"] * 4


def test_a_pointer_leads_to_the_whole_record(cloud: TestCloud, logs: Any, start: int) -> None:
    put(logs, [{"level": "INFO", "user": {"id": 7, "tags": ["a"]}, "none": None, "@x": 1}], start)
    query = logs.start_query(logGroupName=GROUP, **window(start), queryString="fields level")["queryId"]
    ((_, pointer),) = finished(logs, query)["results"]
    record = logs.get_log_record(logRecordPointer=pointer["value"])["logRecord"]
    assert record.pop("@message").startswith('{"level"')
    assert int(record.pop("@ingestionTime")) >= start
    assert record == {
        "@timestamp": str(start),
        "@logStream": "web-1",
        "@log": f"{cloud.account}:{GROUP}",
        "@ptr": pointer["value"],
        "level": "INFO",
        "user.id": "7",
        "user.tags.0": "a",
        "@@x": "1",
    }
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.get_log_record(logRecordPointer="nothing like it")
    stranger = cloud.client("logs", account=new_account())
    with pytest.raises(stranger.exceptions.ResourceNotFoundException):
        stranger.get_log_record(logRecordPointer=pointer["value"])


def test_the_range_is_in_seconds_or_milliseconds_with_both_ends(logs: Any, start: int, ask: Ask) -> None:
    put(logs, ["first", "second", "third"], start)
    seconds = start // 1000
    count = "stats count(*) as n"
    assert ask(count, startTime=seconds, endTime=seconds + 1) == [{"n": "2"}]
    assert ask(count, startTime=start + 1, endTime=start + 2000) == [{"n": "2"}]
    assert ask(count, startTime=seconds + 3, endTime=seconds + 9) == []


def test_several_groups_by_name_or_arn_are_read_together(cloud: TestCloud, logs: Any, start: int, ask: Ask) -> None:
    create(logs, "/shop/items")
    put(logs, ["a"], start)
    put(logs, ["b", "c"], start, group="/shop/items")
    both: dict[str, Any] = {"logGroupName": None}
    arn = f"arn:aws:logs:us-east-1:{cloud.account}:log-group:/shop/items"
    query = "stats count(*) as n by @log | sort n"
    expected = [{"@log": f"{cloud.account}:{GROUP}", "n": "1"}, {"@log": f"{cloud.account}:/shop/items", "n": "2"}]

    def asked(**groups: Any) -> list[dict[str, str]]:
        return rows(finished(logs, logs.start_query(**window(start), queryString=query, **groups)["queryId"]))

    assert asked(logGroupNames=[GROUP, "/shop/items"]) == expected
    assert asked(logGroupIdentifiers=[GROUP, arn]) == expected
    assert asked(logGroupIdentifiers=[arn]) == expected[1:]
    assert code(refused(logs, **both)) == "InvalidParameterException"
    assert code(refused(logs, logGroupNames=[GROUP])) == "InvalidParameterException"
    assert code(refused(logs, **both, logGroupNames=["/none"])) == "ResourceNotFoundException"
    assert code(refused(logs, **both, logGroupNames=[f"/g{n}" for n in range(51)])) == "InvalidParameterException"
    elsewhere = f"arn:aws:logs:us-east-1:{new_account()}:log-group:{GROUP}"
    assert code(refused(logs, **both, logGroupIdentifiers=[elsewhere])) == "InvalidParameterException"


def test_another_account_and_region_see_nothing_of_it(cloud: TestCloud, logs: Any, start: int) -> None:
    put(logs, LINES, start)
    query = logs.start_query(logGroupName=GROUP, **window(start), queryString="fields @message")["queryId"]
    for other in (cloud.client("logs", account=new_account()), cloud.client("logs", region="eu-west-1")):
        create(other)
        with pytest.raises(other.exceptions.ResourceNotFoundException):
            other.get_query_results(queryId=query)
        own = other.start_query(logGroupName=GROUP, **window(start), queryString="fields @message")["queryId"]
        assert finished(other, own)["results"] == []
        assert [found["queryId"] for found in other.describe_queries()["queries"]] == [own]


def test_results_come_in_pages(logs: Any, start: int) -> None:
    put(logs, [{"n": number} for number in range(25)], start)
    query = logs.start_query(logGroupName=GROUP, **window(start), queryString="fields n | sort n")["queryId"]
    finished(logs, query)
    seen: list[str] = []
    page: dict[str, Any] = {}
    while not seen or page.get("nextToken"):
        token = {"nextToken": page["nextToken"]} if page else {}
        page = logs.get_query_results(queryId=query, maxItems=10, **token)
        seen += [row["n"] for row in rows(page)]
    assert seen == [str(number) for number in range(25)]
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.get_query_results(queryId=query, nextToken="made up")


def test_more_rows_than_a_page_holds_are_all_there(logs: Any, start: int) -> None:
    put(logs, ["line"] * 10_500, start, step=1)
    query = logs.start_query(logGroupName=GROUP, **window(start), queryString="fields @timestamp", limit=20_000)
    first = finished(logs, query["queryId"])
    second = logs.get_query_results(queryId=query["queryId"], nextToken=first["nextToken"])
    assert (len(first["results"]), len(second["results"]), second.get("nextToken")) == (10_000, 500, None)


def test_a_query_has_10000_rows_unless_more_are_asked_for(logs: Any, start: int, ask: Ask) -> None:
    put(logs, ["line"] * 10_050, start, step=1)
    assert len(ask("fields @timestamp")) == 10_000
    assert len(ask("fields @timestamp", limit=7)) == 7
    assert len(ask("fields @timestamp | limit 5", limit=7)) == 5


def test_a_malformed_query_is_refused_at_once_with_its_place(logs: Any) -> None:
    error = refused(logs, queryString="fields @message\n| filter level == 1")
    assert code(error) == "MalformedQueryException"
    assert error.response["Error"]["Message"].startswith('At line 2, column 17: Found "=", expected')
    compiled = error.response["queryCompileError"]
    assert compiled["location"] == {"startCharOffset": 32, "endCharOffset": 33}
    assert compiled["message"] == error.response["Error"]["Message"]
    assert logs.describe_queries()["queries"] == []


@pytest.mark.parametrize("command", ["pattern @message", "diff", "anomaly", "unmask @message", "lookup a b"])
def test_commands_that_are_not_built_are_refused_by_name(logs: Any, command: str) -> None:
    error = refused(logs, queryString=f"fields @message | {command}")
    assert code(error) == "MalformedQueryException"
    assert f"The command {command.split()[0]} of Logs Insights QL is not built" in error.response["Error"]["Message"]


@pytest.mark.parametrize("language", ["SQL", "PPL"])
def test_other_languages_are_refused_by_name(logs: Any, language: str) -> None:
    error = refused(logs, queryLanguage=language, queryString="SELECT 1")
    assert code(error) == "InvalidParameterException"
    assert language in error.response["Error"]["Message"]


def test_what_makes_no_sense_is_refused(logs: Any) -> None:
    assert code(refused(logs, logGroupName="/none")) == "ResourceNotFoundException"
    assert code(refused(logs, startTime=20, endTime=10)) == "InvalidParameterException"
    assert code(refused(logs, limit=100_001)) == "InvalidParameterException"
    assert code(refused(logs, queryString="")) == "MalformedQueryException"
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.get_query_results(queryId="none")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.stop_query(queryId="none")


def test_queries_are_described_newest_first(cloud: TestCloud, logs: Any, start: int) -> None:
    create(logs, "/other")
    ids = []
    for group in (GROUP, "/other", GROUP):
        query = logs.start_query(logGroupName=group, **window(start), queryString="fields @message")["queryId"]
        finished(logs, query)
        ids.insert(0, query)
    described = logs.describe_queries()["queries"]
    assert [query["queryId"] for query in described] == ids
    assert described[0]["status"] == "Complete"
    assert described[0]["queryString"] == "fields @message"
    assert described[0]["userIdentity"] == f"arn:aws:iam::{cloud.account}:root"
    of_group = logs.describe_queries(logGroupName=GROUP, status="Complete")["queries"]
    assert [query["queryId"] for query in of_group] == [ids[0], ids[2]]
    assert logs.describe_queries(status="Failed")["queries"] == []
    page = logs.describe_queries(maxResults=2)
    rest = logs.describe_queries(maxResults=2, nextToken=page["nextToken"])
    assert [query["queryId"] for query in page["queries"] + rest["queries"]] == ids


def test_a_query_that_has_ended_cannot_be_stopped(logs: Any, start: int) -> None:
    query = logs.start_query(logGroupName=GROUP, **window(start), queryString="fields @message")["queryId"]
    finished(logs, query)
    with pytest.raises(logs.exceptions.InvalidParameterException, match="Complete"):
        logs.stop_query(queryId=query)


def test_events_beyond_the_retention_are_not_found(logs: Any, start: int, ask: Ask) -> None:
    day = 24 * 60 * MINUTE
    put(logs, ["old"], start - 3 * day)
    put(logs, ["new"], start)
    everything = {"startTime": (start - 5 * day) // 1000, "endTime": start // 1000 + 60}
    assert ask("stats count(*) as n", **everything) == [{"n": "2"}]
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=1)
    assert ask("stats count(*) as n", **everything) == [{"n": "1"}]


def test_lines_that_are_anything_and_queries_with_quotes_do_no_harm(logs: Any, start: int, ask: Ask) -> None:
    put(logs, ["'; DROP TABLE log_event; --", '{"a": "\'"}', "{" * 500, "\u0000x"], start)
    assert ask('filter @message = "\'; DROP TABLE log_event; --" | display @message') == [
        {"@message": "'; DROP TABLE log_event; --"}
    ]
    assert ask("stats count(*) as `n\"; DROP TABLE log_event; --` by `a'`") == [{'n"; DROP TABLE log_event; --': "4"}]
    assert ask("stats count(*) as n") == [{"n": "4"}]
