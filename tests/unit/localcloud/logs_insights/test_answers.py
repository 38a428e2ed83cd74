"""What queries mean, one line or a few at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from helpers.localcloud.logs.insights.engine import ResultsTooLarge, answer, prepare
from tests.unit.localcloud.logs_insights.lines import GROUP, SOURCE, Lines

SHOP: list[Any] = [
    {"level": "ERROR", "ms": 12.5, "status": 500, "user": {"id": 1, "tags": ["x", "y"]}, "ok": False},
    {"level": "INFO", "ms": "7", "status": "200", "note": None, "first-name": "Ada", "ok": True},
    "plain text user=bob, took 35 ms",
    {"level": "ERROR", "ms": 100, "status": "n/a", "a.b": 3},
]


@pytest.fixture
def shop(lines: Lines) -> Lines:
    """Four lines, one of them no JSON; the first is at 22:14:00, each a second after the one before."""
    lines.load(SHOP)
    return lines


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("2 ^ 3 ^ 2", "512"),
        ("-2 ^ 2", "-4"),
        ("10 % 3", "1"),
        ("7 / 2", "3.5"),
        ("10 - 2 - 3", "5"),
        ("1 / 0", None),
        ("0 / 0", None),
        ("sqrt(-1)", None),
        ("log(0)", None),
        ("1e200 * 1e200", None),
        ('"5" + 1', "6"),
        ('"five" + 1', None),
        ("abs(-2)", "2"),
        ("ceil(1.2)", "2"),
        ("floor(-1.2)", "-2"),
        ("greatest(1, 10, 9)", "10"),
        ("least(3, 2)", "2"),
        ("log(1)", "0"),
        ("sqrt(16)", "4"),
        ('concat("a", 1, "b")', "a1b"),
        ('strlen("hällo")', "5"),
        ('trim("  a b ")', "a b"),
        ('trim("xxaxx", "x")', "a"),
        ('ltrim("  a ")', "a "),
        ('rtrim(" a  ")', " a"),
        ('toupper("ab")', "AB"),
        ('tolower("AB")', "ab"),
        ('substr("xyZfooxyZ", 3)', "fooxyZ"),
        ('substr("xyZfooxyZ", 3, 3)', "foo"),
        ('replace("foo", "o", "0")', "f00"),
        ('strcontains("foo", "oo")', "1"),
        ('strcontains("foo", "x")', "0"),
        ('coalesce(missing, "z")', "z"),
        ("ispresent(missing)", "0"),
        ("isempty(missing)", "1"),
        ('isempty(" ")', "0"),
        ('isblank(" ")', "1"),
        ('"it\'s \\"so\\""', 'it\'s "so"'),
        ("fromMillis(0)", "1970-01-01 00:00:00.000"),
        ("toMillis(fromMillis(5))", "5"),
        ("datefloor(fromMillis(1700000040123), 1h)", "2023-11-14 22:00:00.000"),
        ("dateceil(fromMillis(1700000040123), 1h)", "2023-11-14 23:00:00.000"),
        ("dateceil(fromMillis(3600000), 1h)", "1970-01-01 01:00:00.000"),
        ("datefloor(fromMillis(1700000040123), 1mo)", "2023-11-01 00:00:00.000"),
        ("dateceil(fromMillis(1700000040123), 1year)", "2024-01-01 00:00:00.000"),
        ("fromMillis(1e30)", None),
    ],
)
def test_an_expression_is_worth(lines: Lines, expression: str, text: str | None) -> None:
    lines.load([{}])
    (row,) = lines.ask(f"fields {expression} as x")
    assert row.get("x") == text


@pytest.mark.parametrize(
    ("condition", "lines_kept"),
    [
        ('level = "ERROR"', [0, 3]),
        ('level != "ERROR"', [1]),
        ('not level = "ERROR"', [1]),
        ('not (level = "ERROR" or ms > 100)', [1]),
        ("ms >= 12.5", [0, 3]),
        ("ms > 7 and ms < 50", [0]),
        ("status = 200", [1]),
        ('status = "500"', [0]),
        ("status != 500", [1, 3]),
        ("status > 199", [0, 1]),
        ("status in [200, 500]", [0, 1]),
        ('status in ["n/a", 200]', [1, 3]),
        ("status not in [200]", [0, 3]),
        ("not status = 200", [0, 3]),
        ("not (status = 200 or level = status)", [0, 3]),
        ('@message like "took"', [2]),
        ("@message like /took \\d+/", [2]),
        ("@message =~ /(?i)TOOK/", [2]),
        ("level not like /ERR/", [1]),
        ("ispresent(level)", [0, 1, 3]),
        ("not ispresent(level)", [2]),
        ("ispresent(note)", []),
        ('user.tags.1 = "y"', [0]),
        ("a.b = 3", [3]),
        ('`first-name` = "Ada"', [1]),
        ("ok", [1]),
        ("ok = 0", [0]),
        ('ok = "true"', [1]),
        ('@timestamp > "2023-11-14T22:14:01"', [2, 3]),
        ("@timestamp <= 1700000041000", [0, 1]),
        ('@logStream = "web-1" and @log = "111111111111:/shop"', [0, 1, 2, 3]),
        ("level = level", [0, 1, 3]),
        ("ms / 2 = 50", [3]),
        ("missing = missing", []),
    ],
)
def test_a_filter_keeps(shop: Lines, condition: str, lines_kept: list[int]) -> None:
    rows = shop.ask(f"fields @timestamp | filter {condition} | sort @timestamp asc")
    assert [row["@timestamp"] for row in rows] == [f"2023-11-14 22:14:0{number}.000" for number in lines_kept]


def test_ids_longer_than_a_double_are_told_apart(lines: Lines) -> None:
    lines.load([{"id": 9007199254740992}, {"id": 9007199254740993}])
    assert lines.ask("fields id | filter id = 9007199254740993") == [{"id": "9007199254740993"}]
    assert lines.ask('fields id | filter id in ["9007199254740992"]') == [{"id": "9007199254740992"}]


def test_without_fields_an_event_shows_time_message_and_pointer(shop: Lines) -> None:
    answer = shop.answer("limit 1")
    assert answer.labels == ("@timestamp", "@message", "@ptr")


def test_a_pointer_that_is_asked_for_is_there_once(shop: Lines) -> None:
    asked, added = shop.answer("fields @ptr, level"), shop.answer("fields level")
    assert asked.labels == ("@ptr", "level")
    assert [pointer for pointer, _ in asked.rows] == [pointer for _, pointer in added.rows]


def test_fields_add_up_and_display_has_the_last_word(shop: Lines) -> None:
    assert shop.answer("fields level | fields ms as took").labels == ("level", "took", "@ptr")
    assert shop.answer("fields level, ms | display ms | display level, status").labels == ("level", "status", "@ptr")


def test_parse_with_stars_gives_what_is_between(shop: Lines) -> None:
    query = (
        'parse @message "user=*, took * ms" as user_name, took | filter ispresent(took) | display user_name, took * 2'
    )
    assert shop.ask(query) == [{"user_name": "bob", "took * 2": "70"}]


def test_the_last_star_takes_the_rest_and_stars_take_line_ends(lines: Lines) -> None:
    lines.load(["[main] failed: a\nb: c.(d)", "no match"])
    rows = lines.ask('parse "[*] *: *" as thread, what, why | display thread, what, why | sort thread desc')
    assert rows == [{"thread": "main", "what": "failed", "why": "a\nb: c.(d)"}, {}]


def test_parse_with_a_regular_expression_gives_its_named_groups(shop: Lines) -> None:
    query = "parse @message /took (?<took>\\d+) (m)(?<unit>s)/ | filter took > 30 | display took, unit"
    assert shop.ask(query) == [{"took": "35", "unit": "s"}]


def test_parse_reads_other_fields(lines: Lines) -> None:
    lines.load([{"path": "/orders/7/items"}])
    assert lines.ask("parse path /\\/orders\\/(?<order>[^/]+)/ | display order") == [{"order": "7"}]


def test_stats_without_by_is_one_row_and_none_if_nothing_passed(shop: Lines) -> None:
    assert shop.ask("stats count(*), sum(ms)") == [{"count(*)": "4", "sum(ms)": "119.5"}]
    assert shop.ask('filter level = "FATAL" | stats count(*)') == []


def test_stats_of_expressions_and_of_time(shop: Lines) -> None:
    (row,) = shop.ask(
        "stats max(ms) - min(ms) as range, avg(ms / 2) * 2 as mean, earliest(level) as first, latest(level) as last,"
        " sortsFirst(level) as a, sortsLast(level) as z, min(@timestamp) as begin, count() as n, count(ms) as m"
    )
    assert row == {
        "range": "93",
        "mean": row["mean"],
        "first": "ERROR",
        "last": "ERROR",
        "a": "ERROR",
        "z": "INFO",
        "begin": "2023-11-14 22:14:00.000",
        "n": "4",
        "m": "3",
    }
    assert float(row["mean"]) == pytest.approx(119.5 / 3)


def test_results_of_stats_are_sorted_filtered_and_summarised_again(shop: Lines) -> None:
    by_level = "stats count(*) as n by level"
    assert shop.ask(f"{by_level} | filter ispresent(level) | sort n desc | limit 1") == [{"level": "ERROR", "n": "2"}]
    assert shop.ask("stats count(*) by level | sort count(*) desc, level asc | limit 1") == [
        {"level": "ERROR", "count(*)": "2"}
    ]
    assert shop.ask(f"{by_level} | stats max(n) as most, count(*) as levels") == [{"most": "2", "levels": "3"}]
    assert shop.ask(f"{by_level} | fields n * 10 as tens | filter tens = 20 | display tens") == [{"tens": "20"}]


def test_groups_without_a_value_are_a_row_without_the_field(shop: Lines) -> None:
    assert {"n": "1"} in shop.ask("stats count(*) as n by level")


def test_a_field_that_a_command_makes_hides_the_one_of_the_line(lines: Lines) -> None:
    lines.load([{"a": 1}])
    assert lines.ask("fields a, a + 1 | fields 5 as a | fields a + 1 as b | display a, b") == [{"a": "5", "b": "6"}]
    assert lines.ask("stats count(*) by a as x | fields a as y | display x, y") == [{"x": "1", "y": "1"}]
    assert lines.ask("stats count(*) by a as x | fields 5 as a | display a") == [{"a": "5"}]


def test_text_sorts_before_numbers_and_missing_values_come_last(lines: Lines) -> None:
    lines.load([{"v": 10}, {"v": "b"}, {}, {"v": "9"}, {"v": "a"}, {"v": 1.5}])
    ascending = ["a", "b", "1.5", "9", "10"]
    assert [row.get("v") for row in lines.ask("fields v | sort v")] == [*ascending, None]
    assert [row.get("v") for row in lines.ask("fields v | sort v desc")] == [*reversed(ascending), None]


def test_the_lower_limit_counts(shop: Lines) -> None:
    assert len(shop.answer("fields level | limit 3", limit=2).rows) == 2
    assert len(shop.answer("fields level | limit 2", limit=3).rows) == 2
    assert len(shop.answer("fields level", limit=1).rows) == 1


def test_members_that_begin_with_a_sign_have_it_doubled(lines: Lines) -> None:
    lines.load([{"@type": "REPORT", "@message": "inner"}])
    assert lines.ask("fields @@type, @@message, @type") == [{"@@type": "REPORT", "@@message": "inner"}]


def test_names_with_slashes_tildes_and_quotes_are_only_names(lines: Lines) -> None:
    lines.load([{"a/b": {"c~d": 1}, "q\"u'o": 2, "$.x": 3, "*": 4}])
    query = "fields `a/b`.`c~d` as a, `q\"u'o` as b, `$.x` as c, `*` as d"
    assert lines.ask(query) == [{"a": "1", "b": "2", "c": "3", "d": "4"}]


def test_lines_that_are_no_sound_json_have_no_fields(lines: Lines) -> None:
    lines.load(['{"a": 1', '{"a": 1} tail', "[" * 5000, "", "null", '"a"', '{"a": 2}'])
    assert lines.ask("filter ispresent(a) | display a") == [{"a": "2"}]


@pytest.mark.parametrize(
    "attempt",
    [
        "x'; DROP TABLE log_event; --",
        'x"; DROP TABLE log_event; --',
        "x') OR 1=1 --",
        "{rows}",
        "{account}",
        "$p0",
        "$1",
        "c1",
        "message",
        "\\",
        "/*",
        "%s",
    ],
)
def test_no_text_of_a_query_becomes_sql(shop: Lines, attempt: str) -> None:
    literal = attempt.replace("\\", "\\\\").replace('"', '\\"')
    assert shop.ask(f'filter @message = "{literal}" or level like "{literal}" or level in ["{literal}"]') == []
    assert shop.ask(f"fields `{attempt}` as x | filter ispresent(x)") == []
    assert shop.ask(f"stats count(*) as `{attempt}` by `{attempt}x` | sort `{attempt}`") == [{attempt: "4"}]
    pattern = literal.replace("*", "")
    assert shop.ask(f'parse level "{pattern}*" as `{attempt}` | filter level = "{pattern}"') == []
    assert shop.ask("stats count(*) as n") == [{"n": "4"}]


def test_results_that_would_fill_the_memory_are_not_fetched(lines: Lines) -> None:
    lines.load(["x" * 200_000] * 7)
    many = ", ".join(f'concat(@message, "{number}")' for number in range(100))
    with pytest.raises(ResultsTooLarge, match="fewer rows or fields"):
        lines.answer(f"fields {many}")
    assert len(lines.answer(f"fields {many} | limit 1").rows) == 1


def test_lines_of_lambda_have_its_fields(lines: Lines) -> None:
    report = (
        "REPORT RequestId: 8f5e\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 64 MB\tInit Duration: 101.20 ms\t\n"
    )
    lines.load(["START RequestId: 8f5e Version: $LATEST\n", "REPORT of something else", report])
    query = 'filter @type = "REPORT" | fields @requestId, @duration, @billedDuration, @initDuration, @maxMemoryUsed'
    assert lines.ask(query) == []
    lines.columns.query("UPDATE log_stream SET log_group = '/aws/lambda/orders'")
    source = replace(SOURCE, groups=["/aws/lambda/orders"])
    try:
        found = answer(lines.columns, prepare(f"{query}, @memorySize / 1000 / 1000 as mb", source)).rows
    finally:
        lines.columns.query("UPDATE log_stream SET log_group = ?", [GROUP])
    assert [row[:6] for row in found] == [("8f5e", "12.50", "13", "101.20", "64000000", "128")]


def test_only_the_source_is_read(shop: Lines) -> None:
    shop.columns.query("INSERT INTO log_stream VALUES (8, '222222222222', 'eu-west-1', '/shop', 'web-1', 0)")
    shop.columns.query("INSERT INTO log_event VALUES (8, 99, 1700000040000, 0, 'of another account')")
    assert shop.ask("stats count(*) as n") == [{"n": "4"}]
