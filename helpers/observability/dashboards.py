"""Shows a dashboard of CloudWatch from the JSON that AWS keeps."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from helpers import aws, show
from helpers.dashboard import Graph, graph_of, window_of
from helpers.observability.alarms import find
from helpers.observability.logs import ask
from helpers.observability.metrics import data

WIDGET = {"width": 6, "height": 6}
ROWS_SHOWN = 10
_SOURCE = r"SOURCE\s+'([^']+)'"


def dashboard(name: str, *, minutes: float = 15) -> show.Picture:
    """Show the dashboard called `name` with what its widgets say of the last minutes (AWS's minutes)."""
    body = json.loads(aws.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])
    return show.dashboard(panels_of(body, minutes=minutes), name)


def panels_of(body: Mapping[str, Any], *, minutes: float = 15) -> list[show.Panel]:
    """Return the widgets of a dashboard's body with their content."""
    return [_panel(widget, minutes) for widget in body["widgets"]]


def _panel(widget: Mapping[str, Any], minutes: float) -> show.Panel:
    sizes = {**WIDGET, **{key: widget[key] for key in ("width", "height") if key in widget}}
    content = _CONTENT.get(widget["type"], _unknown)(widget, minutes, sizes["width"])
    return show.Panel(widget.get("x", 0), widget.get("y", 0), sizes["width"], sizes["height"], content)


def _unknown(widget: Mapping[str, Any], minutes: float, width: int) -> show.Picture:
    return show.markdown(f"A widget of type {widget['type']} is not drawn here.")


def _text(widget: Mapping[str, Any], minutes: float, width: int) -> show.Picture:
    return show.markdown(widget["properties"]["markdown"])


def _alarms(widget: Mapping[str, Any], minutes: float, width: int) -> show.Picture:
    names = [arn.rpartition(":alarm:")[2] for arn in widget["properties"]["alarms"]]
    states = [(name, (find(name) or {"StateValue": "no such alarm"})["StateValue"]) for name in names]
    return show.alarm_states(states, widget["properties"].get("title", "Alarms"))


def _log(widget: Mapping[str, Any], minutes: float, width: int) -> show.Picture:
    groups, question = question_of(widget["properties"]["query"])
    answer = ask(groups, question, hours=max(minutes / 60, 1)).head(ROWS_SHOWN)
    title = widget["properties"].get("title", "")
    if answer.empty:
        return show.markdown(f"{title}: no lines")
    return show.table(answer, title)


def question_of(query: str) -> tuple[list[str], str]:
    """Return the log groups and the question of a log widget: "SOURCE 'group' | SOURCE 'other' | fields ..."."""
    parts = query.split("|")
    groups = [found[1] for part in parts if (found := re.fullmatch(_SOURCE, part.strip()))]
    return groups, "|".join(part for part in parts if not re.fullmatch(_SOURCE, part.strip())).strip()


def _metric(widget: Mapping[str, Any], minutes: float, width: int) -> show.Picture:
    graph = graph_of(widget["properties"])
    queries = [{**line.query, "ReturnData": line.visible} for line in graph.lines]
    found = data(queries, minutes=minutes) if queries else {}
    if graph.view == "singleValue":
        return show.numbers([(name, points[-1][1] if points else None) for name, points in found.items()], graph.title)
    return _chart(graph, found, minutes, width)


def _chart(graph: Graph, found: Mapping[str, list[tuple[float, float]]], minutes: float, width: int) -> show.Picture:
    now = datetime.now(UTC).timestamp()
    window = window_of({"start": f"-PT{math.ceil(minutes)}M"}, now, aws.time_scale())
    lines = [show.Line(name, [t for t, _ in points], [v for _, v in points]) for name, points in found.items()]
    limits = [show.Limit(threshold.label, threshold.value) for threshold in graph.thresholds]
    size = max(width * 44, 360)
    return show.chart(
        lines, graph.title, unit=graph.unit, limits=limits, window=(window.start, window.end), width=size, height=190
    )


_CONTENT = {"metric": _metric, "text": _text, "log": _log, "alarm": _alarms}
