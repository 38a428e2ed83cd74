"""Twenty switches between two versions under constant load: nobody's request fails, by the customers' own records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from helpers import aws, delivery
from labs.shop import launch
from tests.localcloud.support import eventually

pytestmark = pytest.mark.usefixtures("learner")
SWITCHES = 20


@pytest.fixture
def colours() -> Iterator[dict[str, str]]:
    """Target groups by the version that their only target serves."""
    network = delivery.network("tiny")
    with ExitStack() as running:
        yield {
            version: _group(version, network, running.enter_context(launch.shop(SHOP_VERSION=version)).catalog.url)
            for version in ("blue", "green")
        }


def _group(version: str, network: delivery.Network, url: str) -> str:
    group = delivery.target_group(version, "tiny", network)
    place = {"Id": "127.0.0.1", "Port": urlsplit(url).port}
    aws.client("elbv2").register_targets(TargetGroupArn=group, Targets=[place])
    return group


def _forward(listener: str, weights: dict[str, int]) -> None:
    groups = [{"TargetGroupArn": group, "Weight": weight} for group, weight in weights.items()]
    forward = [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    aws.client("elbv2").modify_listener(ListenerArn=listener, DefaultActions=forward)


@pytest.mark.parametrize("keep_alive", [True, False], ids=["keep-alive", "new connections"])
def test_no_request_fails_while_traffic_is_switched(colours: dict[str, str], keep_alive: bool) -> None:
    balancer = delivery.load_balancer("shop", "tiny", delivery.network("tiny"))
    listener = delivery.listener(balancer, colours["blue"], "tiny")
    _forward(listener["ListenerArn"], {colours["blue"]: 1, colours["green"]: 0})
    eventually(lambda: all(delivery.healthy(group) for group in colours.values()), what="both versions to be healthy")
    with delivery.load(f"{delivery.address(balancer, listener)}/products", 50, keep_alive=keep_alive) as customers:
        for number in range(SWITCHES):
            version = ("blue", "green")[number % 2]
            _forward(listener["ListenerArn"], {colours[name]: int(name == version) for name in colours})
            eventually(lambda wanted=version: _last_met(customers, wanted), what=f"customers to meet {version}")
    records = customers.records()
    assert customers.failed().empty, customers.failed().to_string()
    assert len(records) >= SWITCHES and set(records["status"]) == {200}
    changes = (records["version"] != records["version"].shift()).sum()
    assert changes >= SWITCHES - 1


def _last_met(customers: delivery.Load, version: str) -> bool:
    """Whether the last five answers came from `version`."""
    last = sorted(customers.requests(), key=lambda request: request.start)[-5:]
    return len(last) == 5 and {request.version for request in last} == {version}
