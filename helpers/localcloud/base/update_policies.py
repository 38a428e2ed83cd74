"""Finds the UpdatePolicy of a resource: the base hands a handler the properties of its resource, and no more.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""

from __future__ import annotations

import copy
from typing import Any

from .stack_operations import current


def policy_of(stack: str, logical_id: str, name: str) -> dict[str, Any] | None:
    """Return the UpdatePolicy `name` of a resource, resolved, or None: it has none, or its stack is rolled back."""
    from ministack.services.cloudformation import _stacks
    from ministack.services.cloudformation.engine import _evaluate_conditions, _resolve_refs

    operation = current()
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
