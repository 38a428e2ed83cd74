"""What the base does to stacks, followed: which template a stack is being changed to, and how that is cut short.

In the base alone an operation is over at once. Since resources wait, a second one may come while the first goes on.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ..stack_wait import CANCELLED

Work = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Operation:
    """The creation or update of a stack that goes on."""

    stack: str
    stack_id: str
    template: Mapping[str, Any]
    parameters: Mapping[str, Any]
    cancelled: threading.Event = field(default_factory=threading.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    # Physical ids of resources whose update was refused as a whole.
    unchanged: set[str] = field(default_factory=set)


_CURRENT: ContextVar[Operation | None] = ContextVar("stack_operation", default=None)
_RUNNING: dict[str, Operation] = {}


def follow() -> None:
    """Note every creation and update from now on, and let a deletion wait for the end of the one that it cuts short."""
    from ministack.services.cloudformation import changesets, handlers

    for module in (handlers, changesets):
        module._deploy_stack_async = _followed(module._deploy_stack_async)
    handlers._delete_stack_async = _after_the_end(handlers._delete_stack_async)


def current() -> Operation | None:
    """Return the operation in which this code runs, or None."""
    return _CURRENT.get()


def cancel(stack_id: str) -> None:
    """Let a resource of the stack that waits, or the next one of ours, fail as cancelled."""
    if operation := _RUNNING.get(stack_id):
        operation.cancelled.set()


def _followed(deploy: Work) -> Work:
    async def following(
        stack: str, stack_id: str, template: dict[str, Any], parameters: dict[str, Any], *rest: Any, **named: Any
    ) -> None:
        # Each operation is a task with a context of its own.
        operation = Operation(stack, stack_id, template, parameters)
        _RUNNING[stack_id] = operation
        _CURRENT.set(operation)
        CANCELLED.set(operation.cancelled)
        try:
            await deploy(stack, stack_id, template, parameters, *rest, **named)
        finally:
            del _RUNNING[stack_id]
            operation.over.set()

    return following


def _after_the_end(delete: Work) -> Work:
    async def deleting(stack: str, stack_id: str, *rest: Any, **named: Any) -> None:
        if operation := _RUNNING.get(stack_id):
            await operation.over.wait()
        await delete(stack, stack_id, *rest, **named)

    return deleting
