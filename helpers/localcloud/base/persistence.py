"""Saves the base's state on change: by itself it does so on SIGTERM only.

S3 objects are on disk before their call returns. Everything else that the base holds is written `DELAY` seconds
after the call that changed it, and what the base does by itself (a stack in progress, a queue fed by a rule) every
`SETTLING` seconds for a minute after a call. Both grow with the time that writing takes: never more than a fifth of
the time goes into it. A `kill -9` loses what changed within that time and nothing older.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

DELAY = 0.1
SETTLING = 2.0
_SHARE = 5.0
_WATCH = 60.0

# Services whose calls change nothing but their own state; after any other call all of the base is written.
_ALONE = {
    "dynamodb": ("dynamodb",),
    "iam": ("iam",),
    "s3": ("s3",),
    "secretsmanager": ("secretsmanager",),
    "sqs": ("sqs",),
    "ssm": ("ssm",),
}


class BaseState:
    """Writes what changed. All of it runs on the event loop, where the base changes its state, so that each file
    is one consistent picture."""

    def __init__(self) -> None:
        self._dirty: set[str] = set()
        self._everything = False
        self._planned: asyncio.TimerHandle | None = None
        self._cost = 0.0
        self._watch_until = 0.0

    def changed(self, service: str) -> None:
        """Note that a call to `service` may have changed something, and plan to write it."""
        if names := _ALONE.get(service):
            self._dirty.update(names)
        else:
            self._everything = True
            self._watch_until = time.monotonic() + _WATCH
        self._plan(DELAY)

    def save(self) -> None:
        """Write the state of every service that may have changed since the last time."""
        from ministack import app

        self._planned = None
        dirty, everything = self._dirty, self._everything
        self._dirty, self._everything = set(), False
        started = time.perf_counter()
        # A stack comes after what it made: a kill in between leaves none that is complete without it.
        for name, get_state in sorted(app._build_persistence_save_dict().items(), key=_is_of_stacks):
            if everything or name in dirty:
                _write(name, get_state)
        self._cost = time.perf_counter() - started
        if time.monotonic() < self._watch_until:
            self._everything = True
            self._plan(SETTLING)

    def _plan(self, delay: float) -> None:
        """Write after `delay` seconds, or sooner if that is planned already."""
        loop = asyncio.get_running_loop()
        due = loop.time() + max(delay, self._cost * _SHARE)
        if self._planned is None or due < self._planned.when():
            if self._planned is not None:
                self._planned.cancel()
            self._planned = loop.call_at(due, self.save)


def _is_of_stacks(state: tuple[str, object]) -> bool:
    return state[0] == "cloudformation"


def _write(name: str, get_state: Callable[[], dict[str, Any] | None]) -> None:
    from ministack.core.persistence import save_state

    try:
        state = get_state()
    except Exception:
        log.exception("The state of %s could not be read", name)
        return
    if state is not None:
        save_state(name, state)
