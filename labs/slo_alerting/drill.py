"""A drill on real alarms: sound traffic, an outage that pages, and the end of it."""

from __future__ import annotations

from helpers import show
from helpers.observability import Inbox
from helpers.slo import cloud

REQUESTS = 1000
"""A minute's requests during the drill."""

LIMIT = 30.0
"""Minutes of AWS that a state may take to come."""


def _missing(alarm: str) -> bool:
    missing = cloud.states(alarm)[alarm] == "none"
    if missing:
        print(f"There is no alarm {alarm} yet.")
    return missing


def calm(service: str, alarm: str) -> None:
    """Publish an hour of sound minutes, and wait until the composite `alarm` is OK."""
    if _missing(alarm):
        return
    cloud.record(service, [(REQUESTS, 0)] * 70)
    cloud.serve(service, REQUESTS, 0, f"{alarm} to be OK", lambda: cloud.states(alarm)[alarm] == "OK", LIMIT)


def outage(service: str, alarm: str, inbox: Inbox) -> None:
    """Let half of the requests fail until `alarm` is in ALARM, and print the page that arrives."""
    if _missing(alarm):
        return
    in_alarm = f"{alarm} to be in ALARM"
    cloud.serve(service, REQUESTS, REQUESTS / 2, in_alarm, lambda: cloud.states(alarm)[alarm] == "ALARM", LIMIT)
    page = inbox.wait_for("the page", lambda message: message.get("NewStateValue") == "ALARM")
    print(f"{page['AlarmName']} was {page['OldStateValue']} and is {page['NewStateValue']}.")
    print(page["AlarmDescription"] or "It says nothing about what to do.")


def recovery(service: str, alarm: str) -> show.Picture | None:
    """Publish sound minutes until `alarm` is OK again, and show it with the alarms that it is made of."""
    if _missing(alarm):
        return None
    names = sorted(name for name in cloud.definitions().alarms if name.startswith(alarm))
    cloud.serve(service, REQUESTS, 0, f"{alarm} to be OK", lambda: cloud.states(alarm)[alarm] == "OK", LIMIT)
    rows = [{"alarm": name, "state": state} for name, state in cloud.states(*names).items()]
    return show.table(rows, "Minutes after the outage")
