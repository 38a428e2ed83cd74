"""A release under load, as the notebook does it and as a check does it again."""

from __future__ import annotations

from helpers import aws, delivery
from labs.rolling import releases

RATE = 30.0
"""Requests of customers in a second."""


def customers(target_group: str, version: str = "") -> delivery.Load:
    """Send customers to the targets of a target group (an ARN), fewer where each asks for a long report."""
    url = f"{delivery.address_of(target_group)}/products"
    if version != releases.HASTY:
        return delivery.load(url, rate=RATE)
    scale = aws.time_scale()
    return delivery.load(url, rate=min(RATE, scale), timeout=5 + 2 * releases.REPORT_SECONDS / scale)


def release(service: delivery.Service, version: str, name: str, *, live: bool = False) -> delivery.Rollout:
    """Roll `service` to a release of the catalog under load and return what customers saw.

    `name` is what the picture is called; it is shown while it happens if `live`.
    """
    definition = releases.definition(version, service.container)
    with customers(target_group(service), version) as visitors:
        return delivery.roll(service, definition, visitors, name, live=live)


def target_group(service: delivery.Service) -> str:
    """Return the ARN of the target group behind which a service's tasks stand."""
    return str(service.describe()["loadBalancers"][0]["targetGroupArn"])
