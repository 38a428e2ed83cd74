"""Lets one of our services carry an update out that a resource of the base's asks for by its UpdatePolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

Deploy = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class _Operation:
    """What a stack is being changed to. The base hands a handler the properties of its resource, and no more."""

    stack: str
    stack_id: str
    template: Mapping[str, Any]
    parameters: Mapping[str, Any]


_OPERATION: ContextVar[_Operation | None] = ContextVar("stack_operation", default=None)


def remember_operations() -> None:
    """Have `policy_of` know the template that a stack is being changed to, from now on."""
    from ministack.services.cloudformation import changesets, handlers

    for module in (handlers, changesets):
        module._deploy_stack_async = _remembered(module._deploy_stack_async)


def policy_of(stack: str, logical_id: str, name: str) -> dict[str, Any] | None:
    """Return the UpdatePolicy `name` of a resource, resolved, or None: it has none, or its stack is rolled back."""
    from ministack.services.cloudformation import _stacks
    from ministack.services.cloudformation.engine import _evaluate_conditions, _resolve_refs

    operation = _OPERATION.get()
    if operation is None or operation.stack != stack or "ROLLBACK" in _stacks[stack]["StackStatus"]:
        return None
    declared = operation.template["Resources"].get(logical_id, {}).get("UpdatePolicy", {}).get(name)
    if declared is None:
        return None
    found: dict[str, Any] = _resolve_refs(
        copy.deepcopy(declared), _stacks[stack]["_resources"], operation.parameters,
        _evaluate_conditions(operation.template, operation.parameters), operation.template.get("Mappings", {}),
        stack, operation.stack_id,
    )  # fmt: skip
    return found


def _remembered(deploy: Deploy) -> Deploy:
    async def remembering(
        stack: str, stack_id: str, template: dict[str, Any], parameters: dict[str, Any], *rest: Any, **named: Any
    ) -> None:
        # Each operation is a task with a context of its own.
        _OPERATION.set(_Operation(stack, stack_id, template, parameters))
        await deploy(stack, stack_id, template, parameters, *rest, **named)

    return remembering
