"""Refuses a second operation on a stack, as CloudFormation does while the first goes on; the base takes them all.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import stack_operations

Parameters = dict[str, Any]
Handler = Callable[[Parameters], Any]
_CHANGING = ("CreateChangeSet", "ExecuteChangeSet", "UpdateStack")


def guard() -> None:
    """Guard the base's operations on stacks from now on."""
    from ministack.services.cloudformation.handlers import _ACTION_HANDLERS

    for action in _CHANGING:
        _ACTION_HANDLERS[action] = _not_while_changing(_ACTION_HANDLERS[action])
    _ACTION_HANDLERS["DeleteStack"] = _deletion(_ACTION_HANDLERS["DeleteStack"])
    _ACTION_HANDLERS["CancelUpdateStack"] = _cancellation(_ACTION_HANDLERS["CancelUpdateStack"])


def _not_while_changing(handler: Handler) -> Handler:
    def guarded(parameters: Parameters) -> Any:
        stack = _stack_of(parameters)
        status = stack.get("StackStatus", "")
        if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            return _refusal(f"Stack:{stack['StackId']} is in {status} state and can not be updated.")
        return handler(parameters)

    return guarded


def _deletion(handler: Handler) -> Handler:
    """A creation is cut short by it, an update is not, and a deletion that goes on is enough."""

    def guarded(parameters: Parameters) -> Any:
        from ministack.services.cloudformation.handlers import _xml

        stack = _stack_of(parameters)
        status = stack.get("StackStatus", "")
        if status == "DELETE_IN_PROGRESS":
            return _xml(200, "DeleteStackResponse", "")
        if status.startswith("UPDATE_") and status.endswith("_IN_PROGRESS"):
            return _refusal(f"Stack [{stack['StackName']}] cannot be deleted while in status {status}")
        if status == "CREATE_IN_PROGRESS" and not stack.get("EnableTerminationProtection"):
            stack_operations.cancel(stack["StackId"])
        return handler(parameters)

    return guarded


def _cancellation(handler: Handler) -> Handler:
    def cancelling(parameters: Parameters) -> Any:
        stack = _stack_of(parameters)
        if stack.get("StackStatus") == "UPDATE_IN_PROGRESS":
            stack_operations.cancel(stack["StackId"])
        return handler(parameters)

    return cancelling


def _stack_of(parameters: Parameters) -> dict[str, Any]:
    """Return the stack that a request names, by itself or by a change set, or {}."""
    from ministack.services.cloudformation import _change_sets
    from ministack.services.cloudformation.handlers import _p, _resolve_stack

    name = _p(parameters, "StackName")
    if not name and (change_set := _change_sets.get(_p(parameters, "ChangeSetName"))):
        name = change_set.get("StackName", "")
    found: dict[str, Any] = (_resolve_stack(name) if name else None) or {}
    return found


def _refusal(message: str) -> Any:
    from ministack.services.cloudformation.helpers import _error

    return _error("ValidationError", message)
