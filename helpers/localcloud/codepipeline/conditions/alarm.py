"""CloudWatchAlarm: an alarm is in one of the wanted states.

https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CloudWatchAlarm.html
"""

from __future__ import annotations

from collections.abc import Mapping

from ...watched_alarms import watched
from .rules import Finding, RuleContext, RuleError

STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
_WANTED = {"onFailure": "ALARM"}


def broken(configuration: Mapping[str, str]) -> str:
    """Return why the configuration cannot be, or nothing."""
    unknown = [state for state in _states(configuration.get("AlarmStates", "OK")) if state not in STATES]
    if unknown:
        return f"AlarmStates has {', '.join(unknown)}; {', '.join(STATES)} are known."
    wait = configuration.get("WaitTime", "0")
    return "" if wait.isdecimal() else f"WaitTime is '{wait}'; a number of minutes is expected."


def check(context: RuleContext) -> Finding | None:
    """Compare the alarm's state with the wanted ones, for at most WaitTime minutes.

    Before the entry and after a failure the rule passes as soon as a wanted state is there. After a success it watches
    for the whole time: it fails as soon as the alarm rings, and passes if a wanted state is there in the end. AWS
    describes the first for the entry; the second is what watching a deployment means (an assumption).
    """
    name = context.configuration["AlarmName"]
    wanted = _states(context.configuration.get("AlarmStates") or _default(context.run.condition))
    state = _state_of(context, name)
    over = context.minutes_left(int(context.configuration.get("WaitTime", "0"))) <= 0
    watches = context.run.condition == "onSuccess"
    if state in wanted and (over or not watches):
        return Finding(True, f"The alarm {name} is {state}.")
    if state not in wanted and (over or (watches and state == "ALARM")):
        return Finding(False, f"The alarm {name} is {state}; {' or '.join(wanted)} is wanted.")
    return None


def _default(kind: str) -> str:
    return _WANTED.get(kind, "OK,INSUFFICIENT_DATA")


def _states(text: str) -> list[str]:
    return [state.strip() for state in text.split(",")]


def _state_of(context: RuleContext, name: str) -> str:
    alarms = watched(context.records.cloud.client("cloudwatch", context.scope), [name])
    if not alarms:
        raise RuleError("ConfigurationError", f"There is no alarm {name} in this account and region.")
    return str(alarms[0]["StateValue"])
