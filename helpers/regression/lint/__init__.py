"""The authors' rules that a program can check. Each rule yields sentences; a notebook without one keeps the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..notebook import Notebook
from . import code, content, form, structure

Rule = Callable[[Notebook], Iterator[str]]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        structure.one_title,
        structure.heading_order,
        structure.opening,
        structure.alt_text,
        structure.prose_length,
        structure.cell_count,
        form.cell_ids,
        form.parameters_cell,
        form.setup_cell,
        form.known_tags,
        form.exercises,
        form.nothing_skipped,
        code.code_length,
        code.why_before_code,
        code.no_sleep,
        code.no_shell,
        code.no_fixed_place,
        content.no_secret,
        content.no_machine_path,
        content.no_retired_service,
    )
}


def lint(notebook: Notebook) -> dict[str, list[str]]:
    """Return the rules that `notebook` breaks, each with its sentences."""
    found = {name: list(rule(notebook)) for name, rule in RULES.items()}
    return {name: sentences for name, sentences in found.items() if sentences}
