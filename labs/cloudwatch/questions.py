"""The questions that three kinds of people bring to a dashboard, and how one tells whether it answers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from helpers import observability
from helpers.dashboard import graph_of

Widgets = list[Mapping[str, Any]]


@dataclass(frozen=True)
class Question:
    """What somebody asks, and the test that a dashboard's widgets answer it with data."""

    text: str
    answered: Callable[[Widgets], bool]
    hint: str


def _metric_queries(widgets: Widgets) -> list[dict[str, Any]]:
    """All queries of each metric widget, ids made unique, expressions only where they stand."""
    return [
        line.query for widget in widgets if widget["type"] == "metric" for line in graph_of(widget["properties"]).lines
    ]


def _has_data(query: dict[str, Any]) -> bool:
    return any(value is not None for value in observability.latest([query], minutes=60).values())


def _shows(name: str, stats: tuple[str, ...] = ("Sum",)) -> Callable[[Widgets], bool]:
    def answered(widgets: Widgets) -> bool:
        stats_of = [query["MetricStat"] for query in _metric_queries(widgets) if "MetricStat" in query]
        chosen = [stat for stat in stats_of if stat["Metric"]["MetricName"] == name and stat["Stat"].startswith(stats)]
        return any(_has_data({"Id": "m1", "MetricStat": stat}) for stat in chosen)

    return answered


def _share(widgets: Widgets) -> bool:
    """An expression that divides, in a widget that has the failed and all requests beside it."""
    for widget in widgets:
        if widget["type"] != "metric":
            continue
        queries = [line.query for line in graph_of(widget["properties"]).lines]
        names = {q["MetricStat"]["Metric"]["MetricName"] for q in queries if "MetricStat" in q}
        if {"errors", "requests"} <= names and any("/" in query.get("Expression", "") for query in queries):
            return any(value is not None for value in observability.latest(queries, minutes=60).values())
    return False


def _alarming(widgets: Widgets) -> bool:
    arns = [arn for widget in widgets if widget["type"] == "alarm" for arn in widget["properties"]["alarms"]]
    arns += [arn for widget in widgets for arn in widget["properties"].get("annotations", {}).get("alarms", ())]
    return any(observability.find(arn.rpartition(":alarm:")[2]) for arn in arns)


def _asks(*needed: str) -> Callable[[Widgets], bool]:
    """A question to the logs that names all that is needed and has an answer."""

    def answered(widgets: Widgets) -> bool:
        for widget in widgets:
            if widget["type"] != "log" or not all(word in widget["properties"]["query"] for word in needed):
                continue
            groups, question = observability.question_of(widget["properties"]["query"])
            if groups and not observability.ask(groups, question).empty:
                return True
        return False

    return answered


QUESTIONS: dict[str, list[Question]] = {
    "business": [
        Question("How many orders came in?", _shows("orders"), "the sum of `orders`"),
        Question("What did they bring in?", _shows("revenue"), "the sum of `revenue`"),
    ],
    "operations": [
        Question("What share of the requests fails?", _share, "an expression that divides `errors` by `requests`"),
        Question(
            "How slow is it for the slowest?", _shows("latency", ("p9",)), "a percentile of `latency`, not its mean"
        ),
        Question("Is an alarm on?", _alarming, "the alarms themselves"),
    ],
    "developer": [
        Question("Which failures come up most?", _asks("stats", "count", "error"), "the logs, counted by `error`"),
        Question("Which trace do I look at first?", _asks("trace_id", "sort", "duration_ms"), "the slowest lines"),
    ],
}
