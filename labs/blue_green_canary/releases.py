"""Releases of the shop's catalog: good ones, and some that start well and hurt whoever they serve."""

from __future__ import annotations

from helpers import containers, delivery
from labs.shop import launch

LAB = "blue_green_canary"
GOOD, NEXT, LATER, FAULTY, FREE, SELDOM = "1.0.0", "1.1.0", "1.2.0", "2.0.0", "3.0.0", "4.0.0"
"""The last three are healthy, ready and wrong: they fail every second customer, give all away, fail every third."""
_ERROR_RATES = {FAULTY: "0.5", SELDOM: "0.33"}

_PRODUCTS = 'return [{"id": id_, **product} for id_, product in PRODUCTS.items()]'
_FREE_PRODUCTS = 'return [{"id": id_, **product, "price": 0} for id_, product in PRODUCTS.items()]'


def changes(version: str) -> dict[str, bytes]:
    """Return the files in which a release differs from the shop."""
    if version != FREE:
        return {}
    source = launch.source()["shop/catalog.py"].decode()
    if _PRODUCTS not in source:
        raise AssertionError(f"The shop no longer says {_PRODUCTS!r}")
    return {"shop/catalog.py": source.replace(_PRODUCTS, _FREE_PRODUCTS).encode()}


def definition(version: str, thing: str) -> str:
    """Push the release of the catalog and register a task definition with it for `thing`; return its ARN."""
    faults = {"SHOP_ERROR_RATE": _ERROR_RATES[version]} if version in _ERROR_RATES else {}
    image = containers.shop(
        version, containers.repository("blue-green", LAB), changes=changes(version), environment=faults
    )
    return delivery.task_definition(thing, image, LAB)
