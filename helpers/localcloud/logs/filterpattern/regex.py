"""Regular expressions between percent signs, of which CloudWatch Logs allows a part.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
"""

from __future__ import annotations

import re

from .errors import PatternError

_SYMBOLS = ":_#=@/;,-"
_OPERATORS = "^$?[]{}|\\*+."
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
# What Python and RE2 read otherwise than each other, or one of them not at all.
_UNSUPPORTED = re.compile(
    r"(?<!\\)(?:\\\\)*(?:[*+?}]\+|\[\[:|\{\d{4,}|\{,|\{\d+,\d{4,}\}|\\(?![dDsSwW]|x[0-9A-Fa-f]{2})[A-Za-z0-9])"
)
MAX_IN_A_STRUCTURED_PATTERN = 2
_STEPS = 10**8


class Regex:
    """A regular expression that is searched for in time that grows gently with the text, whatever it is."""

    def __init__(self, source: str) -> None:
        """Raises re.error."""
        self.source = source
        self._python = re.compile("".join(map(_python, _TOKEN.findall(source))), re.ASCII)
        # Each open repetition may be tried at every place, by Python's engine.
        self._degree = 1 + len(re.findall(r"[*+]|,\}", source))

    def within(self, text: str) -> bool:
        """Return whether `text` has a part that matches."""
        if len(text) ** self._degree > _STEPS:
            return _re2_finds(self.source, text)
        return self._python.search(text) is not None


def compile_regex(token: str, *, line: int, column: int) -> Regex:
    """Return the expression of `token` ("%...%"). Raises PatternError for what CloudWatch Logs has not.

    It finds the same as RE2 does, with which the column store searches.
    """
    source = token[1:-1]
    for offset, character in enumerate(source, start=1):
        escaped = offset > 1 and source[offset - 2] == "\\" and character.isascii()
        if not escaped and not _supported(character):
            raise PatternError(
                f"'{character}' is not supported in a regular expression.", line=line, column=column + offset
            )
    if found := _UNSUPPORTED.search(source):
        raise PatternError(
            f"'{found[0]}' is not supported in a regular expression.", line=line, column=column + 1 + found.start()
        )
    try:
        return Regex(source)
    except re.error as error:
        position = column + 1 + (error.pos or 0)
        raise PatternError(f"the regular expression is wrong: {error.msg}.", line=line, column=position) from None


def _re2_finds(source: str, text: str) -> bool:
    """RE2 takes linear time, but a call is dear."""
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute("SELECT regexp_matches(?, ?)", [text, source]).fetchone()
    return bool(found and found[0])


def _supported(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in _SYMBOLS + _OPERATORS)


def _python(part: str) -> str:
    """Return a part of an expression as Python has it.

    Its $ is also before a final newline, and it warns of what may one day be a set within a set.
    """
    if part == "$":
        return r"\Z"
    if part.startswith("[") and len(part) > 1:
        return "[" + re.sub(r"\\.|[\[|]", lambda found: found[0] if len(found[0]) > 1 else f"\\{found[0]}", part[1:])
    return part
