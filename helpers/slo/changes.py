"""What each change to a set of alarms is worth: the set is changed one alarm at a time and scored after each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.slo.definitions import Definitions, calling
from helpers.slo.score import Score

Document = Mapping[str, Any]

# Members that are no part of what an alarm does: its state, its identity and its words.
_IGNORED = re.compile(r"State|AlarmArn|AlarmDescription|AlarmConfigurationUpdated|EvaluationState|ActionsSuppressed")


@dataclass(frozen=True)
class Change:
    """One alarm that is not as it was: `what` in words, and the score of the whole set after it."""

    alarm: str
    what: str
    score: Score


def changes(
    before: Definitions, after: Definitions, actions: Mapping[str, str], rate: Callable[[Definitions], Score]
) -> list[Change]:
    """Return the changes from one set of alarms to another, in the order in which they make sense.

    Args:
        before, after: the two sets.
        actions: "page" or "ticket" by the ARN of an action.
        rate: scores a set, such as a replay over a month.
    """
    current, found = before, list[Change]()
    for name, what in _differences(before, after, actions):
        current = current.having(after.alarms[name]) if name in after.alarms else current.without(name)
        found.append(Change(name, what, rate(current)))
    return found


def _differences(before: Definitions, after: Definitions, actions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """First what is new, so that nothing is unwatched in between; then what is mended, then what goes."""
    for name in sorted(set(after.alarms) - set(before.alarms)):
        yield name, _said(after.alarms[name], actions)
    for name in sorted(set(after.alarms) & set(before.alarms)):
        if what := _differs(before.alarms[name], after.alarms[name], actions):
            yield name, what
    for name in sorted(set(before.alarms) - set(after.alarms)):
        yield name, "deleted"


def _said(alarm: Document, actions: Mapping[str, str]) -> str:
    kind = "composite" if "AlarmRule" in alarm else "alarm"
    suppressed = ", suppressed at times" if "ActionsSuppressor" in alarm else ""
    return f"new {kind}: {calling(alarm, actions) or 'calls nobody'}{suppressed}"


def _differs(old: Document, new: Document, actions: Mapping[str, str]) -> str:
    parts = [
        _turned("calls for", calling(old, actions) or "nothing", calling(new, actions) or "nothing"),
        _turned("takes", _of(old), _of(new)),
        _turned("threshold", old.get("Threshold"), new.get("Threshold")),
        "other suppressor" if old.get("ActionsSuppressor") != new.get("ActionsSuppressor") else "",
    ]
    told = [part for part in parts if part]
    return "; ".join(told) or ("other definition" if _behaviour(old) != _behaviour(new) else "")


def _turned(what: str, old: Any, new: Any) -> str:
    return f"{what} {new}, not {old}" if old != new else ""


def _of(alarm: Document) -> str:
    """Return how many datapoints an alarm takes: '3 of 5'."""
    if "AlarmRule" in alarm:
        return "a rule"
    return f"{alarm.get('DatapointsToAlarm', alarm['EvaluationPeriods'])} of {alarm['EvaluationPeriods']}"


def _behaviour(alarm: Document) -> dict[str, Any]:
    return {key: value for key, value in alarm.items() if not _IGNORED.match(key)}
