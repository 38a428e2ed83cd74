"""What the checks see in a replay of alerts, and how they say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd

from helpers import aws, slo
from helpers.lab import Outcome, wrong
from helpers.slo import Month, Score, cloud
from helpers.slo.alerts import Alert
from helpers.slo.definitions import Definitions, Rehearsal, calling
from helpers.slo.mathematics import UnknownMetric, value_of
from helpers.slo.score import is_right
from labs.slo_alerting import noisy


def unreadable(problem: str, expected: str) -> Outcome:
    """Return the outcome of a document that cannot be read."""
    return wrong(seen=problem, expected=expected, where="the document that you stored", point="A program reads it.")


def misjudged(month: Month, found: Score, pages: Sequence[Alert] = (), precision: float = 1.0) -> Outcome | None:
    """Return what is wrong with the alerts of a hidden month: an incident told too late, or pages in vain."""
    if found.late:
        return _late(found)
    if found.precision is None or found.precision < precision:
        return _in_vain(month, found, pages)
    return None


def _late(found: Score) -> Outcome:
    late = found.late[0]
    action = late.incident.deserves
    told = "never" if late.after is None else f"after {late.after:.0f} minutes"
    return wrong(
        seen=f"in a month that you have not seen, the {late.incident.name} got its {action} {told}",
        expected=f"a {action} within {late.incident.within} minutes",
        where="slo.score(month, alerts).late lists what your own month would have missed",
        point="Each incident burns at its own pace: fast ones in minutes, slow ones in days.",
    )


def _in_vain(month: Month, found: Score, pages: Sequence[Alert]) -> Outcome:
    example = next((page for page in pages if page.action == "page" and not is_right(month, page)), None)
    who = f", the first by {example.rule}" if example else ""
    return wrong(
        seen=f"in a month that you have not seen, {found.false_pages} of {found.pages} pages were in vain{who}",
        expected="a page only for what needs a person now",
        where="the windows: what happens for two minutes must not be enough",
        point="Blips, deployments and what can wait until morning are no reason to wake somebody.",
    )


def lingers(found: Score, most: float | None) -> Outcome | None:
    """Return what is wrong if a page goes on for more than `most` minutes (None: any) after its incident."""
    if most is None or found.lingering is None or found.lingering <= most:
        return None
    return wrong(
        seen=f"a page that goes on for {found.lingering:.0f} minutes after its incident",
        expected=f"an end within {most:.0f} minutes",
        where="the short windows, and that both have to exceed",
        point="A long window remembers for as long as it is; something short has to say that it still burns.",
    )


def rehearsed(
    month: Month, service: str, alarms: Definitions, *,
    precision: float = 1.0, soon: float | None = None, tickets: int | None = None,
) -> Outcome | None:  # fmt: skip
    """Return what is wrong with `alarms` over a hidden month of `service`, or None."""
    run = Rehearsal(alarms, month.minutes, service)
    try:
        alerts = run.alerts(cloud.actions())
    except ValueError as problem:
        return unreadable(str(problem), "alarms that a replay with one value a minute can evaluate")
    if run.unknown:
        return _unknown(run, service)
    found = slo.score(month, alerts)
    if outcome := misjudged(month, found, alerts, precision):
        return outcome
    return lingers(found, soon) or _too_many_tickets(found, tickets)


def _unknown(run: Rehearsal, service: str) -> Outcome:
    name, metric = next(iter(run.unknown.items()))
    return wrong(
        seen=f"{name} watches {metric}, which nobody publishes",
        expected=f"a metric of the service {service}",
        where="`MetricName` and `Dimensions`, letter for letter",
        point="An alarm on a metric that does not exist is never in ALARM, and says so to nobody.",
    )


def _too_many_tickets(found: Score, most: int | None) -> Outcome | None:
    if most is None or found.tickets <= most:
        return None
    return wrong(
        seen=f"{found.tickets} tickets in a month that you have not seen",
        expected=f"at most {most}: two a day are read, more are not",
        where="the alarms that call the topic for tickets: several datapoints, or none of it",
        point="Noise that is moved elsewhere is still noise.",
    )


def other_scale(alarms: Definitions, expected: float, service: str) -> Outcome | None:
    """Return what is wrong if a metric alarm needs another share of errors than `expected` to be in ALARM."""
    one = pd.date_range("2026-01-01", periods=1, tz="UTC")
    failing = pd.DataFrame({"requests": [1000.0], "errors": [1000.0]}, index=one)
    for name, alarm in alarms.alarms.items():
        at_total_failure = 0.0 if "AlarmRule" in alarm else _value(alarm, failing, service)
        needed = alarm["Threshold"] / at_total_failure if at_total_failure > 0 else expected
        if abs(needed / expected - 1) > 0.01:
            return wrong(
                seen=f"{name} is in ALARM only above {_percent(needed)} errors",
                expected=f"above {_percent(expected)}: that is a burn of 14.4 where 0.1 % may fail",
                where="`Expression` and `Threshold`: is the error rate divided by the budget?",
                point="A burn rate is a multiple of what is allowed, not a percentage.",
            )
    return None


def _value(alarm: Mapping[str, Any], minutes: pd.DataFrame, service: str) -> float:
    try:
        return float(value_of(alarm, minutes, service)[0])
    except UnknownMetric:
        return 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def only(month: Month, *names: str) -> Month:
    """Return the month as if, of the incidents worth something, only those called `names` had happened."""
    minutes, kept = month.minutes.copy(), []
    for each in month.incidents:
        if each.deserves == "nothing" or each.name in names:
            kept.append(each)
        else:
            minutes.loc[each.start : each.end - timedelta(minutes=1), "errors"] = 0
    return replace(month, minutes=minutes, incidents=tuple(kept))


def calls_once(alarms: Definitions, own: Sequence[str], composite: str) -> Outcome | None:
    """Return what is wrong if the composite does not page, or if others page beside it."""
    called = {name: calling(alarms.alarms[name], cloud.actions()) for name in own}
    if called[composite] != "page":
        return wrong(
            seen=f"{composite} calls {called[composite] or 'nobody'}",
            expected="it calls the topic for pages",
            where="`AlarmActions` of put_composite_alarm, and that actions are enabled",
            point="An alarm that calls nobody is a picture on a wall.",
        )
    others = [name for name in own if called[name] and name != composite]
    if others:
        return wrong(
            seen=f"{', '.join(others)} call somebody, too",
            expected="one page for one incident, from the composite",
            where="`AlarmActions` of the metric alarms",
            point="Each window alone is not worth a page: that is what the composite is for.",
        )
    return None


def untouched(alarms: Definitions, *added: str) -> bool:
    """Return whether nothing was done: the team's alarms are as they were put, and besides `added` no other calls."""
    if not alarms.alarms:
        return True
    before = noisy.requests()
    callers = {name for name, alarm in alarms.alarms.items() if calling(alarm, cloud.actions())}
    new = callers - set(before) - {aws.name(thing) for thing in added}
    return not new and all(same(alarms.alarms.get(name), put) for name, put in before.items())


def same(alarm: Mapping[str, Any] | None, put: Mapping[str, Any]) -> bool:
    """Return whether a described alarm is as the request `put` made it."""
    return alarm is not None and all(alarm.get(key) == value for key, value in put.items() if key != "Tags")


def without_runbook(alarms: Definitions) -> list[str]:
    """Return the alarms that page and have no link in their description."""
    return [
        name
        for name, alarm in alarms.alarms.items()
        if calling(alarm, cloud.actions()) == "page" and "://" not in alarm.get("AlarmDescription", "")
    ]
