"""How long after the end of a period the message of an alarm has been delivered, with a hundred alarms to evaluate."""

from __future__ import annotations

import math
from datetime import datetime

from tests.bench.measuring import say_seconds
from tests.localcloud.cloudwatch.alarms.inbox import Inbox, put_alarm, wait_for_state
from tests.localcloud.support import TestCloud, eventually

ALARMS = 100
GOAL, GROSS = 0.2, 3.0


def test_from_a_breach_to_its_delivery(cloud: TestCloud) -> None:
    inbox = Inbox(cloud)
    for number in range(ALARMS):
        put_alarm(cloud, f"a{number}", MetricName=f"m{number}", AlarmActions=[inbox.topic])
    wait_for_state(cloud, f"a{ALARMS - 1}", "OK")
    say_seconds("one of 100 alarms, from the period's end to SNS", _delay(cloud, 1), goal=GOAL, gross=GROSS)
    eventually(lambda: not _in_alarm(cloud), what="all alarms in OK")
    say_seconds("100 of 100 alarms, to the last of them", _delay(cloud, ALARMS), goal=GOAL, gross=GROSS)


def _delay(cloud: TestCloud, breaching: int) -> float:
    """Return the seconds from the end of the period in which alarms breach to the last delivery of all."""
    before = len(_taken(cloud))
    client = cloud.client("cloudwatch")
    client.put_metric_data(
        Namespace="Shop", MetricData=[{"MetricName": f"m{number}", "Value": 5} for number in range(breaching)]
    )
    taken = eventually(lambda: len(found := _taken(cloud)) == before + breaching and found, what="all deliveries")
    last = max(taken).timestamp()
    # Periods last a second and end with it: the one of the breach did so before all of its deliveries.
    return last - math.floor(min(sorted(taken)[before:]).timestamp())


def _taken(cloud: TestCloud) -> list[datetime]:
    pages = cloud.client("cloudwatch").get_paginator("describe_alarm_history").paginate(HistoryItemType="Action")
    return [item["Timestamp"] for page in pages for item in page["AlarmHistoryItems"]]


def _in_alarm(cloud: TestCloud) -> bool:
    return bool(cloud.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"])
