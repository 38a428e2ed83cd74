"""Variables of pipelines: `#{namespace.key}` in an action's configuration.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..service import ServiceError
from .model import Execution

RESERVED = ("codepipeline", "variables")
OWN = ("PipelineExecutionId",)
VALUES = "letters, digits and @-_. are allowed."
_REFERENCE = re.compile(r"#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_.]+)\}")
_ANY = re.compile(r"#\{[^}]*\}?")
_VALUE = re.compile(r"[A-Za-z0-9@\-_.]+")


class UnresolvedVariable(ValueError):
    """A reference has no value; the message names it and what there is."""


def references(configuration: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (namespace, key) of each reference in `configuration`."""
    for value in configuration.values():
        for found in _REFERENCE.finditer(value):
            yield found[1], found[2]


def malformed(configuration: Mapping[str, str]) -> str | None:
    """Return the first thing in `configuration` that begins like a reference and is none."""
    for value in configuration.values():
        for found in _ANY.finditer(value):
            if not _REFERENCE.fullmatch(found[0]):
                return found[0]
    return None


def is_value(text: str) -> bool:
    """Return whether a pipeline's variable can have this value."""
    return _VALUE.fullmatch(text) is not None


def resolve(configuration: Mapping[str, str], execution: Execution) -> dict[str, str]:
    """Return `configuration` with every reference replaced. Raises UnresolvedVariable."""

    def value(found: re.Match[str]) -> str:
        return _lookup(found[1], found[2], execution)

    return {key: _REFERENCE.sub(value, text) for key, text in configuration.items()}


def _lookup(namespace: str, key: str, execution: Execution) -> str:
    if namespace == "codepipeline":
        known = {"PipelineExecutionId": execution.id}
    elif namespace == "variables":
        known = execution.variables
    else:
        known = execution.namespaces.get(namespace, {})
    if key not in known:
        there = ", ".join(sorted(known)) or "nothing"
        raise UnresolvedVariable(f"#{{{namespace}.{key}}} has no value; {namespace} has {there}.")
    return known[key]


def start_values(declaration: Mapping[str, Any], given: list[dict[str, str]]) -> dict[str, str]:
    """Return the pipeline's variables with the values of a start. Raises ValidationException."""
    values = {v["name"]: v.get("defaultValue", "") for v in declaration.get("variables", [])}
    for variable in given:
        if variable["name"] not in values:
            raise ServiceError("ValidationException", f"The pipeline declares no variable {variable['name']}.")
        values[variable["name"]] = variable["value"]
    for name, value in values.items():
        if not value:
            raise ServiceError("ValidationException", f"The variable {name} has no default and got no value.")
        if not is_value(value):
            raise ServiceError("ValidationException", f"'{value}' cannot be the value of the variable {name}: {VALUES}")
    return values
