"""What each change to a set of alarms is worth: the set is changed one alarm at a time and scored after each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.cloudwatch.alarms.rule import parse
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
    for name, what, together in _differences(before, after, actions):
        for each in together:
            current = current.having(after.alarms[each]) if each in after.alarms else current.without(each)
        found.append(Change(name, what, rate(current)))
    return found


def _differences(
    before: Definitions, after: Definitions, actions: Mapping[str, str]
) -> Iterator[tuple[str, str, list[str]]]:
    """Yield name, words and the alarms that change together.

    First what is new, so that nothing is unwatched in between; then what is mended, then what goes.
    """
    for name, together in _new(before, after):
        yield name, _said(after.alarms[name], actions), together
    for name in sorted(set(after.alarms) & set(before.alarms)):
        if what := _differs(before.alarms[name], after.alarms[name], actions):
            yield name, what, [name]
    for name in sorted(set(before.alarms) - set(after.alarms)):
        yield name, "deleted", [name]


def _new(before: Definitions, after: Definitions) -> Iterator[tuple[str, list[str]]]:
    """Yield each new alarm; a composite comes with the new alarms that it is made of, without which it says nothing."""
    new = sorted(set(after.alarms) - set(before.alarms))
    rules = {name: after.alarms[name]["AlarmRule"] for name in new if "AlarmRule" in after.alarms[name]}
    parts = {name: [child for child in parse(rule).children if child in new] for name, rule in rules.items()}
    inside = {child for children in parts.values() for child in children}
    for name in new:
        if name not in inside:
            yield name, [name, *parts.get(name, ())]


def _said(alarm: Document, actions: Mapping[str, str]) -> str:
    kind = "composite" if "AlarmRule" in alarm else "alarm"
    suppressed = ", suppressed at times" if "ActionsSuppressor" in alarm else ""
    return f"new {kind}, calls {_called(alarm, actions)}{suppressed}"


def _called(alarm: Document, actions: Mapping[str, str]) -> str:
    action = calling(alarm, actions)
    return f"for a {action}" if action else "nobody"


def _differs(old: Document, new: Document, actions: Mapping[str, str]) -> str:
    parts = [
        _turned("calls", _called(old, actions), _called(new, actions)),
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
    """Return what decides what an alarm does; a member that is empty is as good as one that is left out."""
    told = {"ActionsEnabled": True} | dict(alarm)
    return {key: value for key, value in told.items() if not _IGNORED.match(key) and value not in ([], None)}
