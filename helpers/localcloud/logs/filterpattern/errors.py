"""What is wrong with a pattern, and where."""

from __future__ import annotations

from collections.abc import Collection


class PatternError(ValueError):
    """A filter pattern that cannot be read; the text gives line, column and reason."""

    def __init__(self, reason: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(f"Invalid filter pattern at line {line}, column {column}: {reason}")
        self.line, self.column = line, column


def expected(names: Collection[str]) -> str:
    """Return the alternatives as a person would say them."""
    known = sorted({_NAMES.get(name, name.lower()) for name in names} - {""})
    return known[0] if len(known) == 1 else ", ".join(known[:-1]) + " or " + known[-1] if known else "the end"


_NAMES = {
    "WORD": "a term of letters, digits and underscores",
    "PHRASE": "a phrase in double quotes",
    "REGEX": "a regular expression between percent signs",
    "MARK": "",
    "SPACE": "a space",
    "SELECTOR": "a selector such as $.name or $.list[0]",
    "OPERATOR": "a comparison (= != < <= > >=)",
    "STRING": "a text in double quotes",
    "BARE": "a word or number",
    "NAME": "a field name",
    "ELLIPSIS": "...",
    "COMMA": "a comma",
    "AND": "&&",
    "OR": "||",
    "IS": "IS NULL, IS TRUE or IS FALSE",
    "NOT": "NOT EXISTS",
    "EXISTS": "EXISTS",
    "LITERAL": "NULL, TRUE or FALSE",
    "LPAR": "(",
    "RPAR": ")",
    "LBRACE": "{",
    "RBRACE": "}",
    "LSQB": "[",
    "RSQB": "]",
    "$END": "the end of the pattern",
}
