"""The array of metrics of a widget, read as AWS documents it."""

from __future__ import annotations

from typing import Any

import pytest

from helpers import dashboard
from helpers.dashboard.graph import NotAGraph, graph_of


def read(*entries: list[Any], **more: Any) -> list[tuple[Any, ...]]:
    """Return namespace, name, dimensions, statistic and period of each entry."""
    found = []
    for line in graph_of({"metrics": list(entries), **more}).lines:
        stat = line.query["MetricStat"]
        dimensions = tuple((each["Name"], each["Value"]) for each in stat["Metric"]["Dimensions"])
        found.append(
            (stat["Metric"]["Namespace"], stat["Metric"]["MetricName"], dimensions, stat["Stat"], stat["Period"])
        )
    return found


def test_an_entry_is_namespace_name_and_pairs() -> None:
    assert read(["AWS/EC2", "CPU", "InstanceId", "i-1", {"stat": "p90"}], period=60) == [
        ("AWS/EC2", "CPU", (("InstanceId", "i-1"),), "p90", 60)
    ]
    assert read(["Shop", "orders"]) == [("Shop", "orders", (), "Average", 300)]


def test_dots_repeat_parts_of_the_entry_before() -> None:
    web, orders = (("service", "web"),), (("service", "orders"),)
    assert read(["Shop", "took", "service", "web"], ["...", "orders"], [".", "errors", ".", "."]) == [
        ("Shop", "took", web, "Average", 300),
        ("Shop", "took", orders, "Average", 300),
        ("Shop", "errors", orders, "Average", 300),
    ]
    assert read(["Shop", "took", "service", "web"], [".", "errors", "..."])[1][1:3] == ("errors", web)


def test_an_expression_keeps_its_id_and_visibility() -> None:
    lines = graph_of(
        {"metrics": [[{"expression": "m * 2", "id": "e"}], ["A", "b", {"id": "m", "visible": False}]]}
    ).lines
    assert lines[0].query == {"Id": "e", "Expression": "m * 2"}
    assert (lines[1].query["Id"], lines[1].visible) == ("m", False)


@pytest.mark.parametrize(
    ("entries", "index", "message"),
    [
        ([["."]], 0, "there is none"),
        ([["A", "b"], [{}]], 1, "an expression"),
        ([["A"]], 0, "a namespace, a name"),
        ([["A", "b", "dimension"]], 0, "pairs"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(entries: list[Any], index: int, message: str) -> None:
    with pytest.raises(NotAGraph, match=message) as told:
        graph_of({"metrics": entries})
    assert told.value.index == index


def test_what_the_widgets_write_is_what_the_validation_takes() -> None:
    here = {"region": "us-east-1"}
    body = dashboard.body(
        dashboard.figures("Orders", ["Shop", "orders"], **here),
        dashboard.graph(
            "Share", [{"expression": "100 * e / r"}], ["S", "e", {"id": "e"}], ["S", "r", {"id": "r"}], **here
        ),
        dashboard.answers("Failures", ["/shop"], "stats count(*) by error", **here),
        dashboard.states("Alarms", "arn:aws:cloudwatch:us-east-1:111122223333:alarm:a"),
        dashboard.text("# Shop"),
    )
    assert dashboard.problems_of(body) == []
    assert dashboard.problems_of(body.replace('"x": 12', '"x": 20'))
