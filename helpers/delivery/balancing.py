"""A load balancer in front of tasks: target groups, a listener, and the address for customers."""

from __future__ import annotations

from typing import Any

from helpers import aws
from helpers.cicd import pairs
from helpers.delivery.network import Network

Document = dict[str, Any]
LIMIT = 600.0
"""Seconds that a load balancer may take to become active; on AWS it is two minutes or three."""


def load_balancer(thing: str, lab: str, network: Network) -> Document:
    """Make an application load balancer for `thing` (or find it), wait until it is active, and return it."""
    elb, name = aws.client("elbv2"), aws.name(thing)
    # Asked first: a name that is taken is refused when anything differs, and the tag of its expiry does.
    made = _find(name) or elb.create_load_balancer(
        Name=name, Subnets=list(network.subnets), SecurityGroups=[network.security_group],
        Type="application", Tags=pairs(aws.tags(lab)),
    )["LoadBalancers"][0]  # fmt: skip

    def active() -> Document | None:
        found: Document = elb.describe_load_balancers(LoadBalancerArns=[made["LoadBalancerArn"]])["LoadBalancers"][0]
        return found if found["State"]["Code"] == "active" else None

    return aws.wait(f"the load balancer {name}", active, limit=LIMIT)


def _find(name: str) -> Document | None:
    """The load balancer called `name`, or None."""
    elb = aws.client("elbv2")
    try:
        return dict(elb.describe_load_balancers(Names=[name])["LoadBalancers"][0])
    except elb.exceptions.LoadBalancerNotFoundException:
        return None


def target_group(
    thing: str, lab: str, network: Network, *, health: str = "/health", drain_seconds: int = 30, port: int = 8080
) -> str:
    """Make a target group for tasks (or bring it up to date) and return its ARN.

    Args:
        health: path that each target is asked every 10 seconds; two good answers make it healthy, two bad ones not.
        drain_seconds: the deregistration delay: how long a target that leaves may go on with what it is at.
        port: of the tasks' container.
    """
    elb, name = aws.client("elbv2"), aws.name(thing)
    checked: Document = {
        "HealthCheckPath": health, "HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 2, "UnhealthyThresholdCount": 2,
    }  # fmt: skip
    arn = find_target_group(name)
    if arn is None:
        arn = str(elb.create_target_group(
            Name=name, Protocol="HTTP", Port=port, VpcId=network.vpc, TargetType="ip",
            Tags=pairs(aws.tags(lab)), **checked,
        )["TargetGroups"][0]["TargetGroupArn"])  # fmt: skip
    else:
        elb.modify_target_group(TargetGroupArn=arn, **checked)
    drain(arn, drain_seconds)
    return arn


def find_target_group(name: str) -> str | None:
    """Return the ARN of the target group called `name`, or None."""
    elb = aws.client("elbv2")
    try:
        return str(elb.describe_target_groups(Names=[name])["TargetGroups"][0]["TargetGroupArn"])
    except elb.exceptions.TargetGroupNotFoundException:
        return None


def drain(target_group: str, seconds: int) -> None:
    """Set how long targets that leave `target_group` (an ARN) may go on with what they are at."""
    delay = [{"Key": "deregistration_delay.timeout_seconds", "Value": str(seconds)}]
    aws.client("elbv2").modify_target_group_attributes(TargetGroupArn=target_group, Attributes=delay)


def drain_seconds(target_group: str) -> int:
    """Return how long targets that leave `target_group` (an ARN) may go on with what they are at."""
    found = aws.client("elbv2").describe_target_group_attributes(TargetGroupArn=target_group)["Attributes"]
    return int(next(each["Value"] for each in found if each["Key"] == "deregistration_delay.timeout_seconds"))


def listener(balancer: Document, target_group: str, lab: str, *, port: int = 80) -> Document:
    """Make the listener that forwards all requests to `target_group` (or find it) and return it.

    Locally the cloud chooses another port where this one is not to be had; `address` knows it.
    """
    elb, arn = aws.client("elbv2"), balancer["LoadBalancerArn"]
    found = _forwarding(arn, target_group)
    if found:
        return found
    forward = [{"Type": "forward", "TargetGroupArn": target_group}]
    tags = pairs(aws.tags(lab))
    made = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=port, DefaultActions=forward, Tags=tags)
    return dict(made["Listeners"][0])


def _forwarding(balancer: str, target_group: str) -> Document | None:
    """The listener of a load balancer (an ARN) whose default is the target group."""
    listeners = aws.client("elbv2").describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    return next((each for each in listeners if _default(each) == target_group), None)


def _default(listener: Document) -> str | None:
    return next((each.get("TargetGroupArn") for each in listener["DefaultActions"]), None)


def address(balancer: Document, listener: Document) -> str:
    """Return where customers find what is behind a listener: http://<name>:<port>."""
    return f"http://{balancer['DNSName']}:{listener['Port']}"


def healthy(target_group: str) -> int:
    """Return how many targets of `target_group` (an ARN) are healthy now."""
    found = aws.client("elbv2").describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]
    return sum(each["TargetHealth"]["State"] == "healthy" for each in found)


def address_of(target_group: str) -> str:
    """Return where customers find the targets of `target_group` (an ARN): the address of its first listener.

    Raises WorkbookError if no listener forwards to it.
    """
    elb = aws.client("elbv2")
    for balancer in elb.describe_target_groups(TargetGroupArns=[target_group])["TargetGroups"][0]["LoadBalancerArns"]:
        if found := _forwarding(balancer, target_group):
            described = elb.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"][0]
            return address(described, found)
    raise aws.WorkbookError(f"No listener forwards to {target_group}.")
