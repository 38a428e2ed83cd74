"""Whatever a query says, it is answered or refused with a reason."""

from __future__ import annotations

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.localcloud.logs.insights.errors import MalformedQuery
from tests.unit.localcloud.logs_insights.lines import Lines

LINES = [{"level": "ERROR", "ms": 12.5, "user": {"id": 1}}, "plain", {"ms": "7", "level": "INFO"}, {"ms": "x" * 50}]
WORDS = [
    *("fields", "display", "filter", "stats", "sort", "limit", "parse", "dedup", "pattern", "by", "as", "asc", "desc"),
    *("and", "or", "not", "in", "like", "=~", "=", "!=", "<", ">=", "+", "-", "*", "/", "%", "^", "(", ")", "[", "]"),
    *(",", "|", "level", "ms", "user.id", "@timestamp", "@message", "`a b`", '"x"', "'y\"", '"u=*"', "/a(?<n>.)/"),
    *("/[/", "5", "1.5", "5m", "0s", "1mo", "count(*)", "count(", "avg(", "pct(", "bin(", "sum(ms)", "latest(level)"),
    *("concat(", "substr(", "replace(", "#", "\\", "é", "99999999999999999999", "1e400"),
]
fields = st.sampled_from(["level", "ms", "user", "user.id", "@timestamp", "@message", "@ptr", "missing", "5", '"x"'])
expressions = st.recursive(
    fields,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/%^"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(inner, st.sampled_from(["=", "!=", "<", ">="]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(
            st.sampled_from(["abs", "strlen", "ispresent", "fromMillis", "toMillis", "sqrt", "log", "trim", "isblank"]),
            inner,
        ).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["coalesce", "concat", "strcontains", "greatest"]), inner, inner).map(
            lambda p: f"{p[0]}({p[1]}, {p[2]})"
        ),
        st.tuples(st.sampled_from(["datefloor", "dateceil"]), inner, st.sampled_from(["7s", "1w", "2mo", "9999y"])).map(
            lambda p: f"{p[0]}({p[1]}, {p[2]})"
        ),
    ),
    max_leaves=6,
)
totals = st.tuples(
    st.sampled_from(["avg({})", "max({}) - min({})", "pct({}, 50)", "stddev({})", "latest({})", "count_distinct({})"]),
    expressions,
).map(lambda pair: pair[0].replace("{}", pair[1]))
commands = st.one_of(
    expressions.map(lambda e: f"fields {e}"),
    expressions.map(lambda e: f"filter {e}"),
    st.tuples(totals, expressions, fields).map(lambda p: f"stats {p[0]}, count(*) as n by {p[1]}, {p[2]}"),
    expressions.map(lambda e: f"sort {e} desc"),
    st.just('parse @message "l*: *" as a, b'),
    st.just("parse level /(?<c>.)(R)?/"),
    st.just("dedup level, ms"),
    st.just("limit 3"),
)
example = settings(max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])


@example
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join)))
def test_noise_is_answered_or_refused(lines: Lines, query: str) -> None:
    lines.load(LINES)
    with contextlib.suppress(MalformedQuery):
        lines.answer(query)


@example
@given(st.lists(commands, min_size=1, max_size=4).map(" | ".join))
def test_queries_that_make_little_sense_are_answered_or_refused(lines: Lines, query: str) -> None:
    lines.load(LINES)
    with contextlib.suppress(MalformedQuery):
        answer = lines.answer(query)
        assert answer.scanned == len(LINES)
        assert all(len(row) == len(answer.labels) for row in answer.rows)
