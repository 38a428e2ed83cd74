"""A service map: who calls whom, how often, how fast and how well, as X-Ray's service graph tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import AMBER, GREEN, GREY, RED
from helpers.show.waterfall import milliseconds

BOX, HIGH, GAP_X, GAP_Y, TOP, DETOUR = 160, 74, 92, 30, 32, 48
CLIENT, REMOTE = "client", "remote"
_CLIENT_NAME = "customers"


@dataclass(frozen=True)
class _Node:
    number: int
    name: str
    kind: str
    statistics: Mapping[str, Any]
    edges: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return _CLIENT_NAME if self.kind == CLIENT else self.name

    @property
    def about(self) -> str:
        """Say what is known of it by itself."""
        if self.kind == CLIENT:
            return "from outside"
        return "sends no traces" if self.kind == REMOTE else self.kind or "service"


def service_map(services: Sequence[Mapping[str, Any]], title: str = "Service map") -> Picture:
    """Return the services of X-Ray's GetServiceGraph or GetTraceGraph as boxes with arrows, callers on the left.

    Args:
        services: the answer's `Services`.
        title: what the map shows.
    """
    names = {service["ReferenceId"]: str(service.get("Name", "?")) for service in services}
    nodes = _ordered([_node(service, names) for service in services])
    return figure(_draw(nodes, title), _write(nodes, title))


def _node(service: Mapping[str, Any], names: Mapping[int, str]) -> _Node:
    called = sorted(service.get("Edges", ()), key=lambda edge: names.get(edge["ReferenceId"], ""))
    edges = {edge["ReferenceId"]: edge.get("SummaryStatistics", {}) for edge in called}
    name, kind = str(service.get("Name", "?")), str(service.get("Type") or "")
    return _Node(service["ReferenceId"], name, kind, service.get("SummaryStatistics") or {}, edges)


def _ordered(nodes: Sequence[_Node]) -> list[_Node]:
    columns = _columns(nodes)

    def key(node: _Node) -> tuple[int, int, str, str]:
        # Whoever calls near stands above whoever calls far: fewer arrows cross.
        nearest = min((columns.get(to, 0) for to in node.edges), default=len(nodes))
        return columns[node.number], nearest, node.name, node.kind

    return sorted(nodes, key=key)


def _columns(nodes: Sequence[_Node]) -> dict[int, int]:
    """Return how far right each node stands: one further than whoever calls it (a circle of calls ends the search)."""
    column = {node.number: 0 for node in nodes}
    calls = [(node.number, target) for node in nodes for target in node.edges if target in column]
    for _ in nodes:
        for caller, target in calls:
            if caller != target and column[caller] < len(nodes) - 1:
                column[target] = max(column[target], column[caller] + 1)
    return column


def _places(nodes: Sequence[_Node]) -> dict[int, tuple[int, int]]:
    """Return the left upper corner of each box."""
    taken: dict[int, int] = {}
    places = {}
    columns = _columns(nodes)
    for node in nodes:
        column = columns[node.number]
        row = taken.get(column, 0)
        taken[column] = row + 1
        places[node.number] = (2 + column * (BOX + GAP_X), TOP + row * (HIGH + GAP_Y))
    tallest = max(taken.values(), default=1)
    shift = {column: (tallest - rows) * (HIGH + GAP_Y) // 2 for column, rows in taken.items()}
    return {number: (x, y + shift[(x - 2) // (BOX + GAP_X)]) for number, (x, y) in places.items()}


def _share(statistics: Mapping[str, Any], part: str) -> int:
    return int((statistics.get(part) or {}).get("TotalCount", 0))


def _health(statistics: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return a symbol, a word and a colour for how the requests ended."""
    total = int(statistics.get("TotalCount", 0))
    faults, errors = _share(statistics, "FaultStatistics"), _share(statistics, "ErrorStatistics")
    if not total:
        return "○", "", GREY
    if faults:
        return "✘", f"{faults} of {total} failed", RED
    return ("!", f"{errors} of {total} refused", AMBER) if errors else ("✔", "all well", GREEN)


def _speed(statistics: Mapping[str, Any]) -> str:
    total = int(statistics.get("TotalCount", 0))
    return f"mean {milliseconds(float(statistics.get('TotalResponseTime', 0)) / total)}" if total else ""


def _requests(statistics: Mapping[str, Any]) -> str:
    total = int(statistics.get("TotalCount", 0))
    return f"{total} request{'' if total == 1 else 's'}"


