"""Alarms outlive the process: their states, and what they had still to do."""

from __future__ import annotations

from collections import Counter

from helpers.localcloud import instance
from tests.localcloud.cloudwatch.alarms.inbox import (
    Inbox,
    described,
    history,
    measure,
    put_alarm,
    put_quiet,
    set_state,
    ticks,
    wait_for_change,
    wait_for_state,
)
from tests.localcloud.support import TestCloud, eventually, new_account


def test_states_outlive_a_crash_and_no_transition_comes_twice(private_cloud: TestCloud) -> None:
    cloud = private_cloud
    put_alarm(cloud, "stays", TreatMissingData="ignore")
    put_alarm(cloud, "goes")
    measure(cloud, 5)
    wait_for_state(cloud, "stays", "ALARM")
    before = described(cloud, "stays")
    cloud.kill()
    cloud.restart()
    wait_for_state(cloud, "goes", "OK")
    ticks(cloud, 3)
    assert described(cloud, "stays") == before
    assert len(history(cloud, "stays")) == 1
    values = [item["HistorySummary"] for item in history(cloud, "goes")]
    assert all(count == 1 for count in Counter(values).values()), values


def test_alarms_go_on_after_a_crash(private_cloud: TestCloud) -> None:
    cloud = private_cloud
    put_alarm(cloud)
    wait_for_state(cloud, "errors", "OK")
    cloud.kill()
    cloud.restart()
    measure(cloud, 5)
    wait_for_change(cloud, "errors", "ALARM")


def test_a_reset_forgets_the_alarms_of_one_account_and_lets_the_others_go_on(private_cloud: TestCloud) -> None:
    cloud = private_cloud
    other = TestCloud(cloud.home, new_account())
    for one in (cloud, other):
        put_alarm(one)
        wait_for_state(one, "errors", "OK")
    instance.reset(cloud.home, cloud.account)
    assert cloud.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert history(cloud, "errors") == []
    measure(other, 5)
    wait_for_change(other, "errors", "ALARM")


def test_actions_that_a_crash_interrupted_are_taken(private_cloud: TestCloud) -> None:
    """Killed right after the states changed: every action arrives, most of them after the restart."""
    cloud = private_cloud
    inbox = Inbox(cloud)
    cloud.settle()
    names = [f"a{number}" for number in range(30)]
    put_quiet(cloud, *names, AlarmActions=[inbox.topic])
    rule = " OR ".join(f"ALARM({name})" for name in names)
    for number in range(20):
        cloud.client("cloudwatch").put_composite_alarm(
            AlarmName=f"c{number}", AlarmRule=rule, AlarmActions=[inbox.topic]
        )
    # One call changes 21 alarms in one transaction; the process dies before most of their actions are taken.
    set_state(cloud, "a0", "ALARM")
    cloud.kill()
    cloud.restart()
    wanted = {"a0", *(f"c{number}" for number in range(20))}
    for name in wanted:
        actions = eventually(lambda name=name: history(cloud, name, "Action"), what=f"the action of {name}")
        assert actions[-1]["HistorySummary"] == f"Successfully executed action {inbox.topic}"
        changes = [item["HistorySummary"] for item in history(cloud, name)]
        assert changes.count("Alarm updated from OK to ALARM") == 1
    # And the topic still delivers.
    set_state(cloud, "a1", "ALARM")
    eventually(lambda: "a1" in {message["AlarmName"] for message in inbox.wait_for(1)}, what="the message of a1")
