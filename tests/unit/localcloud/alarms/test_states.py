"""What follows from a change of state: actions, composites, suppressors, mute rules, on a stepped clock."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from helpers.localcloud.cloudwatch.alarms import ActionRefused, actions, register
from helpers.localcloud.cloudwatch.alarms.outbox import _PAUSES
from helpers.localcloud.service import ServiceError
from tests.unit.localcloud.alarms.stepped import HERE, START, Stepped, Target, eventually, stepped

MINUTE = 60.0
ACTION = "arn:aws:ssm:us-east-1:111122223333:opsitem:1"
OTHER = "arn:aws:ssm:us-east-1:111122223333:opsitem:2"
CALL = {"AlarmActions": [ACTION], "OKActions": [ACTION]}


def by_hand(alarms: Stepped, *names: str, **settings: Any) -> None:
    """Put alarms that only `set_state` changes."""
    for name in names:
        alarms.alarm(name, MetricName=f"never-{name}", TreatMissingData="ignore", **settings)
        alarms.set_state(name, "OK")


def test_actions_are_taken_on_transitions_only(alarms: Stepped, target: Target) -> None:
    alarms.alarm(TreatMissingData="notBreaching", **CALL)
    for value in (20, 30, 40, 1, 1, 1):
        alarms.measure(value)
        alarms.pass_time(MINUTE)
    assert target.wait_for(2) == [("a", "ALARM"), ("a", "OK")]
    assert alarms.history() == ["Alarm updated from INSUFFICIENT_DATA to ALARM", "Alarm updated from ALARM to OK"]


def test_the_same_state_by_hand_is_no_transition(alarms: Stepped, target: Target) -> None:
    by_hand(alarms, "a", **CALL)
    alarms.set_state("a", "OK")
    alarms.set_state("a", "ALARM")
    alarms.set_state("a", "ALARM")
    assert target.wait_for(2) == [("a", "OK"), ("a", "ALARM")]


def test_switched_off_actions_are_not_made_up_for(alarms: Stepped, target: Target) -> None:
    by_hand(alarms, "a")
    alarms.alarm("a", MetricName="never", TreatMissingData="ignore", ActionsEnabled=False, **CALL)
    alarms.set_state("a", "ALARM")
    alarms.enable_alarm_actions(HERE, {"AlarmNames": ["a", "nobody"]})
    alarms.pass_time(5 * MINUTE)
    alarms.set_state("a", "OK")
    assert target.wait_for(1) == [("a", "OK")]


def test_composites_follow_through_every_level_in_order(alarms: Stepped, target: Target) -> None:
    by_hand(alarms, "a", "b")
    alarms.composite("middle", "ALARM(a) AND ALARM(b)", AlarmActions=[ACTION])
    alarms.composite("top", "ALARM(middle) OR ALARM(b)", AlarmActions=[ACTION])
    alarms.composite("roof", 'NOT OK("top")', AlarmActions=[ACTION])
    alarms.set_state("a", "ALARM")
    assert [alarms.state(name) for name in ("middle", "top", "roof")] == ["OK", "OK", "OK"]
    alarms.set_state("b", "ALARM")
    assert [alarms.state(name) for name in ("middle", "top", "roof")] == ["ALARM", "ALARM", "ALARM"]
    assert sorted(target.wait_for(3)) == [("middle", "ALARM"), ("roof", "ALARM"), ("top", "ALARM")]
    assert (
        "alarm:b transitioned to ALARM at Tuesday 24 November, 2026 12:00:00 UTC"
        in (alarms.shown("middle")["StateReason"])
    )


def test_no_composite_is_evaluated_on_states_that_are_about_to_change(alarms: Stepped, target: Target) -> None:
    """`quiet` looks at `a` and, two steps further, at what follows from `a`: it must not flicker."""
    by_hand(alarms, "a")
    alarms.composite("first", "ALARM(a)")
    alarms.composite("quiet", "FALSE")
    alarms.composite("second", "ALARM(first)")
    alarms.composite("quiet", "ALARM(a) AND NOT ALARM(second)", AlarmActions=[ACTION])
    alarms.composite("loud", "ALARM(second) OR ALARM(quiet)", AlarmActions=[ACTION])
    alarms.set_state("a", "ALARM")
    assert (alarms.state("quiet"), alarms.state("second")) == ("OK", "ALARM")
    assert alarms.history("quiet") == ["Alarm updated from INSUFFICIENT_DATA to OK"]
    assert target.wait_for(1) == [("loud", "ALARM")]


def test_a_long_chain_follows_to_its_end(alarms: Stepped) -> None:
    by_hand(alarms, "c0")
    for number in range(1, 40):
        alarms.composite(f"c{number}", f"ALARM(c{number - 1})")
    alarms.set_state("c0", "ALARM")
    assert alarms.state("c39") == "ALARM"


def test_one_event_of_many_children_is_one_page(alarms: Stepped, target: Target) -> None:
    names = [f"host{number}" for number in range(10)]
    by_hand(alarms, *names)
    alarms.composite("fleet", f"AT_LEAST(30%, ALARM, ({', '.join(names)}))", AlarmActions=[ACTION])
    for name in names:
        alarms.set_state(name, "ALARM")
    assert target.wait_for(1) == [("fleet", "ALARM")]
    assert alarms.history("fleet")[-1] == "Alarm updated from OK to ALARM"


def test_a_new_rule_is_evaluated_at_once(alarms: Stepped) -> None:
    by_hand(alarms, "a")
    alarms.composite("c", "ALARM(a)")
    assert alarms.history("c") == ["Alarm updated from INSUFFICIENT_DATA to OK"]
    assert alarms.shown("c")["StateReason"].endswith("alarm:c was created and its alarm rule evaluates to OK")
    alarms.composite("c", "OK(a)")
    assert alarms.state("c") == "ALARM"
    assert alarms.shown("c")["StateReason"].endswith("alarm:c was updated and its alarm rule evaluates to ALARM")


def test_a_composite_set_by_hand_returns_with_its_next_child(alarms: Stepped) -> None:
    by_hand(alarms, "a", "b")
    alarms.composite("c", "ALARM(a)")
    alarms.set_state("c", "ALARM")
    alarms.pass_time(5 * MINUTE)
    assert alarms.state("c") == "ALARM"
    alarms.set_state("b", "ALARM")
    assert alarms.state("c") == "ALARM"
    alarms.set_state("a", "INSUFFICIENT_DATA")
    assert alarms.state("c") == "OK"


def test_a_cycle_is_refused_whole_and_names_its_way(alarms: Stepped) -> None:
    by_hand(alarms, "a")
    alarms.composite("one", "ALARM(a)")
    alarms.composite("two", "ALARM(one)")
    alarms.composite("three", "ALARM(two) OR OK(a)")
    with pytest.raises(ServiceError) as caught:
        alarms.composite("one", "ALARM(a) AND OK(three)")
    assert "one -> three -> two -> one" in caught.value.message
    assert alarms.shown("one")["AlarmRule"] == "ALARM(a)"
    with pytest.raises(ServiceError, match="self -> self"):
        alarms.composite("self", "ALARM(self)")


def suppressed(alarms: Stepped, wait: int = 120, extension: int = 180) -> None:
    by_hand(alarms, "child", "maintenance")
    alarms.composite(
        "c",
        "ALARM(child)",
        ActionsSuppressor="maintenance",
        ActionsSuppressorWaitPeriod=wait,
        ActionsSuppressorExtensionPeriod=extension,
        **CALL,
    )
    alarms.pass_time(wait)


def test_a_wait_ends_and_the_actions_are_taken(alarms: Stepped, target: Target) -> None:
    suppressed(alarms)
    target.wait_for(1)
    alarms.set_state("child", "ALARM")
    shown = alarms.shown("c")
    assert (shown["StateValue"], shown["ActionsSuppressedBy"]) == ("ALARM", "WaitPeriod")
    assert shown["ActionsSuppressedReason"] == "Actions suppressed by WaitPeriod"
    alarms.pass_time(110)
    assert alarms.shown("c")["ActionsSuppressedBy"] == "WaitPeriod"
    alarms.pass_time(10)
    assert alarms.shown("c")["ActionsSuppressedBy"] is None
    assert target.wait_for(2) == [("c", "OK"), ("c", "ALARM")]
    assert alarms.events()[-1]["state"]["actionsSuppressedBy"] == "WaitPeriod"


def test_a_suppressor_holds_back_until_its_extension_ends(alarms: Stepped, target: Target) -> None:
    suppressed(alarms)
    alarms.set_state("child", "ALARM")
    alarms.pass_time(MINUTE)
    alarms.set_state("maintenance", "ALARM")
    alarms.pass_time(10 * MINUTE)
    assert alarms.shown("c")["ActionsSuppressedBy"] == "Alarm"
    alarms.set_state("maintenance", "OK")
    alarms.pass_time(170)
    assert alarms.shown("c")["ActionsSuppressedBy"] == "ExtensionPeriod"
    alarms.pass_time(10)
    assert target.wait_for(2) == [("c", "OK"), ("c", "ALARM")]


def test_only_the_state_at_the_end_counts(alarms: Stepped, target: Target) -> None:
    suppressed(alarms)
    target.wait_for(1)
    alarms.set_state("child", "ALARM")
    alarms.pass_time(MINUTE)
    alarms.set_state("child", "OK")
    alarms.pass_time(120)
    assert target.wait_for(2) == [("c", "OK"), ("c", "OK")]


def test_a_wait_is_over_on_time_even_if_nothing_else_is_due(alarms: Stepped) -> None:
    suppressed(alarms, wait=130)
    alarms.set_state("child", "ALARM")
    alarms.delete_alarms(HERE, {"AlarmNames": []})
    assert alarms._ticker.tick() <= 60
    alarms.clock.advance(120)
    assert alarms._ticker.tick() == pytest.approx(10)


def test_a_wait_outlives_a_crash(tmp_path: Path, target: Target) -> None:
    with stepped(tmp_path) as alarms:
        suppressed(alarms, wait=60)
        target.wait_for(1)
        alarms.set_state("child", "ALARM")
        alarms.pass_time(10)
    with stepped(tmp_path, start=START.replace(minute=5)) as alarms:
        assert target.wait_for(2)[-1] == ("c", "ALARM")


def test_a_composite_without_its_suppressor_is_held_back_no_more(alarms: Stepped, target: Target) -> None:
    suppressed(alarms)
    target.wait_for(1)
    alarms.set_state("maintenance", "ALARM")
    alarms.set_state("child", "ALARM")
    alarms.composite("c", "ALARM(child)", **CALL)
    assert alarms.shown("c")["ActionsSuppressedBy"] is None
    alarms.set_state("child", "OK")
    assert target.wait_for(2) == [("c", "OK"), ("c", "OK")]


def test_another_suppressor_counts_from_the_moment_it_is_named(alarms: Stepped, target: Target) -> None:
    suppressed(alarms)
    target.wait_for(1)
    by_hand(alarms, "other")
    alarms.set_state("maintenance", "ALARM")
    alarms.set_state("child", "ALARM")
    periods = {"ActionsSuppressorWaitPeriod": 60, "ActionsSuppressorExtensionPeriod": 60}
    alarms.composite("c", "ALARM(child)", ActionsSuppressor="other", **periods, **CALL)
    assert alarms.shown("c")["ActionsSuppressedBy"] == "ExtensionPeriod"
    alarms.pass_time(60)
    assert target.wait_for(2) == [("c", "OK"), ("c", "ALARM")]


def mute(alarms: Stepped, expression: str = "at(2026-11-24T12:00)", duration: str = "PT5M", **more: Any) -> None:
    schedule = {"Expression": expression, "Duration": duration}
    alarms.put_alarm_mute_rule(
        HERE, {"Name": "night", "Rule": {"Schedule": schedule}, "MuteTargets": {"AlarmNames": ["a"]}, **more}
    )


def status(alarms: Stepped) -> str:
    return str(alarms.get_alarm_mute_rule(HERE, {"AlarmMuteRuleName": "night"})["Status"])


def test_a_muted_alarm_changes_states_and_acts_when_the_mute_ends(alarms: Stepped, target: Target) -> None:
    by_hand(alarms, "a", **CALL)
    target.wait_for(1)
    mute(alarms)
    assert status(alarms) == "ACTIVE"
    alarms.set_state("a", "ALARM")
    assert alarms.state() == "ALARM"
    alarms.pass_time(4 * MINUTE)
    assert len(target.taken) == 1
    alarms.pass_time(MINUTE)
    assert target.wait_for(2)[-1] == ("a", "ALARM")
    assert status(alarms) == "EXPIRED"


def test_an_alarm_that_recovered_while_it_was_muted_says_nothing_of_it(alarms: Stepped, target: Target) -> None:
    by_hand(alarms, "a", AlarmActions=[ACTION])
    mute(alarms)
    alarms.set_state("a", "ALARM")
    alarms.set_state("a", "OK")
    alarms.pass_time(6 * MINUTE)
    alarms.set_state("a", "ALARM")
    assert target.wait_for(1) == [("a", "ALARM")]
    assert target.tried == 1


def test_deleting_a_mute_rule_lets_the_alarm_act_at_once(alarms: Stepped, target: Target) -> None:
    by_hand(alarms, "a", AlarmActions=[ACTION])
    mute(alarms)
    alarms.set_state("a", "ALARM")
    assert target.tried == 0
    alarms.delete_alarm_mute_rule(HERE, {"AlarmMuteRuleName": "night"})
    assert target.wait_for(1) == [("a", "ALARM")]


def test_a_rule_mutes_between_its_dates_only(alarms: Stepped) -> None:
    by_hand(alarms, "a")
    day = datetime(2026, 11, 25, tzinfo=UTC)
    mute(alarms, "cron(* * * * *)", "PT1M", StartDate=day)
    assert status(alarms) == "SCHEDULED"
    mute(alarms, "cron(* * * * *)", "PT1M", ExpireDate=day)
    assert status(alarms) == "ACTIVE"
    alarms.clock.advance(86_400)
    assert status(alarms) == "EXPIRED"


def test_a_mute_is_as_short_as_all_of_awss_time(tmp_path: Path, target: Target) -> None:
    with stepped(tmp_path, time_scale=60.0) as alarms:
        by_hand(alarms, "a", AlarmActions=[ACTION])
        mute(alarms)
        alarms.set_state("a", "ALARM")
        alarms.pass_time(4 * MINUTE)
        assert target.tried == 0
        alarms.pass_time(2 * MINUTE)
        assert alarms.clock.now().timestamp() - START.timestamp() == pytest.approx(6, rel=1e-3)
        assert target.wait_for(1) == [("a", "ALARM")]


def test_repeated_actions_are_taken_each_minute_while_the_alarm_lasts(
    alarms: Stepped, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_REPEATED", set[str]())
    register("ssm", target, repeated=True)
    by_hand(alarms, "a", AlarmActions=[ACTION])
    alarms.set_state("a", "ALARM")
    target.wait_for(1)
    alarms.pass_time(3 * MINUTE)
    target.wait_for(3)
    alarms.set_state("a", "OK")
    before = target.tried
    alarms.pass_time(3 * MINUTE)
    assert target.tried == before


def test_a_target_that_is_down_is_tried_again(alarms: Stepped, target: Target) -> None:
    target.failures = [ConnectionError("it is down")] * 2
    by_hand(alarms, "a", AlarmActions=[ACTION])
    alarms.set_state("a", "ALARM")
    for tries in (1, 2):
        target.wait_for_tries(tries)
        alarms.clock.advance(_PAUSES[tries - 1])
    assert target.wait_for(1) == [("a", "ALARM")]


def test_a_target_that_stays_down_is_given_up_and_the_history_says_so(alarms: Stepped, target: Target) -> None:
    target.down = {ACTION}
    by_hand(alarms, "a", AlarmActions=[ACTION, OTHER])
    alarms.set_state("a", "ALARM")
    # The other target waits for none of this.
    assert target.wait_for(1) == [("a", "ALARM")]
    eventually(alarms, lambda: len(alarms.history("a", "Action")) == 2, advance=max(_PAUSES))
    assert f'Failed to execute action {ACTION}. Received error: "it is down"' in alarms.history("a", "Action")
    assert target.tried == len(_PAUSES) + 2
    assert alarms._records.deliveries.everywhere() == []


def test_a_refusal_is_final(alarms: Stepped, target: Target) -> None:
    target.failures = [ActionRefused("no such policy")]
    by_hand(alarms, "a", AlarmActions=[ACTION])
    alarms.set_state("a", "ALARM")
    eventually(alarms, lambda: alarms.history("a", "Action"))
    assert alarms.history("a", "Action") == [f'Failed to execute action {ACTION}. Received error: "no such policy"']
    assert target.tried == 1


def test_an_action_that_nobody_takes_is_in_the_history(alarms: Stepped) -> None:
    reboot = "arn:aws:automate:us-east-1:ec2:reboot"
    by_hand(alarms, "a", AlarmActions=[reboot])
    alarms.set_state("a", "ALARM")
    eventually(alarms, lambda: alarms.history("a", "Action"))
    assert "takes no actions of automate" in alarms.history("a", "Action")[0]


def test_an_action_that_a_crash_left_is_taken_afterwards(
    tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stepped(tmp_path) as alarms:
        by_hand(alarms, "a", AlarmActions=[ACTION])
        # The process ends between the change of state and its action: nobody does the job any more.
        alarms.cloud.workers.closing.set()
        alarms.set_state("a", "ALARM")
        assert alarms.state() == "ALARM"
    assert target.taken == []
    with stepped(tmp_path) as alarms:
        alarms.cloud.workers.resume()
        assert target.wait_for(1) == [("a", "ALARM")]
        assert alarms.history().count("Alarm updated from OK to ALARM") == 1


def test_an_action_whose_job_was_not_even_written_down_is_taken_afterwards(
    tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many changes start their jobs only after the last: a crash before that must lose none."""
    with stepped(tmp_path) as alarms, monkeypatch.context() as crash:
        crash.setattr(alarms.cloud.workers, "start", lambda *_: None)
        alarms.alarm("a", AlarmActions=[ACTION])
        alarms.measure(20)
        alarms.pass_time(MINUTE)
        assert alarms.state() == "ALARM"
    with stepped(tmp_path):
        assert target.wait_for(1) == [("a", "ALARM")]


def test_a_change_that_fails_leaves_nothing_behind(alarms: Stepped, monkeypatch: pytest.MonkeyPatch) -> None:
    """State, history, event and actions are one: a failure in the last of them undoes them all."""
    by_hand(alarms, "a", AlarmActions=[ACTION])
    events, history = len(alarms.events()), alarms.history()

    def broken(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(alarms.cloud.events, "emit", broken)
    with pytest.raises(OSError, match="full"):
        alarms.set_state("a", "ALARM")
    assert (alarms.state(), alarms.history(), len(alarms.events())) == ("OK", history, events)
    assert alarms._records.deliveries.everywhere() == []


def test_history_is_kept_for_two_weeks(alarms: Stepped) -> None:
    by_hand(alarms, "a")
    alarms.clock.advance(13 * 86_400)
    alarms.set_state("a", "ALARM")
    assert len(alarms.history()) == 2
    alarms.clock.advance(2 * 86_400)
    assert alarms.history() == ["Alarm updated from OK to ALARM"]
    alarms._records.forget_old_history()
    assert len(alarms._records.history.everywhere()) == 1
