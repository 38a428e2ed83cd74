"""Widgets of a dashboard in one line each, laid out one beside the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

COLUMNS = 24
Widget = dict[str, Any]


def graph(title: str, *metrics: Sequence[Any], region: str, stat: str = "Sum", period: int = 60, **more: Any) -> Widget:
    """Return lines over time; `metrics` are entries as AWS writes them: ["Shop", "orders", "service", "web"]."""
    properties = {"title": title, "metrics": [list(m) for m in metrics], "region": region, "stat": stat}
    return {"type": "metric", "properties": {**properties, "period": period, "view": "timeSeries", **more}}


def figures(title: str, *metrics: Sequence[Any], region: str, stat: str = "Sum", period: int = 900) -> Widget:
    """Return latest values as numbers to read from afar."""
    return graph(title, *metrics, region=region, stat=stat, period=period, view="singleValue")


def answers(title: str, groups: Sequence[str], question: str, *, region: str) -> Widget:
    """Return the answer of Logs Insights to `question` as a table."""
    source = " | ".join([*(f"SOURCE '{group}'" for group in groups), question])
    return {"type": "log", "properties": {"title": title, "query": source, "region": region, "view": "table"}}


def states(title: str, *arns: str) -> Widget:
    """Return alarms, by their ARNs, with their states."""
    return {"type": "alarm", "properties": {"title": title, "alarms": list(arns)}}


def text(markdown: str) -> Widget:
    """Return a text."""
    return {"type": "text", "properties": {"markdown": markdown}}


def body(*widgets: Widget, width: int = 12, height: int = 6) -> str:
    """Return the body of a dashboard with `widgets` side by side, each `width` columns wide."""
    across = COLUMNS // width
    placed = [
        {"x": index % across * width, "y": index // across * height, "width": width, "height": height, **widget}
        for index, widget in enumerate(widgets)
    ]
    return json.dumps({"widgets": placed})
