"""How a resource that is `aside` waits for what it began."""

from __future__ import annotations

import threading
from asyncio import CancelledError
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta

from .cloud import Cloud
from .service import ServiceError

# Set by whoever cuts the operation short in which this code runs.
CANCELLED: ContextVar[threading.Event | None] = ContextVar("stack_operation_cancelled", default=None)
# Seconds of AWS's between two looks.
_PAUSE = 5.0


def wait_until(cloud: Cloud, done: Callable[[], bool], limit: timedelta, problem: str) -> None:
    """Look until `done()`, for `limit` of AWS's time. For threads only.

    Raises ServiceError: NotStabilized with `problem` when the time is over, Cancelled when the stack is deleted or its
    update is cancelled. Raises CancelledError, which is no verdict, when the local cloud is stopped: that fails no
    stack and rolls none back.
    """
    until = cloud.clock.now() + limit / cloud.clock.time_scale
    while not done():
        refuse_cancelled()
        if cloud.clock.now() > until:
            raise ServiceError("NotStabilized", f"Exceeded attempts to wait: {problem}.")
        if cloud.clock.wait(cloud.workers.closing, _PAUSE):
            raise CancelledError


def refuse_cancelled() -> None:
    """Raise ServiceError (Cancelled) if the operation is cut short; the rollback that follows is not."""
    cancelled = CANCELLED.get()
    if cancelled is not None and cancelled.is_set():
        cancelled.clear()
        raise ServiceError("Cancelled", "The operation on the stack was cancelled.")
