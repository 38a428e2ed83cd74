"""Health of targets: what is probed, what it means, who gets requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.localcloud.elbv2.balancing import Balancer, ask, await_servers, forward, load
from tests.localcloud.elbv2.targets import Server
from tests.localcloud.support import eventually

Serve = Callable[[str], Server]


def test_a_target_of_a_group_in_no_rule_is_unused(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("idle", server)
    health = balancer.health(group, server)
    assert (health["State"], health["Reason"]) == ("unused", "Target.NotInUse")


def test_a_target_becomes_healthy_when_its_group_is_used(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server)
    balancer.listener(forward(group))
    balancer.await_states(group, "healthy")
    assert "Reason" not in balancer.health(group, server)


def test_a_target_that_nobody_registered(balancer: Balancer, serve: Serve) -> None:
    group = balancer.group("all")
    balancer.listener(forward(group))
    health = balancer.health(group, serve("stranger"))
    assert (health["State"], health["Reason"]) == ("unused", "Target.NotRegistered")


def test_wrong_codes_make_a_target_unhealthy_and_right_ones_heal_it(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server, HealthyThresholdCount=2)
    balancer.listener(forward(group))
    balancer.await_states(group, "healthy")
    server.health = 500
    balancer.await_states(group, "unhealthy")
    health = balancer.health(group, server)
    assert health["Reason"] == "Target.ResponseCodeMismatch"
    assert health["Description"] == "Health checks failed with these codes: [500]"
    server.health = 200
    balancer.await_states(group, "healthy")


def test_a_target_that_refuses_connections_is_unhealthy(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server)
    balancer.listener(forward(group))
    balancer.await_states(group, "healthy")
    server.close()
    balancer.await_states(group, "unhealthy")
    assert balancer.health(group, server)["Reason"] == "Target.FailedHealthChecks"


def test_a_target_that_is_silent_times_out(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    server.held = threading.Event()
    group = balancer.group("all", server, HealthCheckPath="/held", UnhealthyThresholdCount=2)
    balancer.listener(forward(group))
    balancer.await_states(group, "unhealthy")
    server.held.set()
    assert balancer.health(group, server)["Reason"] == "Target.Timeout"


def test_codes_of_the_matcher_count_as_healthy(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    server.health = 204
    group = balancer.group("all", server, Matcher={"HttpCode": "200-299"})
    balancer.listener(forward(group))
    balancer.await_states(group, "healthy")


def test_settings_changed_while_it_runs(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    server.health = 404
    group = balancer.group("all", server)
    balancer.listener(forward(group))
    balancer.await_states(group, "unhealthy")
    balancer.client.modify_target_group(
        TargetGroupArn=group, Matcher={"HttpCode": "404"}, HealthyThresholdCount=2, HealthCheckIntervalSeconds=5
    )
    balancer.await_states(group, "healthy")


def test_an_unhealthy_target_gets_no_requests(balancer: Balancer, serve: Serve) -> None:
    good, bad = serve("good"), serve("bad")
    bad.health = 500
    group = balancer.group("all", good, bad)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy", "unhealthy")
    await_servers(port, "good")


def test_when_none_is_healthy_all_get_requests(balancer: Balancer, serve: Serve) -> None:
    servers = [serve("one"), serve("two")]
    for server in servers:
        server.health = 500
    group = balancer.group("all", *servers)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "unhealthy", "unhealthy")
    await_servers(port, "one", "two")


def test_deregistration_lets_requests_end_and_takes_no_new_ones(balancer: Balancer, serve: Serve) -> None:
    leaving, staying = serve("leaving"), serve("staying")
    group = balancer.group("all", leaving)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    leaving.held = threading.Event()
    answers: list[str] = []
    slow = threading.Thread(target=lambda: answers.append(ask(port, "/slow").server), daemon=True)
    slow.start()
    assert leaving.entered.wait(60)
    held, leaving.held = leaving.held, None
    balancer.client.register_targets(TargetGroupArn=group, Targets=[staying.target])
    balancer.await_states(group, "healthy", "healthy")
    balancer.client.deregister_targets(TargetGroupArn=group, Targets=[leaving.target])
    health = balancer.health(group, leaving)
    assert (health["State"], health["Reason"]) == ("draining", "Target.DeregistrationInProgress")
    await_servers(port, "staying")
    held.set()
    slow.join(60)
    assert answers == ["leaving"]
    balancer.await_states(group, "healthy")


def test_the_deregistration_delay_is_kept(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server)
    balancer.client.modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "240"}]
    )
    balancer.listener(forward(group))
    balancer.await_states(group, "healthy")
    started = time.monotonic()
    balancer.client.deregister_targets(TargetGroupArn=group, Targets=[server.target])
    assert balancer.states(group) == {server.server_port: "draining"}
    eventually(lambda: not balancer.states(group), what="the end of draining")
    # Four minutes of AWS's are four seconds here.
    assert time.monotonic() - started >= 4.0


def test_a_target_that_drains_can_come_back(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server)
    balancer.listener(forward(group))
    balancer.await_states(group, "healthy")
    balancer.client.deregister_targets(TargetGroupArn=group, Targets=[server.target])
    balancer.client.register_targets(TargetGroupArn=group, Targets=[server.target])
    balancer.await_states(group, "healthy")


def test_replacing_all_targets_under_load_loses_no_request(balancer: Balancer, serve: Serve) -> None:
    old, new = [serve("old1"), serve("old2")], [serve("new1"), serve("new2")]
    group = balancer.group("all", *old)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy", "healthy")
    with load(port) as seen:
        balancer.client.register_targets(TargetGroupArn=group, Targets=[server.target for server in new])
        balancer.await_states(group, *["healthy"] * 4)
        balancer.client.deregister_targets(TargetGroupArn=group, Targets=[server.target for server in old])
        # The proxy's own thread has the change a few milliseconds after the call was answered.
        start = len(seen.records) + 40
        eventually(lambda: len(seen.records) >= start + 200, what="200 answers of the new ones")
    assert seen.failures == []
    assert set(seen.records[start:]) == {"new1", "new2"}


def test_a_group_that_is_used_again_is_checked_anew(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group, other = balancer.group("all", server), balancer.group("other")
    listener = balancer.listener(forward(group))
    balancer.await_states(group, "healthy")
    balancer.switch(listener, forward(other))
    balancer.await_states(group, "unused")
    server.health = 500
    balancer.switch(listener, forward(group))
    balancer.await_states(group, "unhealthy")
