"""Ends the stack operations that a stop of the local cloud cut off: the base would leave them in progress for ever."""

from __future__ import annotations

from typing import Any

# What a state in which nobody works any more is from then on. A stack that was being cleaned up has what it needs.
_ENDS = {
    "CREATE_IN_PROGRESS": "CREATE_FAILED",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
    "UPDATE_IN_PROGRESS": "UPDATE_FAILED",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS": "DELETE_FAILED",
}
_REASON = "The local cloud was stopped in the middle of this operation. Update the stack again, or delete it."


def end_interrupted() -> None:
    """Give every stack that was left in progress an end and an event that says why; called once after a start."""
    from ministack.core.responses import request_scope
    from ministack.services.cloudformation import _stacks

    for (account, region, name), stack in list(_stacks._data.items()):
        if (end := _ENDS.get(stack.get("StackStatus", ""))) is not None:
            with request_scope(account, region):
                _end(name, stack, end)


def _end(name: str, stack: dict[str, Any], status: str) -> None:
    from ministack.services.cloudformation.stacks import _add_event

    reason = "" if status.endswith("COMPLETE") else _REASON
    stack["StackStatus"], stack["StackStatusReason"] = status, reason
    _add_event(stack["StackId"], name, name, "AWS::CloudFormation::Stack", status, reason, stack["StackId"])
