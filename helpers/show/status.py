"""How a status looks: a symbol, a word, a colour and a hatch, so that none is needed alone."""

from __future__ import annotations

from dataclasses import dataclass

GREEN, RED, BLUE, AMBER, GREY = "#2a8a4a", "#d04040", "#3b7dd8", "#b07000", "#808080"


@dataclass(frozen=True, slots=True)
class Look:
    """The look of one status; `hatch` names the pattern laid over its colour ('' is solid)."""

    mark: str
    colour: str
    hatch: str = ""


NOT_STARTED = "Not started"
UNKNOWN = Look("·", GREY)

_GOOD, _BAD = Look("✔", GREEN), Look("✘", RED, "slant")
_GOING, _HALTED, _GONE = Look("▶", BLUE, "dots"), Look("■", AMBER, "cross"), Look("»", GREY, "bars")

# The statuses of CodePipeline (PascalCase) and CodeBuild (UPPER_CASE), from botocore's enums.
_LOOKS = {
    NOT_STARTED: Look("○", GREY),
    "Succeeded": _GOOD, "SUCCEEDED": _GOOD,
    "Failed": _BAD, "FAILED": _BAD, "FAULT": _BAD, "TIMED_OUT": _BAD,
    "InProgress": _GOING, "IN_PROGRESS": _GOING,
    "Stopped": _HALTED, "Stopping": _HALTED, "STOPPED": _HALTED, "Abandoned": _HALTED,
    "Superseded": _GONE, "Cancelled": _GONE,
}  # fmt: skip

_HATCHES = {
    "slant": '<path d="M0 8 L8 0" stroke="#fff" stroke-width="2"/>',
    "cross": '<path d="M0 8 L8 0 M0 0 L8 8" stroke="#fff" stroke-width="1.4"/>',
    "dots": '<circle cx="4" cy="4" r="1.7" fill="#fff"/>',
    "bars": '<path d="M4 0 V8" stroke="#fff" stroke-width="2"/>',
}


def look(status: str) -> Look:
    """Return how `status` (as AWS spells it) is drawn; one that AWS adds later is a grey dot with its word."""
    return _LOOKS.get(status, UNKNOWN)


def known(status: str) -> bool:
    """Return whether `status` is one that has a look of its own."""
    return status in _LOOKS


def labelled(status: str) -> str:
    """Return the status with its symbol: '✔ Succeeded'."""
    return f"{look(status).mark} {status}"


def hatch_definitions() -> str:
    """Return the SVG patterns that `bar` refers to."""
    patterns = "".join(
        f'<pattern id="wb-{name}" width="8" height="8" patternUnits="userSpaceOnUse">{shape}</pattern>'
        for name, shape in _HATCHES.items()
    )
    return f"<defs>{patterns}</defs>"


def bar(x: float, y: float, width: float, height: float, status: str) -> str:
    """Return an SVG bar in the status's colour and hatch; a step that has not started is an outline."""
    seen = look(status)
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="3"'
    if status == NOT_STARTED:
        return f'<rect {place} fill="none" stroke="{seen.colour}" stroke-dasharray="3 3"/>'
    solid = f'<rect {place} fill="{seen.colour}"/>'
    return solid + (f'<rect {place} fill="url(#wb-{seen.hatch})" opacity=".55"/>' if seen.hatch else "")
