"""What a metric widget asks: its array of metrics turned into MetricDataQueries.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PERIOD = 300
STAT = "Average"
_SAME, _REST = ".", "..."


class NotAGraph(ValueError):
    """An entry of the array of metrics cannot be read; `index` says which."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


@dataclass(frozen=True)
class Line:
    """One entry: the query for GetMetricData, and how its series is drawn."""

    query: dict[str, Any]
    visible: bool = True
    axis: str = "left"
    colour: str = ""


@dataclass(frozen=True)
class Threshold:
    """A horizontal line with its label."""

    value: float
    label: str


@dataclass(frozen=True)
class Graph:
    """A metric widget."""

    title: str
    view: str
    stacked: bool
    lines: list[Line]
    thresholds: list[Threshold] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    low: float | None = None
    high: float | None = None
    unit: str = ""


def graph_of(properties: Mapping[str, Any]) -> Graph:
    """Return the graph that the properties of a metric widget describe. Raises NotAGraph."""
    annotations, left = properties.get("annotations", {}), properties.get("yAxis", {}).get("left", {})
    return Graph(
        title=properties.get("title", ""),
        view=properties.get("view", "timeSeries"),
        stacked=bool(properties.get("stacked")),
        lines=_lines(properties),
        thresholds=[Threshold(float(a["value"]), a.get("label", "")) for a in _horizontal(annotations) if "value" in a],
        alarms=list(annotations.get("alarms", ())),
        low=left.get("min"),
        high=left.get("max"),
        unit=left.get("label", ""),
    )


def _horizontal(annotations: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [annotation for annotation in annotations.get("horizontal", ()) if isinstance(annotation, Mapping)]


def _lines(properties: Mapping[str, Any]) -> list[Line]:
    lines: list[Line] = []
    before: list[str] = []
    for index, entry in enumerate(properties.get("metrics", ())):
        options = dict(entry[-1]) if isinstance(entry[-1], Mapping) else {}
        parts = [part for part in entry if not isinstance(part, Mapping)]
        if parts:
            before = _completed(index, parts, before)
        query = _expression(index, options) if not parts else _metric(index, before, options, properties)
        lines.append(
            Line(
                {"Id": options.get("id", f"q{index}"), **query},
                options.get("visible", True),
                options.get("yAxis", "left"),
                options.get("color", ""),
            )
        )
    return lines


def _completed(index: int, parts: Sequence[str], before: Sequence[str]) -> list[str]:
    """A "." stands for the same part of the entry before, "..." for all of them up to its last ones."""
    if _REST in parts:
        at = parts.index(_REST)
        kept = len(before) - (len(parts) - 1)
        parts = [*parts[:at], *before[at : at + max(kept, 0)], *parts[at + 1 :]]
    if any(part == _SAME and position >= len(before) for position, part in enumerate(parts)):
        raise NotAGraph(index, "A '.' repeats a part of the entry before, and there is none")
    complete = [before[position] if part == _SAME else part for position, part in enumerate(parts)]
    if len(complete) < 2 or len(complete) % 2:
        raise NotAGraph(index, "A metric is a namespace, a name, then pairs of a dimension's name and value")
    return complete


def _expression(index: int, options: Mapping[str, Any]) -> dict[str, Any]:
    if "expression" not in options:
        raise NotAGraph(index, "An entry is a metric, or an object with an expression")
    label = {"Label": options["label"]} if "label" in options else {}
    return {"Expression": options["expression"], **label}


def _metric(
    index: int, parts: Sequence[str], options: Mapping[str, Any], properties: Mapping[str, Any]
) -> dict[str, Any]:
    namespace, name, *pairs = parts
    dimensions = [{"Name": pairs[at], "Value": pairs[at + 1]} for at in range(0, len(pairs), 2)]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions}
    stat = options.get("stat", properties.get("stat", STAT))
    period = options.get("period", properties.get("period", PERIOD))
    label = {"Label": options["label"]} if "label" in options else {}
    return {"MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, **label}
