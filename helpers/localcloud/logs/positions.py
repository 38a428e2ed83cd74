"""Where a reader stands: in the gap after one event. Tokens name that gap, so they stay good as events come in."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..service import ServiceError

_BEGINNING, _END = 0, 2**62


class Position(NamedTuple):
    """The gap after the event of time `t` and number `seq`."""

    t: int
    seq: int

    @classmethod
    def before(cls, t: int, seq: int = 0) -> Position:
        """Return the gap before the event (`t`, `seq`); without `seq`, before everything at `t`."""
        return cls(t, seq - 1) if seq else cls(t - 1, _END)


BEGINNING = Position(-1, _END)
END = Position(_END, _END)


def read_token(token: str, kinds: str) -> tuple[str, Position]:
    """Return the kind (a letter of `kinds`) and the position of a token that we gave. Raises ServiceError."""
    if found := re.fullmatch(r"([a-z])/(-?\d{1,19})\.(\d{1,19})", token):
        kind, t, seq = found.groups()
        if kind in kinds and int(t) <= _END and int(seq) <= _END:
            return kind, Position(int(t), int(seq))
    raise ServiceError("InvalidParameterException", "The specified nextToken is invalid; expected one of this call's.")


def write_token(kind: str, position: Position) -> str:
    """Return the token of a position."""
    return f"{kind}/{position.t}.{position.seq}"
