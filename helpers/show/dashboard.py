"""A dashboard: panels on a grid of 24 columns, as the console of CloudWatch lays them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from helpers.show.picture import FONT, Picture, marked_up, plain
from helpers.show.status import BLUE, GREEN, GREY, RED

COLUMNS = 24
_ALARM = {"OK": ("✔", GREEN), "ALARM": ("✘", RED), "INSUFFICIENT_DATA": ("?", GREY)}


@dataclass(frozen=True)
class Panel:
    """One widget with what it shows; places and sizes are in columns and rows of the grid."""

    x: int
    y: int
    width: int
    height: int
    content: Picture


def dashboard(panels: Sequence[Panel], title: str) -> Picture:
    """Return the panels laid out under `title`."""
    placed = sorted(panels, key=lambda panel: (panel.y, panel.x))
    cells = "".join(_cell(panel) for panel in placed)
    grid = f"display:grid;grid-template-columns:repeat({COLUMNS},minmax(0,1fr));gap:8px;max-width:1100px"
    html = f'<section aria-label="{escape(title, quote=True)}" style="{FONT}"><div style="font-weight:600">'
    html += f'{escape(title)}</div><div style="{grid}">{cells}</div></section>'
    text = "\n\n".join([f"Dashboard: {title}", *(panel.content.text for panel in placed)])
    return Picture(html, text)


def page(picture: Picture, title: str) -> str:
    """Return `picture` as an HTML page of its own, light or dark as the reader's system is."""
    style = "html{color-scheme:light dark}body{margin:16px;color:CanvasText;background:Canvas}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style><body>{picture.html}</body></html>"
    )


def numbers(values: Sequence[tuple[str, float | None]], title: str, unit: str = "") -> Picture:
    """Return latest values as figures to read from afar; None is "no data", which is not 0."""
    told = [(name, "no data" if value is None else f"{value:,.4g} {unit}".strip()) for name, value in values]
    parts = "".join(
        f'<div style="flex:1;text-align:center"><div style="font-size:26px;color:{BLUE}">{escape(text)}</div>'
        f'<div style="font-size:12px">{escape(name)}</div></div>'
        for name, text in told
    )
    html = f'<strong>{escape(title)}</strong><div style="display:flex;gap:8px;padding:12px 0">{parts}</div>'
    return Picture(html, "\n".join([title, *(f"  {name}: {text}" for name, text in told)]))


def alarm_states(states: Sequence[tuple[str, str]], title: str) -> Picture:
    """Return alarms with their states, each (name, state)."""
    rows = "".join(
        f'<div><span aria-hidden="true" style="color:{_look(state)[1]}">{_look(state)[0]}</span> '
        f"{escape(name)}: <strong>{escape(state)}</strong></div>"
        for name, state in states
    )
    lines = [f"  {_look(state)[0]} {name}: {state}" for name, state in states]
    return Picture(f"<strong>{escape(title)}</strong>{rows}", "\n".join([title, *lines]))


def markdown(text: str) -> Picture:
    """Return the little Markdown of a text widget: headings, lists, code and links."""
    parts = []
    for line in text.splitlines():
        if heading := re.match(r"(#{1,6}) +(.*)", line):
            size = 20 - 2 * len(heading[1])
            parts.append(f'<div style="font-weight:600;font-size:{size}px">{marked_up(heading[2])}</div>')
        elif item := re.match(r"[-*] +(.*)", line):
            parts.append(f"<div>• {marked_up(item[1])}</div>")
        elif line.strip():
            parts.append(f"<div>{marked_up(line)}</div>")
    return Picture("".join(parts), plain(re.sub(r"(?m)^#+ +", "", text)).strip())


def _look(state: str) -> tuple[str, str]:
    return _ALARM.get(state, ("·", GREY))


def _cell(panel: Panel) -> str:
    place = f"grid-column:{panel.x + 1}/span {panel.width};grid-row:{panel.y + 1}/span {panel.height}"
    edge = f"border:1px solid {GREY};border-radius:4px;padding:8px;overflow:hidden;font-size:13px"
    return f'<div style="{place};{edge}">{panel.content.html}</div>'
