"""GetMetricWidgetImage: a metric widget as a PNG.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricWidgetImage.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from helpers.dashboard import Graph, Window, graph_of, window_of
from helpers.dashboard.graph import NotAGraph
from helpers.dashboard.window import NotAWindow

from ...scope import Scope
from ...service import ServiceError
from ..metrics.operations import MetricOperations
from ..metrics.query import check

SMALLEST, LARGEST = 1, 2000
MOST_METRICS = 500


class ImageOperations(MetricOperations):
    """Draws what a dashboard would show."""

    def get_metric_widget_image(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        widget = _widget(request["MetricWidget"])
        width, height = _side(widget, "width", 600), _side(widget, "height", 400)
        scale = self.cloud.clock.time_scale
        try:
            graph = graph_of(widget)
            window = window_of(widget, self.cloud.clock.now().timestamp(), scale)
        except (NotAGraph, NotAWindow) as error:
            raise _refused(str(error)) from None
        return {"MetricWidgetImage": self._draw(scope, graph, window, (width, height), widget)}

    def _draw(
        self, scope: Scope, graph: Graph, window: Window, size: tuple[int, int], widget: Mapping[str, Any]
    ) -> bytes:
        from .drawing import png

        queries = [{**line.query, "ReturnData": line.visible} for line in graph.lines]
        if len(queries) > MOST_METRICS:
            raise _refused(f"A widget has up to {MOST_METRICS} metrics, not {len(queries)}.")
        check(queries)
        scale = self.cloud.clock.time_scale
        found = self.metrics.values(scope, queries, window.start, window.end, period_scale=scale)
        return png(graph, found, window, size, dark=widget.get("theme") == "dark")


def _widget(text: str) -> Mapping[str, Any]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise _refused(f"MetricWidget is not JSON: {error}.") from None
    if not isinstance(content, dict) or not isinstance(content.get("metrics", []), list):
        raise _refused("MetricWidget must be a JSON object with an array of metrics.")
    if not all(isinstance(entry, list) and entry for entry in content.get("metrics", [])):
        raise _refused("Each of the metrics of MetricWidget is an array that is not empty.")
    return content


def _side(widget: Mapping[str, Any], name: str, default: int) -> int:
    side = widget.get(name, default)
    if not isinstance(side, int) or not SMALLEST <= side <= LARGEST:
        raise _refused(f"The {name} of MetricWidget is a number of pixels from {SMALLEST} to {LARGEST}, not {side!r}.")
    return side


def _refused(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)
