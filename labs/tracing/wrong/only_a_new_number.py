"""The same release under another number."""

from helpers import tracing
from labs.shop import launch
from labs.tracing import release

EXERCISE = "whole"
MESSAGE = "whose trace ends before the catalog"


def apply() -> None:
    folder = release.copy_of(release.friday(), "1.1.1")
    with launch.shop(folder, **tracing.environment()) as shop:
        tracing.customers(shop.web.url, orders=5)
