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

# JSON's true and false count as 1 and 0. Numbers of that size do not overflow in a sum.
_NUMBER = r"'^(?:true|false|[-+]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,2})?)$'"
# A double as the database writes it, without the ".0" of a whole number. Infinity has no text: it is absent.
_WRITTEN = r"'^(-?\d+?(?:\.\d+?)??(?:e[-+]?\d+)?)(?:\.0)?$'"
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
    """An SQL expression of a kind. `atomic`: it may be written twice; `literal`: what the query gives in its place."""

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
                return f"regexp_extract_all(CAST({self.sql} AS VARCHAR), {_WRITTEN}, 1)[1]"
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


def as_number(text: str) -> float | None:
    """Return the number as which `text` compares; None if it is none, or has more digits than a double keeps apart."""
    if text in ("true", "false"):
        return float(text == "true")
    digits = re.sub(r"[eE].*|\D", "", text).lstrip("0")
    return float(text) if _NUMBER_TEXT.match(text) and len(digits) <= _EXACT_DIGITS else None


def instant(text: str) -> int | None:
    """Return the epoch milliseconds of a date or time in ISO form (UTC unless it says otherwise), or None."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return math.floor(aware.timestamp() * 1000)
