"""A card: a symbol, a headline and labelled lines; the form of every verdict, hint and box of the workbook."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from helpers.show.picture import FONT, MONO, Picture, marked_up, plain
from helpers.show.status import GREY

WIDTH = 96
"""Columns of the plain-text twin."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled line of a card; a sequence of texts becomes a list, `code` keeps its line breaks."""

    label: str
    text: str | Sequence[str]
    code: bool = False

    @property
    def items(self) -> list[str]:
        return [self.text] if isinstance(self.text, str) else list(self.text)


def card(headline: str, rows: Iterable[Row] = (), *, mark: str = "", colour: str = GREY) -> Picture:
    """Return a card; rows without text are left out.

    Args:
        headline: one line, says the verdict in words.
        rows: what is said below it.
        mark: the symbol that stands beside the colour.
        colour: the edge's colour, a mid-tone that reads on white and on black.
    """
    told = [row for row in rows if row.items and any(row.items)]
    return Picture(_html(headline, told, mark, colour), _text(headline, told, mark))


def _html(headline: str, rows: list[Row], mark: str, colour: str) -> str:
    symbol = f'<span aria-hidden="true" style="color:{colour}">{escape(mark)}</span> ' if mark else ""
    lines = "".join(_html_row(row) for row in rows)
    return (
        f'<div style="border:1px solid {colour};border-left-width:6px;border-radius:4px;padding:8px 12px;'
        f'margin:6px 0;max-width:760px;color:inherit;font-size:14px;{FONT}">'
        f"<div><strong>{symbol}{marked_up(headline)}</strong></div>{lines}</div>"
    )


def _html_row(row: Row) -> str:
    label = f'<span style="opacity:.75">{escape(row.label)}</span>' if row.label else ""
    if row.code:
        style = f"margin:2px 0;white-space:pre-wrap;background:transparent;color:inherit;{MONO};font-size:12px"
        said = "".join(f'<pre style="{style}">{escape(item)}</pre>' for item in row.items)
    elif isinstance(row.text, str):
        said = marked_up(row.text)
    else:
        bullets = "".join(f"<li>{marked_up(item)}</li>" for item in row.items)
        said = f'<ul style="margin:0;padding-left:18px">{bullets}</ul>'
    if not label:
        return f'<div style="margin-top:4px">{said}</div>'
    column = "flex:0 0 116px;text-align:left"
    return (
        f'<div style="display:flex;gap:8px;margin-top:4px"><div style="{column}">{label}</div>'
        f'<div style="flex:1;min-width:0;text-align:left">{said}</div></div>'
    )


def _text(headline: str, rows: list[Row], mark: str) -> str:
    width = max((len(row.label) for row in rows), default=0)
    lines = [plain(f"{mark} {headline}".strip())]
    for row in rows:
        label = f"  {row.label:<{width}}  " if width else "  "
        lines += _text_row(row, label)
    return "\n".join(lines)


def _text_row(row: Row, label: str) -> list[str]:
    listed = not isinstance(row.text, str) and not row.code
    lines: list[str] = []
    for item in row.items:
        bullet = "- " if listed else ""
        margin = (label if not lines else " " * len(label)) + bullet
        rest = " " * len(margin)
        for number, part in enumerate(item.split("\n")):
            lead = margin if number == 0 else rest
            lines += [(lead + part).rstrip()] if row.code else _folded(plain(part), lead, rest)
    return lines


def _folded(part: str, lead: str, rest: str) -> list[str]:
    folded = textwrap.wrap(
        part,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return folded or [lead.rstrip()]
