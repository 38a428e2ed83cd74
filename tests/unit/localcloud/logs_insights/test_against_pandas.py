"""Random log lines: what Insights answers is what pandas computes of the same lines.

Percentiles are interpolated linearly between the two nearest values, a choice of ours: AWS does not say.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.localcloud.logs_insights.lines import FIRST, Lines

LEVELS = ["INFO", "WARN", "ERROR", ""]
numbers = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 6)),
)
durations = st.one_of(numbers, numbers.map(str), st.sampled_from(["n/a", "", "12 ms"]), st.none())
json_lines = st.fixed_dictionaries(
    {}, optional={"level": st.sampled_from(LEVELS), "duration": durations, "n": st.integers(0, 5)}
)
# A plain line has no fields, whatever it looks like.
any_line = st.one_of(json_lines, st.sampled_from(["plain text", '{"level": "ERROR", "duration": 1', "[1, 2]", "7"]))
events = st.lists(st.tuples(st.integers(0, 600_000), any_line), min_size=1, max_size=40)
example = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def load(lines: Lines, found: list[tuple[int, Any]]) -> pd.DataFrame:
    """Load the events and return them as a frame: numbers where a duration reads as one, missing values as None."""
    lines.load([line for _, line in found], [FIRST + offset for offset, _ in found])
    records = [line if isinstance(line, dict) else {} for _, line in found]
    texts = [record.get("duration") for record in records]
    return pd.DataFrame(
        {
            "t": [FIRST + offset for offset, _ in found],
            "seq": range(len(found)),
            "level": [record.get("level") for record in records],
            "n": [record.get("n") for record in records],
            "text": [None if text is None else str(text) for text in texts],
            "number": pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").astype(float),
        }
    ).astype({"level": object, "text": object})


def close(text: str | None, number: float) -> bool:
    """Return whether a cell is the number of pandas; an absent one is NaN."""
    return math.isnan(number) if text is None else float(text) == pytest.approx(number, rel=1e-9, abs=1e-6)


def present(value: Any) -> bool:
    return not (value is None or (isinstance(value, float) and math.isnan(value)))


@example
@given(events, st.sampled_from([0, 5, 50, 90, 99, 99.9, 100]))
def test_totals_by_a_field_are_those_of_pandas(lines: Lines, found: list[tuple[int, Any]], percent: float) -> None:
    frame = load(lines, found)
    rows = lines.ask(
        "stats count(*) as events, count(duration) as having, sum(duration) as total, avg(duration) as mean,"
        f" min(duration) as least, max(duration) as most, pct(duration, {percent}) as p, stddev(duration) as spread"
        " by level"
    )
    groups = frame.groupby("level", dropna=False)
    assert len(rows) == groups.ngroups
    for level, group in groups:
        (row,) = [row for row in rows if row.get("level") == (level if present(level) else None)]
        assert int(row["events"]) == len(group)
        assert int(row["having"]) == group["text"].count()
        values = group["number"].dropna()
        assert close(row.get("total"), values.sum() if len(values) else math.nan)
        assert close(row.get("mean"), values.mean())
        assert close(row.get("least"), values.min())
        assert close(row.get("most"), values.max())
        assert close(row.get("p"), values.quantile(percent / 100, interpolation="linear"))
        assert close(row.get("spread"), values.std())


@example
@given(events, st.sampled_from([1, 7, 60]))
def test_counts_by_time_are_those_of_pandas(lines: Lines, found: list[tuple[int, Any]], seconds: int) -> None:
    frame = load(lines, found)
    rows = lines.ask(f"stats count(*) as events, count_distinct(level) as levels by bin({seconds}s) as slot")
    starts = pd.to_datetime(frame["t"], unit="ms").dt.floor(f"{seconds}s")
    expected = frame.groupby(starts).agg(events=("seq", "size"), levels=("level", "nunique"))
    shown = {f"{slot:%Y-%m-%d %H:%M:%S}.000": (str(row.events), str(row.levels)) for slot, row in expected.iterrows()}
    assert {row["slot"]: (row["events"], row["levels"]) for row in rows} == shown


@example
@given(events, numbers, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]))
def test_filters_on_numbers_keep_what_pandas_keeps(
    lines: Lines, found: list[tuple[int, Any]], bound: float, operator: str
) -> None:
    frame = load(lines, found)
    rows = lines.answer(f"fields duration | filter duration {operator} {bound}").rows
    numbers_of = frame["number"]
    kept = {
        "<": numbers_of < bound,
        "<=": numbers_of <= bound,
        ">": numbers_of > bound,
        ">=": numbers_of >= bound,
        "=": numbers_of == bound,
        # Text is another value than any number; what is missing is neither equal nor different.
        "!=": (numbers_of != bound) & frame["text"].notna(),
    }[operator]
    # Newest first; of the same time, the one that came last.
    expected = frame[kept].sort_values(["t", "seq"], ascending=False)
    assert len(rows) == len(expected)
    for (text, _), (_, row) in zip(rows, expected.iterrows(), strict=True):
        assert close(text, row["number"]) if present(row["number"]) else text == row["text"]


@example
@given(events, st.booleans(), st.integers(1, 45))
def test_numbers_sort_as_numbers_and_limit_cuts(
    lines: Lines, found: list[tuple[int, Any]], descending: bool, count: int
) -> None:
    frame = load(lines, found)
    way = "desc" if descending else "asc"
    rows = lines.answer(f"fields duration | filter duration <= 1e12 | sort duration {way} | limit {count}").rows
    expected = frame["number"].dropna().sort_values(ascending=not descending).head(count)
    assert len(rows) == len(expected)
    assert all(close(text, number) for (text, _), number in zip(rows, expected, strict=True))


@example
@given(events, st.booleans())
def test_dedup_keeps_the_first_of_each_value_and_all_without_one(
    lines: Lines, found: list[tuple[int, Any]], descending: bool
) -> None:
    frame = load(lines, found)
    way = "desc" if descending else "asc"
    rows = lines.ask(f"fields @timestamp, level, n | sort @timestamp {way} | dedup level, n")
    ordered = frame.sort_values(["t", "seq"], ascending=[not descending, False])
    incomplete = ordered[["level", "n"]].isna().any(axis=1)
    kept = ordered[incomplete | ~ordered.duplicated(["level", "n"])]
    assert [(row.get("level"), row.get("n")) for row in rows] == [
        (row["level"] if present(row["level"]) else None, str(int(row["n"])) if present(row["n"]) else None)
        for _, row in kept.iterrows()
    ]


@example
@given(events)
def test_statistics_count_what_was_read_and_what_passed(lines: Lines, found: list[tuple[int, Any]]) -> None:
    frame = load(lines, found)
    answer = lines.answer('filter level = "ERROR" | stats max(duration) by n | limit 1')
    assert answer.scanned == len(frame)
    assert answer.matched == (frame["level"] == "ERROR").sum()
    ((size,),) = lines.columns.query("SELECT sum(strlen(message)) FROM log_event")
    assert answer.scanned_bytes == size
