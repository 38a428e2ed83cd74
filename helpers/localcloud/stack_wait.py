"""How a resource that is `aside` waits for what it began."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable
from datetime import timedelta

from .cloud import Cloud
from .service import ServiceError

# Seconds of AWS's between two looks.
_PAUSE = 5.0


def wait_until(cloud: Cloud, done: Callable[[], bool], limit: timedelta, problem: str) -> None:
    """Look until `done()`, for `limit` of AWS's time. For threads only.

    Raises ServiceError (NotStabilized) with `problem` when the time is over; CancelledError, which is no verdict, when
    the local cloud is stopped: that fails no stack and rolls none back.
    """
    until = cloud.clock.now() + limit / cloud.clock.time_scale
    while not done():
        if cloud.clock.now() > until:
            raise ServiceError("NotStabilized", f"Exceeded attempts to wait: {problem}.")
        if cloud.clock.wait(cloud.workers.closing, _PAUSE):
            raise CancelledError
