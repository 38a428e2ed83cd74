"""Metric math: arithmetic over series, functions, SEARCH, and errors that say where."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.cloudwatch.measuring import NAMESPACE, answer, ask, series, stat
from tests.localcloud.support import TestCloud


@pytest.fixture
def client(cloud: TestCloud) -> Any:
    """A client of an account with three series of six minutes."""
    made = cloud.client("cloudwatch")
    series(made, "a", [1, 2, None, 4, 5, 6])
    series(made, "b", [10, None, 30, 40, 0, 60])
    series(made, "counter", [5, 8, 8, 20, 26, 27])
    return made


def calculate(client: Any, expression: str, minutes: float = 6) -> list[float]:
    a, b, c = stat("a", id="a"), stat("b", id="b"), stat("counter", id="counter")
    found: list[float] = ask(client, {"Id": "e", "Expression": expression}, a, b, c, minutes=minutes)["e"]
    return [round(value, 6) for value in found]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a + b", [11, 44, 5, 66]),
        ("a - 1", [0, 1, 3, 4, 5]),
        ("2 * a + 1", [3, 5, 9, 11, 13]),
        ("2 + a * 2", [4, 6, 10, 12, 14]),
        ("(2 + a) * 2", [6, 8, 12, 14, 16]),
        ("-a ^ 2", [-1, -4, -16, -25, -36]),
        ("a / b", [0.1, 0.1, 0.1]),
        ("b > 30", [0, 0, 1, 0, 1]),
        ("b >= 30 AND b < 60", [0, 1, 1, 0, 0]),
        ("b == 0 || b != 40", [1, 1, 0, 1, 1]),
        ("FILL(a, 0)", [1, 2, 0, 4, 5, 6, 0]),
        ("FILL(a, REPEAT)", [1, 2, 2, 4, 5, 6, 6]),
        ("FILL(a, LINEAR)", [1, 2, 3, 4, 5, 6]),
        ("FILL(a, 0) + FILL(b, 0)", [11, 2, 30, 44, 5, 66, 0]),
        ("IF(b > 20, a, 0)", [0, 4, 0, 6]),
        ("IF(b > 20, 1)", [1, 1, 1]),
        ("IF(a, b, a)", [10, 40, 0, 60]),
        ("IF(1 > 2, a, b)", [10, 30, 40, 0, 60]),
        ("DIFF(counter)", [3, 0, 12, 6, 1]),
        ("RATE(counter)", [0.05, 0, 0.2, 0.1, 0.016667]),
        ("DIFF_TIME(a)", [60, 120, 60, 60]),
        ("RUNNING_SUM(a)", [1, 3, 7, 12, 18]),
        ("SUM([a, b])", [11, 2, 30, 44, 5, 66]),
        ("AVG([a, b])", [5.5, 2, 30, 22, 2.5, 33]),
        ("MIN([a, b])", [1, 2, 30, 4, 0, 6]),
        ("MAX([a, b, counter])", [10, 8, 30, 40, 26, 60]),
        ("SUM(METRICS()) - SUM(METRICS(\"count\"))", [11, 2, 30, 44, 5, 66]),
        ("a * 0 + MAX(b)", [60, 60, 60, 60, 60]),
        ("a * 0 + SUM(a) / METRIC_COUNT([a, b])", [9, 9, 9, 9, 9]),
        ("counter / PERIOD(counter) * 60", [5, 8, 8, 20, 26, 27]),
        ("ABS(a - 4)", [3, 2, 0, 1, 2]),
        ("CEIL(a / 4) + FLOOR(a / 4)", [1, 1, 2, 3, 3]),
        ("LOG10(b)", [1, 1.477121, 1.60206, 1.778151]),
        ("a - FIRST(a) + LAST(a)", [6, 7, 9, 10, 11]),
        ("TIME_SERIES(3)", [3, 3, 3, 3, 3, 3, 3]),
    ],
)  # fmt: skip
def test_an_expression_is_what_it_says(client: Any, expression: str, expected: list[float]) -> None:
    assert calculate(client, expression) == expected


def test_an_expression_of_an_expression(client: Any) -> None:
    queries = [
        {"Id": "rate", "Expression": "100 * errors / all"},
        {"Id": "errors", "Expression": "FILL(a, 0)", "ReturnData": False},
        {**stat("a", id="a"), "ReturnData": False},
        {**stat("counter", id="all"), "ReturnData": False},
    ]
    assert ask(client, *queries, minutes=6) == {
        "rate": [20, 25, 0, 20, pytest.approx(19.230769), pytest.approx(22.222222)]
    }


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("a + ", "ends too early"),
        ("a + )", "at column 5"),
        ("a ? b", "at column 3"),
        ("a + nobody", "no query with the id nobody"),
        ("e + 1", "depends on itself"),
        ("NONSENSE(a)", "no function NONSENSE"),
        ("RATE(a, b)", "RATE takes 1 arguments, not 2"),
        ("ANOMALY_DETECTION_BAND(a, 2)", "ANOMALY_DETECTION_BAND is not built"),
        ("SELECT AVG(x) FROM y", "Metrics Insights"),
        ("SUM('text')", "Series are expected"),
        ("'text'", "text, not numbers"),
        ("[a, b] + [a, b]", "Two arrays"),
        ("FILL(3, 0)", "single series"),
        ("SEARCH('', 'Sum', 60)", "nothing to look for"),
        ("SEARCH('{Shop', 'Sum', 60)", "search"),
    ],
)
def test_an_error_says_where_and_why(client: Any, expression: str, message: str) -> None:
    with pytest.raises(ClientError, match=message) as told:
        calculate(client, expression)
    assert told.value.response["Error"]["Code"] == "ValidationError"


def search(client: Any, text: str) -> set[str]:
    found = answer(client, {"Id": "e", "Expression": f"SEARCH('{text}', 'Sum', 60)"})
    return {result["Label"] for result in found}


def test_search_finds_metrics_by_schema_and_terms(client: Any) -> None:
    series(client, "CPUUtilization", [1], service="web")
    series(client, "CPUUtilization", [1], service="orders")
    both = {"web", "orders"}
    assert search(client, "{Shop,service} CPUUtilization") == both
    assert search(client, "{Shop,service} cpu") == both
    assert search(client, "{Shop} cpu") == set()
    assert search(client, 'MetricName="CPUUtilization" service=web') == {"CPUUtilization"}
    assert search(client, 'MetricName="CPU"') == set()
    assert search(client, "{Shop,service} utilization NOT service=web") == {"CPUUtilization"}
    assert search(client, "{Shop,service} MetricName=(a OR counter)") == {"a", "counter"}


def test_a_sum_over_a_search_adds_all_that_it_finds(client: Any) -> None:
    series(client, "requests", [1, 2], service="web")
    series(client, "requests", [10, 20], service="orders")
    expression = f"SUM(SEARCH('{{{NAMESPACE},service}} MetricName=\"requests\"', 'Sum', 60))"
    assert calculate(client, expression) == [11, 22]
