"""Patterns of parse and like, as RE2 reads them."""

from __future__ import annotations

import re

from .errors import MalformedQuery
from .language import ParseGlob, ParseRegex


def of_glob(command: ParseGlob) -> tuple[str, tuple[str, ...]]:
    """Return the expression whose groups are the stars of the glob, and the fields that they give.

    Each star takes as little as it can; one at the end takes all that is left. Raises MalformedQuery if stars and names
    do not match.
    """
    pieces = command.pattern.split("*")
    stars = len(pieces) - 1
    if stars != len(command.names):
        raise MalformedQuery(
            f"The pattern has {stars} stars and {len(command.names)} names after as; each star needs a name.",
            command.span,
        )
    escaped = [_quoted(piece) for piece in pieces]
    ends_in_star = escaped[-1] == ""
    body = "(.*?)".join(escaped[:-1])
    return f"(?s){body}{'(.*)' if ends_in_star else '(.*?)' + escaped[-1]}", command.names


def of_regex(command: ParseRegex) -> tuple[str, tuple[str | None, ...]]:
    """Return the expression and the field that each of its groups gives (None: the group has no name).

    Raises MalformedQuery if it names no group.
    """
    outside = re.sub(r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]", "", command.pattern, flags=re.DOTALL)
    groups = re.findall(r"\((?:\?P<(\w+)>|(?!\?))", outside)
    names = tuple(name or None for name in groups)
    if not any(names):
        raise MalformedQuery(
            "The regular expression names no field; write a group as (?<name>..), or use a pattern with stars.",
            command.span,
        )
    return command.pattern, names


def _quoted(text: str) -> str:
    """RE2 takes a backslash before punctuation of ASCII only."""
    return re.sub(r"([!-/:-@\[-^`{-~])", r"\\\1", text)
