"""VariableCheck: a variable has a certain value.

https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-VariableCheck.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .rules import Finding, RuleContext, RuleError

_SAID = {"EQ": "equals", "NE": "does not equal", "CONTAINS": "contains", "MATCHES": "matches"}
OPERATORS = tuple(_SAID)


def broken(configuration: Mapping[str, str]) -> str:
    """Return why the configuration cannot be, or nothing."""
    operator = configuration["Operator"]
    if operator not in OPERATORS:
        return f"Operator is '{operator}'; {', '.join(OPERATORS)} are known."
    try:
        re.compile(configuration["Value"] if operator == "MATCHES" else "")
    except re.error as error:
        return f"Value is no regular expression: {error}."
    return ""


def check(context: RuleContext) -> Finding | None:
    """Compare at once."""
    given = context.configuration
    value, wanted, operator = given["Variable"], given["Value"], given["Operator"]
    passed = {
        "EQ": lambda: value == wanted,
        "NE": lambda: value != wanted,
        "CONTAINS": lambda: wanted in value,
        "MATCHES": lambda: _matches(context, value, wanted),
    }[operator]()
    return Finding(passed, f"'{value}' {_SAID[operator]} '{wanted}': {'yes' if passed else 'no'}.")


def _matches(context: RuleContext, value: str, pattern: str) -> bool:
    """By the column store's engine, which takes linear time whatever the pattern."""
    import duckdb

    try:
        return bool(context.records.cloud.columns.query("SELECT regexp_full_match(?, ?)", [value, pattern])[0][0])
    except duckdb.Error as error:
        raise RuleError("ConfigurationError", f"'{pattern}' is no regular expression of this engine: {error}") from None
