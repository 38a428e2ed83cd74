"""An error budget over its days, and the burn rates of two windows around an incident."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import TYPE_CHECKING

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.plot import WIDTH, Frame, legend
from helpers.show.status import AMBER, BLUE, RED, hatch_definitions

if TYPE_CHECKING:
    import pandas as pd

    from helpers.slo import Alert, Incident, Month, Objective, Pair

BOTTOM = 232
_LOW, _HIGH = -1.0, 3.0
"""Powers of ten between which burn rates are drawn."""


def error_budget(month: Month, objective: Objective, alerts: Sequence[Alert], title: str = "Error budget") -> Picture:
    """Return what is left of the error budget day by day, with incidents as numbered bands and alerts below.

    The budget is counted in requests: `objective.budget` of all that came in the month.
    """
    left = _remaining(month, objective)
    told = [each for each in month.incidents if each.deserves != "nothing"]
    return figure(_draw_budget(month, left, told, alerts, title), _write_budget(month, left, told, alerts, title))


def _remaining(month: Month, objective: Objective) -> list[float]:
    """Return the share of the budget that is left after each minute; below 0 it is overdrawn."""
    frame = month.minutes
    allowed = float(frame["requests"].sum()) * objective.budget
    return [1 - float(value) / allowed for value in frame["errors"].cumsum()]


def _minute(month: Month, moment: pd.Timestamp) -> int:
    return int((moment - month.minutes.index[0]).total_seconds() // 60)


def _draw_budget(
    month: Month, left: Sequence[float], told: Sequence[Incident], alerts: Sequence[Alert], title: str
) -> str:
    days = len(left) / 1440
    low = min(-0.05, min(left) - 0.05)
    frame = Frame((0, days), (low, 1), 56, 30, WIDTH - 96, BOTTOM - 30)
    body = [hatch_definitions(), words(0, 16, title, extra=' font-weight="600"')]
    for number, each in enumerate(told, 1):
        begin, end = _minute(month, each.start) / 1440, _minute(month, each.end) / 1440
        body.append(frame.band(begin, end, RED if each.deserves == "page" else AMBER, 0.35))
        body.append(words(frame.across((begin + end) / 2), BOTTOM - 6, str(number), anchor="middle", size=12))
    body += [frame.level(share, f"{share:.0%}") for share in (1, 0.5)]
    body.append(frame.level(0, "0%", dashes="none"))
    body.append(frame.curve([(n / 1440, left[n]) for n in range(0, len(left), 60)], BLUE))
    body.append(frame.ticks((day - 0.5, f"day {day}") for day in (1, *range(5, int(days) + 1, 5))))
    body += [_mark(frame.across(_minute(month, each.start) / 1440), each.action) for each in alerts]
    entries, foot = [(_line(BLUE), "budget left")], BOTTOM + (72 if alerts else 44)
    if alerts:
        entries += [(_mark_at(11, 8, action), action) for action in ("page", "ticket")]
    body.append(legend(frame.left, foot, entries))
    names = ", ".join(f"{number} {each.name}" for number, each in enumerate(told, 1))
    body.append(words(frame.left, foot + 20, names, size=12))
    return svg(WIDTH, foot + 30, "".join(body), f"{title}: {left[-1]:.0%} left at the end. {names}")


def _line(colour: str, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M0 6 H22" stroke="{colour}" stroke-width="2"{dashed}/>'


def _mark(x: float, action: str) -> str:
    return _mark_at(x, BOTTOM + (34 if action == "page" else 47), action)


def _mark_at(x: float, y: float, action: str) -> str:
    """A page is a triangle, a ticket a square: the shape says it without the colour."""
    if action == "page":
        return f'<path d="M{x - 5:.1f} {y:g} l5 -9 l5 9 z" fill="{RED}"/>'
    return f'<rect x="{x - 4:.1f}" y="{y - 8:g}" width="8" height="8" fill="{AMBER}"/>'


def _write_budget(
    month: Month, left: Sequence[float], told: Sequence[Incident], alerts: Sequence[Alert], title: str
) -> str:
    lines = [title, "  incident            day  budget spent  left after it"]
    for number, each in enumerate(told, 1):
        begin, end = _minute(month, each.start), _minute(month, each.end)
        spent, name = left[begin - 1] - left[end - 1], f"{number} {each.name}"
        lines.append(f"  {name:<18}  {begin // 1440 + 1:>3}  {spent:>12.0%}  {left[end - 1]:>13.0%}")
    pages = sum(each.action == "page" for each in alerts)
    lines.append(f"  at the end {left[-1]:.0%} left; {pages} pages, {len(alerts) - pages} tickets")
    return "\n".join(lines)


def burn_rate(month: Month, objective: Objective, pair: Pair, incident: Incident, title: str = "") -> Picture:
    """Return the burn rates of both windows of `pair` around `incident`, and where both exceed: there it alerts."""
    from helpers.slo.policy import burn_rates, firing

    before, after = pair.short, pair.long + 30
    begin, end = _minute(month, incident.start) - before, _minute(month, incident.end) + after
    shown = slice(max(begin, 0), end)
    rates = [burn_rates(month.minutes, objective, window)[shown].tolist() for window in (pair.long, pair.short)]
    fires = firing(month.minutes, objective, pair)[shown].tolist()
    offset = shown.start - _minute(month, incident.start)
    name = title or f"Burn rate during the {incident.name}: {pair.name}"
    return figure(_draw_burn(rates, fires, offset, pair, name), _write_burn(rates, fires, offset, pair, name))


def _draw_burn(rates: Sequence[Sequence[float]], fires: Sequence[bool], offset: int, pair: Pair, title: str) -> str:
    minutes = range(offset, offset + len(fires))
    frame = Frame((minutes[0], minutes[-1] + 1), (_LOW, _HIGH), 56, 30, WIDTH - 96, BOTTOM - 30)
    body = [hatch_definitions(), words(0, 16, title, extra=' font-weight="600"')]
    for start, stop in _runs(fires):
        body.append(frame.band(offset + start, offset + stop, RED, 0.18))
        body.append(frame.band(offset + start, offset + stop, "url(#wb-slant)", 0.3))
        body.append(words(frame.across(offset + start) + 6, frame.top + 14, "alerts", size=12))
    body += [frame.level(power, f"{10**power:g}") for power in range(int(_LOW), int(_HIGH) + 1)]
    body.append(frame.level(log10(pair.burn), f"{pair.burn:g}", dashes="none", right=True))
    body += [
        frame.curve(_logarithms(minutes, rates[0]), BLUE),
        frame.curve(_logarithms(minutes, rates[1]), AMBER, dashes="6 3"),
        frame.ticks((minute, f"{minute} min") for minute in minutes if minute % _step(len(minutes)) == 0),
    ]
    entries = [(_line(BLUE), f"over {pair.long} minutes"), (_line(AMBER, "6 3"), f"over {pair.short} minutes")]
    body.append(legend(frame.left, BOTTOM + 42, entries))
    return svg(WIDTH, BOTTOM + 52, "".join(body), _write_burn(rates, fires, offset, pair, title))


def _step(minutes: int) -> int:
    return next(step for step in (10, 30, 60, 120, 240, 1440) if minutes / step <= 12 or step == 1440)


def _logarithms(minutes: range, rates: Sequence[float]) -> list[tuple[float, float]]:
    lowest = 10**_LOW
    return [(minute, log10(max(rate, lowest))) for minute, rate in zip(minutes, rates, strict=True) if rate == rate]


def _runs(fires: Sequence[bool]) -> list[tuple[int, int]]:
    edges = [n for n in range(len(fires) + 1) if (n < len(fires) and fires[n]) != (n > 0 and fires[n - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _write_burn(rates: Sequence[Sequence[float]], fires: Sequence[bool], offset: int, pair: Pair, title: str) -> str:
    lines = [f"{title} (minutes from the begin of the incident)"]
    for window, values in zip((pair.long, pair.short), rates, strict=True):
        exceeds = _runs([value > pair.burn for value in values])
        spans = ", ".join(f"{offset + start} to {offset + stop}" for start, stop in exceeds) or "never"
        lines.append(f"  over {window:>4} minutes: above {pair.burn:g} from {spans}, at most {_most(values):.0f}")
    spans = ", ".join(f"{offset + start} to {offset + stop}" for start, stop in _runs(fires)) or "never"
    return "\n".join([*lines, f"  both: alerts from {spans}"])


def _most(values: Sequence[float]) -> float:
    return max((value for value in values if value == value), default=0.0)
