"""A table: a DataFrame or rows in, clean HTML and aligned text out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from numbers import Real
from typing import TYPE_CHECKING, Any

from helpers.show.picture import FONT, Picture
from helpers.show.status import known, labelled, look

if TYPE_CHECKING:
    from pandas import DataFrame

NOTHING = "-"


def table(data: DataFrame | Iterable[Mapping[str, Any]], caption: str = "") -> Picture:
    """Return `data` as a table: numbers to the right, times to the second, statuses with their symbol.

    Args:
        data: a DataFrame (its index is left out: reset it to show it) or an iterable of mappings.
        caption: what the table tells, in one line.
    """
    columns, rows = _columns_and_rows(data)
    return Picture(_html(columns, rows, caption), _text(columns, rows, caption))


def _columns_and_rows(data: Any) -> tuple[list[str], list[list[Any]]]:
    if hasattr(data, "columns"):
        return [str(column) for column in data.columns], [list(row) for row in data.itertuples(index=False)]
    records = list(data)
    columns = list(dict.fromkeys(key for record in records for key in record))
    return columns, [[record.get(column) for column in columns] for record in records]


def _cell(value: Any) -> str:
    if value is None or value != value:  # NaN and NaT differ from themselves
        return NOTHING
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str) and known(value):
        return labelled(value)
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _rightmost(rows: Sequence[Sequence[Any]], column: int) -> bool:
    told = [row[column] for row in rows if row[column] is not None]
    return bool(told) and all(_is_number(value) for value in told)


def _html(columns: list[str], rows: list[list[Any]], caption: str) -> str:
    right = [_rightmost(rows, number) for number in range(len(columns))]
    line = "border:0;border-bottom:1px solid rgba(128,128,128,.45)"
    style = [f"text-align:{'right' if is_right else 'left'};padding:3px 12px;{line}" for is_right in right]
    head = "".join(f'<th scope="col" style="{css}">{escape(c)}</th>' for c, css in zip(columns, style, strict=True))
    body = "".join(f"<tr>{''.join(_html_cell(v, css) for v, css in zip(row, style, strict=True))}</tr>" for row in rows)
    title = f'<caption style="text-align:left;font-weight:600;color:inherit">{escape(caption)}</caption>'
    return (
        f'<table style="border-collapse:collapse;color:inherit;{FONT};font-size:13px">{title if caption else ""}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _html_cell(value: Any, css: str) -> str:
    text = escape(_cell(value))
    if isinstance(value, str) and known(value):
        mark, word = text.split(" ", 1)
        text = f'<span aria-hidden="true" style="color:{look(value).colour}">{mark}</span> {word}'
    return f'<td style="{css};background:transparent">{text}</td>'


def _text(columns: list[str], rows: list[list[Any]], caption: str) -> str:
    cells = [columns, *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[number]) for row in cells) for number in range(len(columns))]
    right = [_rightmost(rows, number) for number in range(len(columns))]

    def line(row: Sequence[str]) -> str:
        padded = (f"{c:>{w}}" if r else f"{c:<{w}}" for c, w, r in zip(row, widths, right, strict=True))
        return "  ".join(padded).rstrip()

    ruler = line(["-" * width for width in widths])
    return "\n".join([*([caption] if caption else []), line(cells[0]), ruler, *map(line, cells[1:])])
