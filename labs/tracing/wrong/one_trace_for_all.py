"""All orders in one trace: whole, and of no use."""

import secrets
import time

from helpers import tracing
from labs.shop import launch
from labs.tracing import release

EXERCISE = "whole"
MESSAGE = "in one trace"


def apply() -> None:
    folder = release.copy_of(release.friday(), "1.1.1")
    fixed = {"traceparent": f"00-{int(time.time()):08x}{secrets.token_hex(12)}-{secrets.token_hex(8)}-01"}
    with launch.shop(folder, **tracing.environment()) as shop:
        tracing.customers(shop.web.url, orders=5, headers=fixed)
