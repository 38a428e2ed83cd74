"""What goes on when the local cloud, the proxy or a target is killed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.localcloud.elbv2.balancing import Balancer, ask, await_servers, fixed, forward, load
from tests.localcloud.elbv2.targets import Server, in_a_process
from tests.localcloud.support import TestCloud, eventually

Serve = Callable[[str], Server]


def envoy(cloud: TestCloud) -> psutil.Process:
    """Return the proxy of a local cloud."""
    return psutil.Process(json.loads((cloud.home / "cloud" / "proxy" / "process.note").read_text())["pid"])


def belonging_to(home: Path) -> list[str]:
    """Return the commands of all processes that are about the state folder `home`."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command = " ".join(process.info["cmdline"] or ())
        if str(home) in command and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(command)
    return found


@pytest.fixture
def crashing(private_cloud: TestCloud) -> Iterator[Balancer]:
    """A load balancer in a local cloud of one's own, of which nothing is left at the end."""
    yield Balancer(private_cloud)
    private_cloud.stop()
    eventually(lambda: not belonging_to(private_cloud.home), what="the end of all processes")


def test_traffic_goes_on_while_the_cloud_is_dead_and_the_proxy_is_adopted(crashing: Balancer, serve: Serve) -> None:
    cloud = crashing.cloud
    group = crashing.group("all", serve("one"))
    listener = crashing.listener(forward(group))
    crashing.await_states(group, "healthy")
    before = envoy(cloud)
    with load(listener["Port"], 2, 1) as seen:
        cloud.kill()
        start = len(seen.records)
        eventually(lambda: len(seen.records) > start + 100, what="answers without a cloud")
        cloud.restart()
        again = Balancer(cloud)
        again.client = cloud.client("elbv2")
        again.switch(listener, forward((group, 1)))
        start = len(seen.records)
        eventually(lambda: len(seen.records) > start + 100, what="answers with the cloud back")
    assert seen.failures == []
    assert envoy(cloud).pid == before.pid
    again.switch(listener, fixed(200, "new"))
    assert ask(listener["Port"]).body == b"new"


def test_a_proxy_that_is_killed_comes_back_and_serves(crashing: Balancer, serve: Serve) -> None:
    group = crashing.group("all", serve("one"))
    listener = crashing.listener(forward(group))
    crashing.await_states(group, "healthy")
    before = envoy(crashing.cloud)
    before.kill()

    def served() -> bool:
        try:
            return ask(listener["Port"]).server == "one"
        except OSError:
            return False

    eventually(served, what="traffic after the death of the proxy")
    assert envoy(crashing.cloud).pid != before.pid
    crashing.switch(listener, fixed(200, "new"))
    assert ask(listener["Port"]).body == b"new"


def test_the_proxy_dies_while_the_cloud_is_dead(crashing: Balancer) -> None:
    cloud = crashing.cloud
    listener = crashing.listener(fixed(200, "here"))
    proxy = envoy(cloud)
    cloud.kill()
    proxy.kill()
    cloud.restart()

    def served() -> bool:
        try:
            return ask(listener["Port"]).body == b"here"
        except OSError:
            return False

    eventually(served, what="traffic after both died")


def test_everything_is_there_after_a_stop_and_a_start(crashing: Balancer, serve: Serve) -> None:
    cloud = crashing.cloud
    group = crashing.group("all", serve("one"))
    port = crashing.listener(forward(group))["Port"]
    crashing.await_states(group, "healthy")
    cloud.stop()
    assert belonging_to(cloud.home) == []
    cloud.restart()
    crashing.client = cloud.client("elbv2")
    crashing.await_states(group, "healthy")

    def served() -> bool:
        try:
            return ask(port).status == 200
        except OSError:
            return False

    eventually(served, what="traffic after a restart")


def test_a_target_that_is_killed_is_found_unhealthy_and_the_other_serves(balancer: Balancer, serve: Serve) -> None:
    process, target = in_a_process("mortal")
    try:
        group = balancer.group("all", serve("one"))
        balancer.client.register_targets(TargetGroupArn=group, Targets=[target])
        port = balancer.listener(forward(group))["Port"]
        balancer.await_states(group, "healthy", "healthy")
        process.kill()
        process.wait(10)
        balancer.await_states(group, "healthy", "unhealthy")
        await_servers(port, "one")
    finally:
        process.kill()
        process.wait(10)


def test_when_the_cloud_is_stopped_after_a_crash_the_guardian_ends_the_proxy(private_cloud: TestCloud) -> None:
    Balancer(private_cloud).listener(fixed(200))
    proxy = envoy(private_cloud)
    private_cloud.kill()
    assert proxy.is_running()
    private_cloud.stop()
    eventually(lambda: not belonging_to(private_cloud.home), what="the end of all processes")
