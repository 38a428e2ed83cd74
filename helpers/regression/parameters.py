"""The parameters of a run: which there are, of which type, and whether a notebook declares them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from helpers import aws

from .notebook import Notebook, RunError

TYPES: dict[str, type] = {"region": str, "learner": str, "time_scale": float}
TAG = "parameters"


def parse(assignments: Iterable[str]) -> dict[str, object]:
    """Return the parameters that a command line gave as `name=value`, each in its declared type.

    `learner=007` stays the text "007". Raises RunError for anything that is no assignment, unknown or ill-typed.
    """
    given: dict[str, object] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise RunError(f"{assignment!r} is no parameter; write it as name=value, for example region=eu-west-1.")
        given[name] = _typed(name, value)
    return validated(given)


def validated(given: Mapping[str, object]) -> dict[str, object]:
    """Return `given` if every parameter is known and its value will do; raise RunError with a sentence otherwise."""
    for name in given:
        _known(name)
    try:
        aws.configure(**_arguments(given))
    except aws.WorkbookError as problem:
        raise RunError(str(problem)) from None
    finally:
        aws.configure()
    return dict(given)


def check_declared(given: Mapping[str, object], notebooks: Iterable[Path]) -> None:
    """Raise RunError unless each of `notebooks` declares every parameter of `given` in its parameters cell."""
    for path in notebooks:
        missing = sorted(set(given) - declared(Notebook.read(path)))
        if missing:
            raise RunError(
                f"{path.name} does not know the parameter {missing[0]}: its cell tagged `{TAG}` must assign it."
            )


def declared(notebook: Notebook) -> set[str]:
    """Return the names that the notebook's parameters cell assigns."""
    cells = [cell for cell in notebook.code if TAG in notebook.tags(cell)]
    return {name for cell in cells for statement in ast.parse(cell.source).body for name in _assigned(statement)}


def _assigned(statement: ast.stmt) -> list[str]:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _known(name: str) -> type:
    if name not in TYPES:
        raise RunError(f"There is no parameter {name!r}; the parameters are {', '.join(TYPES)}.")
    return TYPES[name]


def _typed(name: str, value: str) -> object:
    try:
        return _known(name)(value)
    except ValueError:
        raise RunError(f"The parameter {name} is {value!r}; it must be a number.") from None


def _arguments(given: Mapping[str, object]) -> dict[str, Any]:
    """Return `given` for `aws.configure`, which takes None for "not given": here that is a value of the wrong type."""
    for name, value in given.items():
        if value is None:
            raise RunError(f"The parameter {name} has no value; leave it out, or give a {TYPES[name].__name__}.")
    return dict(given)