def _draw(nodes: Sequence[_Node], title: str) -> str:
    places = _places(nodes)
    width = max((x + BOX + 2 for x, _ in places.values()), default=300)
    detour = DETOUR if _passes(nodes, places) else 0
    height = max((y + HIGH + 6 for _, y in places.values()), default=TOP) + detour
    body = [words(0, 16, title, extra=' font-weight="600"')]
    for node in nodes:  # arrows first: a box that one passes stays readable
        body += [_draw_edge(places[node.number], places[to], said) for to, said in node.edges.items() if to in places]
    body += [_draw_node(node, *places[node.number]) for node in nodes]
    return svg(width, height, "".join(body), f"{title}: " + "; ".join(_sentences(nodes)))


def _passes(nodes: Sequence[_Node], places: Mapping[int, tuple[int, int]]) -> bool:
    """Return whether a call skips a column or goes back: its arrow needs room below."""
    steps = [places[to][0] - places[node.number][0] for node in nodes for to in node.edges if to in places]
    return any(step != BOX + GAP_X for step in steps)


def _draw_node(node: _Node, x: int, y: int) -> str:
    mark, word, colour = _health(node.statistics)
    dashes = ' stroke-dasharray="5 4"' if node.kind in (CLIENT, REMOTE) else ""
    frame = (
        f'<rect x="{x}" y="{y}" width="{BOX}" height="{HIGH}" rx="8" fill="none" stroke="{colour}" '
        f'stroke-width="2"{dashes}/>'
    )
    lines = [words(x + 10, y + 20, _fit(node.title), extra=' font-weight="600"')]
    if node.kind == CLIENT or not word:
        return frame + lines[0] + words(x + 10, y + 38, node.about, size=12)
    lines.append(words(x + 10, y + 37, f"{mark} {word}", size=12))
    lines.append(words(x + 10, y + 52, _speed(node.statistics), size=12))
    lines.append(words(x + 10, y + 67, node.about, size=11, extra=' opacity=".8"'))
    return frame + "".join(lines)


def _draw_edge(start: tuple[int, int], end: tuple[int, int], statistics: Mapping[str, Any]) -> str:
    mark, word, colour = _health(statistics)
    told = f"{mark} {word if colour in (RED, AMBER) else int(statistics.get('TotalCount', 0))}"
    if end[0] - start[0] == BOX + GAP_X:
        x1, y1, x2, y2 = start[0] + BOX, start[1] + HIGH // 2, end[0] - 2, end[1] + HIGH // 2
        bend = (x1 + x2) // 2
        curve, head = f"M{x1} {y1} C{bend} {y1} {bend} {y2} {x2 - 8} {y2}", f"M{x2} {y2} l-9 -5 v10 z"
        x, y = (x1 + x2) / 2, (y1 + y2) / 2 - 8
    else:  # past other boxes, or back: below them
        x1, y1, x2, y2 = start[0] + BOX * 2 // 3, start[1] + HIGH, end[0] + BOX // 3, end[1] + HIGH
        low = max(y1, y2) + DETOUR
        curve, head = f"M{x1} {y1} C{x1} {low} {x2} {low} {x2} {y2 + 8}", f"M{x2} {y2} l-5 9 h10 z"
        x, y = (x1 + x2) / 2, low - DETOUR / 4 + 12
    line = f'<path d="{curve}" fill="none" stroke="{colour}" stroke-width="2"/><path d="{head}" fill="{colour}"/>'
    return line + words(x, y, told, anchor="middle", size=12)


def _fit(text: str) -> str:
    return text if len(text) <= 21 else text[:20] + "…"


def _sentences(nodes: Sequence[_Node]) -> list[str]:
    names = {node.number: node.title for node in nodes}
    found = []
    for node in nodes:
        calls = [f"{names.get(to, '?')} {_requests(said)}" for to, said in node.edges.items()]
        known = ", ".join(filter(None, [_health(node.statistics)[1], _speed(node.statistics)]))
        found.append(f"{node.title} ({known or node.about})" + (f" calls {', '.join(calls)}" if calls else ""))
    return found


def _write(nodes: Sequence[_Node], title: str) -> str:
    names = {node.number: node.title for node in nodes}
    width = max(map(len, names.values()), default=0)
    lines = [title]
    for node in nodes:
        mark, word, _ = _health(node.statistics)
        known = [f"{mark} {word}", _speed(node.statistics)] if word else []
        lines.append(f"  {node.title:<{width}}  {', '.join([*known, node.about])}")
        lines += [
            f"    > {names.get(to, '?'):<{width}}  {_requests(said)}{_trouble(said)}" for to, said in node.edges.items()
        ]
    return "\n".join(lines)


def _trouble(statistics: Mapping[str, Any]) -> str:
    mark, word, colour = _health(statistics)
    return f", {mark} {word}" if colour in (RED, AMBER) else ""
