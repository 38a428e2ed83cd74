"""Patterns for unstructured events: terms, exact phrases, ?optional and -excluded ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from .literals import unquote
from .parsing import parse
from .pattern import Condition
from .regex import Regex, compile_regex


@dataclass(frozen=True)
class Term:
    """A text or a regular expression that an event has or has not."""

    text: str
    regex: Regex | None = None

    def within(self, message: str) -> bool:
        """Return whether `message` has it; case matters."""
        return self.text in message if self.regex is None else self.regex.within(message)

    def condition(self) -> str:
        """Return the same in SQL, with one parameter."""
        return "contains(message, ?)" if self.regex is None else "regexp_matches(message, ?)"


@dataclass
class TermsPattern:
    """All of `required`, none of `excluded`, one of `optional` at least."""

    kind = "terms"
    required: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    optional: list[Term] = field(default_factory=list)

    @classmethod
    def read(cls, text: str) -> TermsPattern:
        """Return the pattern of `text`. Raises PatternError."""
        pattern = cls()
        kinds = {"": pattern.required, "-": pattern.excluded, "?": pattern.optional}
        for item in parse("terms", text).find_data("item"):
            mark, token = ("", *item.children)[-2:]
            term = _term(token)
            if term.regex is not None or term.text.strip():  # " " stands for every event
                kinds[str(mark)].append(term)
        if pattern.required or pattern.excluded:
            # As the user guide says of ? beside other terms: it is ignored.
            pattern.optional.clear()
        return pattern

    @property
    def regexes(self) -> int:
        return sum(term.regex is not None for term in self._terms())

    def matches(self, message: str) -> bool:
        return (
            all(term.within(message) for term in self.required)
            and not any(term.within(message) for term in self.excluded)
            and (not self.optional or any(term.within(message) for term in self.optional))
        )

    def extract(self, message: str) -> dict[str, str] | None:
        return {} if self.matches(message) else None

    def value(self, message: str, reference: str) -> str | None:
        return None

    def knows(self, reference: str) -> bool:
        return False

    def condition(self) -> Condition:
        parts = [term.condition() for term in self.required]
        parts += [f"NOT {term.condition()}" for term in self.excluded]
        if self.optional:
            parts.append(f"({' OR '.join(term.condition() for term in self.optional)})")
        parameters = tuple(term.text for term in self._terms())
        return Condition(" AND ".join(parts) or "true", parameters, exact=True)

    def _terms(self) -> list[Term]:
        return [*self.required, *self.excluded, *self.optional]


def _term(token: object) -> Term:
    kind, text = getattr(token, "type", ""), str(token)
    if kind == "PHRASE":
        return Term(unquote(text))
    if kind == "REGEX":
        regex = compile_regex(text, line=getattr(token, "line", 1), column=getattr(token, "column", 1))
        return Term(text[1:-1], regex)
    return Term(text)
