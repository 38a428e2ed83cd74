"""Reads the rule of a composite alarm far enough to tell when it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TERM = re.compile(r"(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*\"?([^\")]+?)\"?\s*\)")
_ALLOWED = re.compile(r"[01()\s]|and|or|not|True|False")


def holds(rule: str, states: Mapping[str, str]) -> bool:
    """Return whether `rule` holds when its alarms are in `states`, given by name; an alarm not named is OK.

    Raises ValueError for a rule of another form than ALARM(x), OK(x), AND, OR, NOT and parentheses.
    """

    def value(found: re.Match[str]) -> str:
        name = found[2].rpartition(":alarm:")[2]
        return str(states.get(name, "OK") == found[1])

    said = _TERM.sub(value, rule)
    for word in ("AND", "OR", "NOT", "TRUE", "FALSE"):
        said = re.sub(rf"\b{word}\b", word.capitalize() if word in ("TRUE", "FALSE") else word.lower(), said)
    if _ALLOWED.sub("", said):
        raise ValueError(f"the rule {rule} is of another form")
    return bool(eval(said, {"__builtins__": {}}))
