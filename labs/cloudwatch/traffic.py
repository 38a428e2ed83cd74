"""Customers who keep coming until something has happened."""

from __future__ import annotations

from typing import Any

from helpers import aws, observability, tracing

EVERY = 5.0
"""Seconds between two rounds of customers, of AWS's time."""


def keep_busy(shop: Any, shipping: observability.Shipping, alarm: str, state: str, *, limit: float = 900) -> None:
    """Use the shop and ship its lines, round after round, until `alarm` is in `state`. Raises WaitTimeout.

    Where there is no such alarm yet, say so and return.
    """
    if observability.find(alarm) is None:
        print(f"There is no alarm {alarm} yet: solve the exercise first.")
        return

    def round_of_customers() -> bool:
        tracing.customers(shop.web.url, visits=9, orders=3)
        shipping.ship()
        return bool((observability.find(alarm) or {}).get("StateValue") == state)

    aws.wait(f"{alarm} to be {state}", round_of_customers, limit=limit, every=EVERY / aws.time_scale())
