"""What the load balancer costs: Envoy against no proxy, a plain proxy in asyncio, and MiniStack's own balancer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import boto3
import pytest

from tests.bench.bare import BareMiniStack
from tests.bench.proxying import Speed, measure, running
from tests.localcloud.elbv2.balancing import Balancer, forward
from tests.localcloud.support import TestCloud

ROUNDS = 5
# Of the requests per second without a proxy. Each proxy shares two cores with the clients and the target.
GOAL, GROSS = 0.4, 0.1
_Way = tuple[int, str]


@pytest.fixture
def ways(cloud: TestCloud, tmp_path: Path) -> Iterator[dict[str, _Way]]:
    """Port and path of each way to the same target."""
    with ExitStack() as stack:
        target = stack.enter_context(running("target"))
        plain = stack.enter_context(running("proxy", str(target)))
        bare = BareMiniStack(tmp_path)
        stack.callback(bare.stop)
        bare.start()
        balance(bare, target)
        yield {
            "direct": (target, "/"),
            "Envoy": (envoy(Balancer(cloud), target), "/"),
            "plain asyncio": (plain, "/"),
            "MiniStack": (bare.port, "/_alb/bench/"),
        }


def envoy(balancer: Balancer, target: int) -> int:
    """Return the port of a load balancer of ours before `target`."""
    group = balancer.group("bench")
    balancer.client.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": target}])
    port: int = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    return port


def balance(bare: BareMiniStack, target: int) -> None:
    """Make a load balancer of MiniStack's before `target`, in the account that unsigned requests are taken for."""
    session = boto3.session.Session("test", "test", region_name="us-east-1")
    elb, ec2 = (session.client(service, endpoint_url=bare.url) for service in ("elbv2", "ec2"))
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    balancer = elb.create_load_balancer(Name="bench", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    made = elb.create_target_group(Name="bench", Protocol="HTTP", Port=target, VpcId=vpc, TargetType="ip")
    group = made["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": target}])
    action = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=bare.port, DefaultActions=[action])


def test_a_request_through_the_load_balancer(ways: dict[str, _Way]) -> None:
    rounds = [{name: measure(*way) for name, way in ways.items()} for _ in range(ROUNDS)]
    found = {name: middle([each[name] for each in rounds]) for name in ways}
    print(f"\n{'':16}{'requests/s':>12}{'p50 ms':>10}{'p99 ms':>10}{'of direct':>11}{'failed':>8}")
    for name, speed in found.items():
        share = speed.rps / found["direct"].rps
        print(f"{name:16}{speed.rps:>12,.0f}{speed.p50:>10.2f}{speed.p99:>10.2f}{share:>11.2f}{speed.failed:>8}")
    share = found["Envoy"].rps / found["direct"].rps
    print(f"Envoy has {share:.2f} of the requests per second without it (goal {GOAL}: {share >= GOAL})")
    assert not any(speed.failed for speed in found.values())
    assert share > GROSS
    assert found["Envoy"].rps > found["MiniStack"].rps


def middle(speeds: list[Speed]) -> Speed:
    """Return the medians; of what failed, all."""
    rps, p50, p99 = (median(getattr(each, name) for each in speeds) for name in ("rps", "p50", "p99"))
    return Speed(rps, p50, p99, sum(each.failed for each in speeds))
