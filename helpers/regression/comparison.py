"""Says where outputs differ so that a person sees it: the cell, what is stored, what was seen, and the difference."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from .notebook import text

_LINES = 60
_PICTURES = ("image/png", "image/jpeg", "application/pdf")

_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""=("[^"]*"|'[^']*')""")
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)")


def without_geometry(shown: str) -> str:
    """Return `shown` with the numbers in attributes of its SVG pictures replaced: a bar is as long as things took.

    What the pictures are made of stays, with their colours and every word and number written in them.
    """
    return _SVG.sub(lambda svg: _ATTRIBUTE.sub(_without_numbers, svg[0]), shown)


def _without_numbers(value: re.Match[str]) -> str:
    return value[0] if "#" in value[0] else _NUMBER.sub("N", value[0])


def kinds(outputs: Sequence[Any]) -> Counter[str]:
    """Return how many outputs there are of each kind: `display image/png text/plain`, `stream stdout`, `error`."""
    return Counter(_kind(output) for output in outputs)


def kinds_differ(stored: Sequence[Any], seen: Sequence[Any]) -> str | None:
    """Return what is missing or too much, pictures included, or None. nbval itself never looks at pictures."""
    before, now = kinds(stored), kinds(seen)
    missing = [f"{count} x {kind}" for kind, count in (before - now).items()]
    extra = [f"{count} x {kind}" for kind, count in (now - before).items()]
    said = [f"missing: {', '.join(missing)}" if missing else "", f"not stored: {', '.join(extra)}" if extra else ""]
    return "; ".join(filter(None, said)) or None


def describe(source: str, stored: Sequence[Any], seen: Sequence[Any], sanitize: Callable[[str], str]) -> str:
    """Return the cell, both outputs as they are, and their difference after `sanitize`."""
    before, now = render(stored), render(seen)
    difference = difflib.unified_diff(
        sanitize(before).splitlines(), sanitize(now).splitlines(), "stored", "seen", lineterm="", n=2
    )
    parts = [("cell", source), ("stored", before), ("seen", now)]
    parts.append(("difference, sanitized (- stored, + seen)", "\n".join(difference)))
    return "\n".join(_section(title, body) for title, body in parts)


def render(outputs: Sequence[Any]) -> str:
    """Return outputs as text, pictures by their size."""
    return "\n".join(_render(output) for output in outputs) or "(no output)"


def _kind(output: Any) -> str:
    if output.output_type == "stream":
        return f"stream {output.name}"
    if output.output_type == "error":
        return "error"
    return " ".join(["display", *sorted(output.data)])


def _render(output: Any) -> str:
    if output.output_type == "stream":
        return f"[{output.name}]\n{text(output.text)}"
    if output.output_type == "error":
        return f"[error] {output.ename}: {output.evalue}"
    return "\n".join(_render_data(kind, value) for kind, value in sorted(output.data.items()))


def _render_data(kind: str, value: Any) -> str:
    if kind in _PICTURES:
        return f"[{kind}, {len(text(value)) * 3 // 4000 + 1} kB]"
    return f"[{kind}]\n{text(value) if isinstance(value, str | list) else value}"


def _section(title: str, body: str) -> str:
    lines = body.splitlines()
    rest = [f"... {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    return "\n".join([f"--- {title} ---", *lines[:_LINES], *rest, ""])
