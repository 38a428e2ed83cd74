"""A query that cannot run says where it is wrong, what was found and what was expected."""

from __future__ import annotations

import pytest

from helpers.localcloud.logs.insights.engine import prepare
from helpers.localcloud.logs.insights.errors import MalformedQuery
from tests.unit.localcloud.logs_insights.lines import SOURCE, Lines


def refusal(query: str) -> tuple[str, tuple[int, int]]:
    """Return message and place of the refusal of `query`."""
    with pytest.raises(MalformedQuery) as refused:
        prepare(query, SOURCE)
    return refused.value.message(query), refused.value.span


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ("fields a b", "line 1, column 10", ['Found "b"', "expected", "as"]),
        ("filter level = ", "line 1, column 15", ["the end of the query", "a string in quotes"]),
        ("fields a\n| sort", "line 2, column 7", ["the end of the query", "a field"]),
        ('filter a = "x', "line 1, column 12", ['without the " that ends it']),
        ("limit x", "line 1, column 7", ['Found "x"', "a number"]),
        ("", "line 1, column 1", ["empty"]),
        ("# only a comment", "line 1, column 1", ["empty"]),
        ("fields a | | limit 1", "line 1, column 12", ['Found "|"', "stats"]),
        ("filter x in (1)", "line 1, column 13", ["subqueries", "brackets"]),
        ("filter x like /[a/", "line 1, column 15", ["a regular expression between slashes"]),
        ("filter x like /(?=a)/", "line 1, column 15", ["cannot be read", "(?="]),
        ("stats count(*) by bin(5)", "line 1, column 19", ["bin(5m)"]),
        ("stats pct(x, 101)", "line 1, column 14", ["0 to 100"]),
        ("fields nope(1)", "line 1, column 8", ["nope", "expected one of"]),
        ("fields jsonParse(@message)", "line 1, column 8", ["jsonParse", "not built"]),
        ("fields avg(x)", "line 1, column 8", ["avg", "stats"]),
        ("stats avg(max(x))", "line 1, column 11", ["max", "stats"]),
        ("fields strlen(a, b)", "line 1, column 8", ["1 arguments, not 2"]),
        ("stats count(*) by a | filter b = 1", "line 1, column 30", ["Unknown symbols found in or after stats: b"]),
        ("stats count(*) | stats latest(x)", "line 1, column 24", ["latest", "first stats"]),
        ("stats count(*) as a | stats max(a) as b | stats max(b)", "line 1, column 43", ["two stats"]),
        ("dedup a | fields b", "line 1, column 11", ["Only limit", "dedup"]),
        ("fields a as x | fields b as x", "line 1, column 24", ["x", "twice"]),
        ('parse @message "* *" as a', "line 1, column 16", ["2 stars", "1 names"]),
        ("parse @message /a(b)/", "line 1, column 16", ["names no field"]),
        ("limit 0", "line 1, column 7", ["1 to 100000"]),
        (f"limit {'9' * 5000}", "line 1, column 7", ["1 to 100000"]),
        (f"filter a = {'9' * 400}.0 + 1", "line 1, column 12", ["too large"]),
        (f"fields {'-' * 100}a", "line 1", ["nested"]),
        (f"fields {', '.join(f'f{n}' for n in range(1500))}", "line 1", ["too large"]),
    ],
)
def test_a_refusal_tells_place_and_reason(query: str, place: str, words: list[str]) -> None:
    message, _ = refusal(query)
    assert message.startswith(f"At {place}")
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    "command",
    [
        "pattern @message",
        "diff",
        "unmask @message",
        'filterIndex a = "b"',
        "anomaly",
        "join type=inner left=a right=b",
        "SOURCE '/shop'",
        "lookup t a",
        "unnest tags into tag",
        "addtotals",
    ],
)
@pytest.mark.parametrize("before", ["", "fields @message | ", "# why\nfields a\n|"])
def test_other_commands_are_refused_by_name(command: str, before: str) -> None:
    message, span = refusal(before + command)
    name = command.split()[0]
    assert f"The command {name} of Logs Insights QL is not built" in message
    assert (before + command)[slice(*span)] == name


def test_a_word_that_is_no_command_is_refused_with_those_that_are() -> None:
    message, _ = refusal("select a")
    assert message.endswith(
        "select is no command of Logs Insights QL; expected one of fields, display, filter, stats, sort, limit, parse,"
        " dedup."
    )


def test_words_of_the_language_are_names_where_no_word_is_expected(lines: Lines) -> None:
    lines.load([{"count": 3, "limit": 4, "notfound": 5, "stats": 6}])
    query = "FIELDS count, limit, notfound AS by, `stats` | Filter notfound = 5 OR NOT notfound = 5 | SORT count DESC"
    assert lines.ask(query) == [{"count": "3", "limit": "4", "by": "5", "stats": "6"}]
