"""A command line as it was typed, how it ended and what it said."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Protocol

from helpers.show.card import Row, card
from helpers.show.picture import Picture
from helpers.show.status import GREEN, RED

LAST_LINES = 40
"""Lines of output that are shown; a build's whole log belongs into the log service."""


class Finished(Protocol):
    """What `subprocess.run(..., text=True, capture_output=True)` returns, or anything alike."""

    @property
    def args(self) -> str | Sequence[str]: ...
    @property
    def returncode(self) -> int: ...
    @property
    def stdout(self) -> str | None: ...
    @property
    def stderr(self) -> str | None: ...


def command(finished: Finished) -> Picture:
    """Return a card with the command, its exit code and its output (the last 40 lines of each stream)."""
    good = finished.returncode == 0
    typed = finished.args if isinstance(finished.args, str) else shlex.join(finished.args)
    word = "done" if good else "failed"
    rows = [
        Row("command", f"$ {typed}", code=True),
        Row("output", _tail(finished.stdout), code=True),
        Row("messages", _tail(finished.stderr), code=True),
    ]
    headline = f"{word}, exit code {finished.returncode}"
    return card(headline, rows, mark="✔" if good else "✘", colour=GREEN if good else RED)


def _tail(stream: str | None) -> str:
    lines = (stream or "").rstrip("\n").split("\n")
    if len(lines) <= LAST_LINES:
        return "\n".join(lines)
    return "\n".join([f"… {len(lines) - LAST_LINES} lines before", *lines[-LAST_LINES:]])
