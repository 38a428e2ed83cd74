"""Moves alarms from state to state, and everything that follows: history, event, actions, composites.

All of one change is in one transaction: a crash leaves all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from graphlib import TopologicalSorter

from helpers.cloudwatch.alarms import rule, suppression
from helpers.cloudwatch.alarms.names import StateValue
from helpers.cloudwatch.alarms.suppression import Suppression

from ...scope import Scope
from . import texts
from .actions import is_repeated
from .documents import event_detail, state_update
from .model import Alarm, Change, State
from .mutes import Mutes
from .outbox import Outbox
from .records import Records

Reason = Callable[[StateValue], str]


class States:
    """The one place where the state of an alarm is written."""

    def __init__(self, records: Records, mutes: Mutes, outbox: Outbox) -> None:
        self._records = records
        self._mutes = mutes
        self._outbox = outbox
        self._cloud = records.cloud

    def change(self, scope: Scope, alarm: Alarm, value: StateValue, reason: str, data: str | None) -> None:
        """Put `alarm` into the state `value`; where that is new, do what follows from it."""
        with self._cloud.store.transaction():
            if self._move(scope, alarm, value, reason, data):
                self._ripple(scope, alarm)

    def put(self, scope: Scope, composite: Alarm, verb: str) -> None:
        """Evaluate a composite that was "created" or "updated", and what depends on it."""
        with self._cloud.store.transaction():
            self._follow_suppressor(scope, composite)
            children = list(self._records.states(scope, composite.children).values())
            reason = f"{composite.arn} was {verb} and its alarm rule evaluates to"
            if self._compose(scope, composite, lambda value: f"{reason} {value}", children):
                self._ripple(scope, composite)

    def _ripple(self, scope: Scope, cause: Alarm) -> None:
        """Let the composites that look at `cause` follow, and those that look at them.

        Children come before parents, so that each is evaluated once, on states that are settled.
        """
        composites = {alarm.name: alarm for alarm in self._records.composites(scope)} | {cause.name: cause}
        changed: dict[str, Alarm] = {}
        self._note(scope, composites, changed, cause)
        for composite in by_depth(composites):
            causes = [changed[name] for name in composite.children if name in changed]
            if causes and self._compose(scope, composite, partial(_followed, causes[0]), causes):
                self._note(scope, composites, changed, composite)

    def _note(self, scope: Scope, composites: dict[str, Alarm], changed: dict[str, Alarm], alarm: Alarm) -> None:
        """Note that `alarm` changed, and tell the composites whose actions it suppresses."""
        changed[alarm.name] = alarm
        for composite in composites.values():
            if composite.suppressor == alarm.name:
                self._suppressor_changed(scope, composite, alarm)

    def _compose(self, scope: Scope, composite: Alarm, reason: Reason, causes: list[Alarm]) -> bool:
        """Evaluate the rule of `composite`; return whether its state changed."""
        children = self._records.states(scope, composite.children)
        states = {name: child.state.value for name, child in children.items()}
        value: StateValue = "ALARM" if rule.parse(composite.settings["AlarmRule"]).holds(states) else "OK"
        if value == composite.state.value:
            return False
        return self._move(scope, composite, value, reason(value), texts.triggering(causes))

    def _move(self, scope: Scope, alarm: Alarm, value: StateValue, reason: str, data: str | None) -> bool:
        now, before = self._cloud.clock.now(), alarm.state
        if value == before.value:
            alarm.state = replace(before, reason=reason[:1023], data=data, updated=now)
            self._records.keep(scope, alarm)
            return False
        alarm.state, alarm.muted, alarm.evaluation_state = State(value, reason[:1023], now, now, data), None, None
        self._records.remember(
            scope,
            alarm,
            "StateUpdate",
            f"Alarm updated from {before.value} to {value}",
            state_update(before, alarm.state),
        )
        self._suppress_or_act(scope, alarm, before, now)
        self._records.keep(scope, alarm)
        detail = event_detail(alarm, before)
        self._cloud.events.emit(scope, "aws.cloudwatch", "CloudWatch Alarm State Change", detail, [alarm.arn])
        return True

    def _suppress_or_act(self, scope: Scope, alarm: Alarm, before: State, now: datetime) -> None:
        if alarm.suppressor is None:
            self._act(scope, alarm, before)
            return
        suppressor = self._records.get(scope, alarm.suppressor)
        in_alarm = suppressor is not None and suppressor.state.value == "ALARM"
        machine, act = suppression.composite_changed(in_alarm, now.timestamp(), self._real(alarm, "WaitPeriod"))
        self._suppress(alarm, machine, now)
        if act:
            self._act(scope, alarm, before)

    def _follow_suppressor(self, scope: Scope, composite: Alarm) -> None:
        """Let a composite that was just put look at the suppressor that it has by now."""
        suppressor = self._records.get(scope, composite.suppressor) if composite.suppressor else None
        if suppressor:
            self._suppressor_changed(scope, composite, suppressor)
        else:
            # What waited for a suppressor that is gone waits no longer, and is not made up for: nothing changed.
            self._apply(scope, composite, (suppression.IDLE, False), self._cloud.clock.now())

    def _suppressor_changed(self, scope: Scope, composite: Alarm, suppressor: Alarm) -> None:
        now, in_alarm = self._cloud.clock.now(), suppressor.state.value == "ALARM"
        extension = self._real(composite, "ExtensionPeriod")
        step = suppression.suppressor_changed(composite.suppression, in_alarm, now.timestamp(), extension)
        self._apply(scope, composite, step, now)

    def time_passed(self, scope: Scope, name: str) -> None:
        """Let the wait or the extension of the composite `name` end, if it is over."""
        with self._cloud.store.transaction():
            if composite := self._records.get(scope, name):
                now = self._cloud.clock.now()
                step = suppression.time_passed(composite.suppression, now.timestamp())
                self._apply(scope, composite, step, now)

    def _apply(self, scope: Scope, composite: Alarm, step: suppression.Step, now: datetime) -> None:
        machine, act = step
        if machine == composite.suppression and not act:
            return
        before = composite.state
        self._suppress(composite, machine, now)
        if act:
            # What counts is the state that the composite has by now.
            self._act(scope, composite, before)
        self._records.keep(scope, composite)

    def _suppress(self, alarm: Alarm, machine: Suppression, now: datetime) -> None:
        alarm.suppression = machine
        alarm.state = replace(alarm.state, suppressed_by=machine.by, updated=now)

    def _real(self, composite: Alarm, period: str) -> float:
        """Return the wait or extension of a composite in seconds as they pass."""
        return float(composite.settings[f"ActionsSuppressor{period}"] / self._cloud.clock.time_scale)

    def _act(self, scope: Scope, alarm: Alarm, before: State) -> None:
        """Take the actions for the state of `alarm`, unless they are muted or switched off."""
        if not alarm.actions_enabled:
            return
        if self._mutes.active(scope, alarm.name):
            alarm.muted = alarm.state.value
            return
        self._outbox.add(scope, Change(alarm, before, alarm.state))

    def repeat(self, scope: Scope, alarm: Alarm) -> None:
        """Take those actions again that are repeated while `alarm` is in ALARM. The caller holds the transaction."""
        if alarm.actions_enabled and not self._mutes.active(scope, alarm.name):
            repeated = [action for action in alarm.actions(alarm.state.value) if is_repeated(action)]
            self._outbox.add(scope, Change(alarm, alarm.state, alarm.state), repeated)

    def unmute(self, scope: Scope, name: str) -> None:
        """Take the actions that a mute rule held back, if no rule mutes any more and the state is still the same."""
        with self._cloud.store.transaction():
            alarm = self._records.get(scope, name)
            if not alarm or not alarm.muted or self._mutes.active(scope, name):
                return
            held, alarm.muted = alarm.muted, None
            if held == alarm.state.value:
                self._act(scope, alarm, alarm.state)
            self._records.keep(scope, alarm)


def by_depth(composites: Mapping[str, Alarm]) -> list[Alarm]:
    """Return composites (by name) so that none comes before one of its children."""
    below = {name: [child for child in alarm.children if child in composites] for name, alarm in composites.items()}
    return [composites[name] for name in TopologicalSorter(below).static_order()]


def _followed(cause: Alarm, _: StateValue) -> str:
    return texts.composite_reason(cause)
