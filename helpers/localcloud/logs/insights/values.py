"""Values of a query as SQL: each has a kind that is known before the query runs, and turns into the others.

A field of a log line is text; text that reads as a number takes part in arithmetic, comparisons and sorting as that
number. What is missing, or makes no sense where it is used, is NULL.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

# JSON's true and false count as 1 and 0. An exponent of two digits cannot overflow in a sum.
_NUMBER = r"'^(?:true|false|[-+]?(?:[0-9]{1,150}\.?[0-9]{0,150}|\.[0-9]{1,150})(?:[eE][-+]?[0-9]{1,2})?)$'"
_NUMBER_TEXT = re.compile(_NUMBER.strip("'"))
_EXACT_DIGITS = 15


class Kind(Enum):
    """What an SQL expression gives."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time, in epoch milliseconds"


@dataclass(frozen=True)
class Value:
    """An SQL expression of a kind. `atomic`: it may be written twice; `literal`: the text that it always is."""

    sql: str
    kind: Kind
    atomic: bool = False
    literal: str | None = None

    def number(self) -> str:
        """Return SQL of type DOUBLE."""
        match self.kind:
            case Kind.NUMBER:
                return self.sql
            case Kind.BOOLEAN:
                return f"CAST(CAST({self.sql} AS INTEGER) AS DOUBLE)"
            case Kind.TIME:
                return f"CAST({self.sql} AS DOUBLE)"
            case Kind.TEXT:
                digits = f"replace(replace(regexp_extract({self.sql}, {_NUMBER}), 'true', '1'), 'false', '0')"
                return f"TRY_CAST({digits} AS DOUBLE)"

    def text(self) -> str:
        """Return SQL of type VARCHAR, as results show the value."""
        match self.kind:
            case Kind.NUMBER:
                # Infinity has no text: it is absent.
                finite = f"nullif(nullif(CAST({self.sql} AS VARCHAR), 'inf'), '-inf')"
                return rf"regexp_replace({finite}, '^(-?\d+)\.0$', '\1')"
            case Kind.BOOLEAN:
                return f"CAST(CAST({self.sql} AS INTEGER) AS VARCHAR)"
            case Kind.TIME:
                return f"TRY(strftime(make_timestamp({self.sql} * 1000), '%Y-%m-%d %H:%M:%S.%g'))"
            case Kind.TEXT:
                return self.sql

    def truth(self) -> str:
        """Return SQL of type BOOLEAN: a number is true unless it is 0."""
        return self.sql if self.kind is Kind.BOOLEAN else f"({self.number()} <> 0)"

    def millis(self) -> str:
        """Return SQL of type BIGINT: epoch milliseconds."""
        return self.sql if self.kind is Kind.TIME else f"TRY_CAST({self.number()} AS BIGINT)"


def defined(sql: str) -> str:
    """Return SQL for a number that is NULL where it has no value (1/0, the root of -1)."""
    return f"nullif(TRY({sql}), CAST('nan' AS DOUBLE))"


def is_number(text: str) -> bool:
    """Return whether `text` compares as a number and a double holds it exactly enough to do so."""
    digits = re.sub(r"[eE].*|\D", "", text).lstrip("0")
    return bool(_NUMBER_TEXT.match(text)) and len(digits) <= _EXACT_DIGITS


def instant(text: str) -> int | None:
    """Return the epoch milliseconds of a date or time in ISO form (UTC unless it says otherwise), or None."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return math.floor(aware.timestamp() * 1000)
