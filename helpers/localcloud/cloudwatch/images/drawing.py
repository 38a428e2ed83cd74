"""Draws series with matplotlib, without pyplot: its global state is not for many threads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from matplotlib import dates
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers.cloudwatch.series import Series
from helpers.dashboard import Graph, Window

# Told apart without colour, too: each line has a marker and a dash of its own.
COLOURS = ("#3b7dd8", "#d04040", "#2a8a4a", "#b07000", "#8a5cc0", "#008a98", "#c05a90", "#808080")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", ":")
DPI = 100


def png(graph: Graph, found: Sequence[Series], window: Window, size: tuple[int, int], *, dark: bool) -> bytes:
    """Return the picture of `found` as drawn for `graph`, `size` pixels wide and high."""
    paper, ink = ("#16191f", "#d5dbdb") if dark else ("#ffffff", "#232f3e")
    figure = Figure(figsize=(size[0] / DPI, size[1] / DPI), dpi=DPI, facecolor=paper, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=paper)
    shown = [series for series in found if series.return_data]
    if graph.view == "singleValue":
        _numbers(axes, shown, ink)
    else:
        _lines(axes, graph, shown, window, ink)
    if graph.title:
        axes.set_title(graph.title, color=ink, fontsize=10, loc="left")
    file = BytesIO()
    figure.savefig(file, format="png", facecolor=paper)
    return file.getvalue()


def _lines(axes: Any, graph: Graph, found: Sequence[Series], window: Window, ink: str) -> None:
    colours = {line.query["Id"]: line.colour for line in graph.lines}
    if graph.stacked and found:
        _stack(axes, found)
    else:
        for index, series in enumerate(found):
            _line(axes, series, index, colours.get(series.id) or COLOURS[index % len(COLOURS)])
    for threshold in graph.thresholds:
        axes.axhline(threshold.value, color="#d04040", linestyle="--", linewidth=1)
        axes.annotate(
            threshold.label, (0.01, threshold.value), xycoords=("axes fraction", "data"), color=ink, fontsize=8
        )
    _frame(axes, graph, window, ink)
    if found:
        axes.legend(fontsize=8, frameon=False, labelcolor=ink, loc="upper left", bbox_to_anchor=(0, -0.12), ncols=3)


def _line(axes: Any, series: Series, index: int, colour: str) -> None:
    marker = MARKERS[index % len(MARKERS)] if len(series) <= 60 else None
    dash = DASHES[index // len(COLOURS) % len(DASHES)]
    axes.plot(_moments(series), series.values, dash, color=colour, marker=marker, markersize=3, label=series.label)


def _stack(axes: Any, found: Sequence[Series]) -> None:
    import numpy as np

    slots = np.unique(np.concatenate([series.timestamps for series in found]))
    rows = [
        np.interp(slots, s.timestamps, s.values, left=0, right=0) if len(s) else np.zeros(len(slots)) for s in found
    ]
    moments = [datetime.fromtimestamp(float(slot), UTC) for slot in slots]
    colours = [COLOURS[index % len(COLOURS)] for index in range(len(found))]
    axes.stackplot(moments, rows, labels=[series.label for series in found], colors=colours, alpha=0.7)


def _frame(axes: Any, graph: Graph, window: Window, ink: str) -> None:
    axes.set_xlim(*(datetime.fromtimestamp(moment, UTC) for moment in (window.start, window.end)))
    locator: Any = dates.AutoDateLocator(maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.set_ylim(bottom=graph.low, top=graph.high)
    axes.set_ylabel(graph.unit, color=ink, fontsize=8)
    axes.tick_params(colors=ink, labelsize=8)
    axes.grid(color=ink, alpha=0.15)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _numbers(axes: Any, found: Sequence[Series], ink: str) -> None:
    axes.set_axis_off()
    for index, series in enumerate(found):
        x = (index + 0.5) / len(found)
        latest = f"{series.values[-1]:.4g}" if len(series) else "--"
        axes.text(x, 0.5, latest, ha="center", va="center", fontsize=24, color=ink, transform=axes.transAxes)
        axes.text(x, 0.2, series.label, ha="center", va="center", fontsize=9, color=ink, transform=axes.transAxes)


def _moments(series: Series) -> list[datetime]:
    return [datetime.fromtimestamp(float(moment), UTC) for moment in series.timestamps]
