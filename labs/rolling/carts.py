"""The counter-example: orders that live in the memory of a task."""

from __future__ import annotations

from helpers import aws, containers, delivery
from labs.rolling import releases

CART = {"cart": {"mug": 1}}


def definition(version: str, catalog: str) -> str:
    """Push a release of the orders service and register a task definition with it; return its ARN.

    `catalog` is the address at which the catalog's prices are found.
    """
    image = containers.shop(version, containers.repository("rolling", releases.LAB), service="orders")
    return delivery.task_definition("orders", image, releases.LAB, {"CATALOG_URL": catalog})


def place(visitor: delivery.Visitor, number: int) -> int:
    """Place so many orders and return how many were taken."""
    return sum(visitor.ask("/orders", CART)[0] == 200 for _ in range(number))


def told(visitor: delivery.Visitor, times: int) -> list[int]:
    """Ask so often for the list of orders and return how many orders each answer tells of."""
    return [len(visitor.ask("/orders")[1]) for _ in range(times)]


def stick(target_group: str) -> None:
    """Have the load balancer send each visitor to the same task again, by a cookie, for an hour."""
    wanted = {
        "stickiness.enabled": "true",
        "stickiness.type": "lb_cookie",
        "stickiness.lb_cookie.duration_seconds": "3600",
    }
    attributes = [{"Key": key, "Value": value} for key, value in wanted.items()]
    aws.client("elbv2").modify_target_group_attributes(TargetGroupArn=target_group, Attributes=attributes)
