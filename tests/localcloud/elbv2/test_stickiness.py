"""Clients that stay with a target, or with a target group."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.localcloud.elbv2.balancing import Answer, Balancer, ask, forward
from tests.localcloud.elbv2.targets import Server
from tests.localcloud.support import eventually

Serve = Callable[[str], Server]


def cookie_of(answer: Answer) -> str:
    """Return "name=value" of the cookie that an answer sets."""
    return answer.headers["set-cookie"].split(";")[0]


def make_sticky(balancer: Balancer, group: str) -> None:
    wanted = {"stickiness.enabled": "true", "stickiness.lb_cookie.duration_seconds": "3600"}
    balancer.client.modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[{"Key": key, "Value": value} for key, value in wanted.items()]
    )


def test_a_client_stays_with_its_target(balancer: Balancer, serve: Serve) -> None:
    servers = [serve("one"), serve("two"), serve("three")]
    group = balancer.group("all", *servers)
    make_sticky(balancer, group)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, *["healthy"] * 3)
    first = ask(port)
    # An hour of AWS's is a minute here.
    assert re.search(r"AWSALB=.*Max-Age=60", first.headers["set-cookie"])
    assert {ask(port, Cookie=cookie_of(first)).server for _ in range(20)} == {first.server}
    assert len({ask(port).server for _ in range(30)}) == 3


def test_a_client_whose_target_is_gone_gets_another(balancer: Balancer, serve: Serve) -> None:
    servers = {name: serve(name) for name in ("one", "two")}
    group = balancer.group("all", *servers.values())
    make_sticky(balancer, group)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy", "healthy")
    first = ask(port)
    balancer.client.deregister_targets(TargetGroupArn=group, Targets=[servers[first.server].target])

    def another() -> Answer | None:
        answer = ask(port, Cookie=cookie_of(first))
        assert answer.status == 200
        return answer if answer.server != first.server else None

    second = eventually(another, what="an answer of the other target")
    assert second is not None
    assert cookie_of(second) != cookie_of(first)


def test_a_client_stays_with_its_target_group_when_weights_change(balancer: Balancer, serve: Serve) -> None:
    blue, green = balancer.group("blue", serve("blue")), balancer.group("green", serve("green"))
    listener = balancer.listener(forward((blue, 100), (green, 0), sticky=3600))
    port = listener["Port"]
    balancer.await_states(blue, "healthy")
    balancer.await_states(green, "healthy")
    first = ask(port)
    assert first.server == "blue" and cookie_of(first).startswith("AWSALBTG=")
    balancer.switch(listener, forward((blue, 1), (green, 99), sticky=3600))
    assert {ask(port, Cookie=f"a=b; {cookie_of(first)}; c=d").server for _ in range(30)} == {"blue"}
    assert "green" in {ask(port).server for _ in range(30)}
    balancer.switch(listener, forward((blue, 0), (green, 100), sticky=3600))
    eventually(
        lambda: {ask(port, Cookie=cookie_of(first)).server for _ in range(10)} == {"green"}, what="answers of green"
    )


def test_without_stickiness_no_cookie_is_set(balancer: Balancer, serve: Serve) -> None:
    group = balancer.group("all", serve("one"))
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    assert "set-cookie" not in ask(port).headers


def test_a_cookie_that_makes_no_sense_is_ignored(balancer: Balancer, serve: Serve) -> None:
    group = balancer.group("all", serve("one"))
    make_sticky(balancer, group)
    port = balancer.listener(forward(group, sticky=60))["Port"]
    balancer.await_states(group, "healthy")
    for value in ("AWSALB=%%%; AWSALBTG=x", "AWSALB=MTAuMC4wLjE6ODA=", "AWSALB=;;=;"):
        assert ask(port, Cookie=value).status == 200
