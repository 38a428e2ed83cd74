"""A compiled pattern, of whichever of the three kinds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol


@dataclass(frozen=True)
class Condition:
    """A condition in SQL on the column `message`, with its parameters.

    `exact`: it holds for just the events that the pattern matches; else it holds for those and maybe for more.
    """

    sql: str
    parameters: tuple[str, ...]
    exact: bool


class Pattern(Protocol):
    """A filter pattern that is ready to be used."""

    kind: str

    @property
    def regexes(self) -> int:
        """How many regular expressions it has."""
        ...

    def matches(self, message: str) -> bool:
        """Return whether the pattern matches `message`."""
        ...

    def extract(self, message: str) -> dict[str, str] | None:
        """Return what a match of `message` yields by name ("$.latency", "$bytes"), or None if there is no match."""
        ...

    def value(self, message: str, reference: str) -> str | None:
        """Return the text that `reference` ("$.latency", "$bytes") names in `message`, or None."""
        ...

    def knows(self, reference: str) -> bool:
        """Return whether `reference` can be used with this pattern for a value or a dimension."""
        ...

    def condition(self) -> Condition:
        """Return what the column store can do of the work."""
        ...


@lru_cache(maxsize=512)
def compile_pattern(text: str) -> Pattern:
    """Return the pattern of `text`. Raises PatternError with position and reason."""
    from .fields import FieldsPattern
    from .json import JsonPattern
    from .terms import TermsPattern

    opening = text.lstrip()[:1]
    if opening == "{":
        return JsonPattern.read(text)
    if opening == "[":
        return FieldsPattern.read(text)
    return TermsPattern.read(text)
