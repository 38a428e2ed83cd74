"""The one thing that is shown: HTML and its plain-text twin in a single output."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

FONT = "font-family:system-ui,-apple-system,'Segoe UI',sans-serif"
MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"


@dataclass(frozen=True, slots=True)
class Picture:
    """An output that a notebook shows as `html` and a terminal as `text`."""

    html: str
    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


class Shown:
    """Base of whatever presents itself: give it `picture()`, get notebook and terminal output."""

    __slots__ = ()

    def picture(self) -> Picture:
        """Return what a person is shown."""
        raise TypeError(f"{type(self).__name__} has no picture")

    def __str__(self) -> str:
        return self.picture().text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self.picture()._repr_mimebundle_()


def marked_up(text: str) -> str:
    """Return `text` as HTML: escaped, with `code` and [links](address) of Markdown, line breaks kept."""
    safe = escape(text, quote=True)
    safe = re.sub(r"`([^`]+)`", rf'<code style="{MONO}">\1</code>', safe)
    safe = re.sub(
        r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2" style="color:inherit;text-decoration:underline">\1</a>', safe
    )
    return safe.replace("\n", "<br>")


def plain(text: str) -> str:
    """Return `text` for a terminal: a Markdown link becomes its words and, in brackets, its address."""
    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r"\1 (\2)", text)


def figure(svg: str, text: str) -> Picture:
    """Return a drawing with its plain-text twin folded below it."""
    twin = (
        '<details style="font-size:12px;opacity:.85"><summary>the same as text</summary>'
        f'<pre style="margin:4px 0;background:transparent;color:inherit">{escape(text)}</pre></details>'
    )
    return Picture(f'<figure style="margin:8px 0;{FONT}">{svg}{twin}</figure>', text)


def svg(width: int, height: int, body: str, alt: str) -> str:
    """Return an inline SVG in the page's own text colour, with `alt` as its accessible name."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(alt, quote=True)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" style="max-width:100%;height:auto;{FONT}" '
        f'fill="currentColor" font-size="13"><title>{escape(alt)}</title>{body}</svg>'
    )


def words(x: float, y: float, text: str, *, anchor: str = "start", size: int = 13, extra: str = "") -> str:
    """Return an SVG text at (`x`, `y`) in drawing units."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}"{extra}>{escape(text)}</text>'
