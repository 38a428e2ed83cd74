"""What the store keeps of alarms: alarms with their state, history, mute rules and actions still to be taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from helpers.cloudwatch.alarms.names import StateValue, name_of
from helpers.cloudwatch.alarms.suppression import Suppressed, Suppression

Document = dict[str, Any]
Kind = Literal["MetricAlarm", "CompositeAlarm"]
HistoryType = Literal["ConfigurationUpdate", "StateUpdate", "Action"]

# The member of Put...Alarm that lists the actions of a state.
ACTIONS: dict[StateValue, str] = {
    "OK": "OKActions",
    "ALARM": "AlarmActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}


@dataclass(frozen=True)
class State:
    """A state with its reason; `data` is JSON, `since` the moment of the transition into `value`."""

    value: StateValue
    reason: str
    since: datetime
    updated: datetime
    data: str | None = None
    suppressed_by: Suppressed | None = None


@dataclass
class Alarm:
    """An alarm. `settings` are the members with which it was put; `children` are names in a composite's rule.

    `muted` is the state whose actions a mute rule has held back.
    """

    name: str
    arn: str
    kind: Kind
    settings: Document
    state: State
    configured: datetime
    tags: dict[str, str] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)
    suppression: Suppression = field(default_factory=Suppression)
    muted: StateValue | None = None
    evaluation_state: str | None = None

    @property
    def actions_enabled(self) -> bool:
        return bool(self.settings.get("ActionsEnabled", True))

    @property
    def suppressor(self) -> str | None:
        """The name of the alarm that suppresses the actions of this composite."""
        given = self.settings.get("ActionsSuppressor")
        return name_of(given) if given else None

    def actions(self, state: StateValue) -> list[str]:
        """Return the actions for `state`, each once."""
        return list(dict.fromkeys(self.settings.get(ACTIONS[state], [])))


@dataclass(frozen=True)
class Change:
    """What an action is told: the alarm as it was at that moment, with its state before and after."""

    alarm: Alarm
    before: State
    after: State


@dataclass(frozen=True)
class Delivery:
    """An action to be taken; it stays until it has been taken or given up."""

    id: str
    action: str
    change: Change


@dataclass(frozen=True)
class HistoryItem:
    """An entry of an alarm's history; `data` is JSON."""

    alarm: str
    kind: Kind
    time: datetime
    type: HistoryType
    summary: str
    data: str


@dataclass
class MuteRule:
    """A mute rule as it was put."""

    name: str
    arn: str
    schedule: Document
    targets: list[str]
    updated: datetime
    description: str | None = None
    start: datetime | None = None
    expire: datetime | None = None
    tags: dict[str, str] = field(default_factory=dict)


def m_of_n(settings: Document) -> tuple[int, int]:
    """Return DatapointsToAlarm (M) and EvaluationPeriods (N) of a metric alarm; M is N unless it is given."""
    periods = int(settings["EvaluationPeriods"])
    return int(settings.get("DatapointsToAlarm", periods)), periods
