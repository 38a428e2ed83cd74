"""Rules on what a notebook says and shows, outputs included: no secret, no path of a machine, no retired service."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from ..comparison import render
from ..notebook import Notebook

_SECRETS = {
    "an access key id": r"\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z0-9]{16}\b",
    "a secret key": r"(?i)secret_?(?:access)?_?key\b['\"]?\s*[:=]\s*['\"]?[A-Za-z0-9/+]{32,}",
    "a session token": r"(?i)session_?token\b['\"]?\s*[:=]\s*['\"]?[A-Za-z0-9/+=]{32,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token of a code host": r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|glpat-[A-Za-z0-9_-]{20,})",
}
_PATHS = re.compile(
    r"(?<![\w.:/-])(?:/home/\w|/Users/\w|/root/|/tmp/\w|/private/(?:tmp|var)/|/var/folders/|/mnt/\w)|[A-Za-z]:\\Users\\"
)
_SAID = re.compile(
    r"(?i)\b(?:retired|discontinued|closed to new|no longer|end(?:ed|s)? (?:of )?support|shut down|was removed)\b"
)


@dataclass(frozen=True)
class Retired:
    """A service that is not taught: since when, what happened, where AWS says so, and what to teach."""

    name: str
    pattern: str
    since: date
    what: str
    source: str
    instead: str


@cache
def retired_services() -> tuple[Retired, ...]:
    """Return the dated list of retired.toml."""
    listed = tomllib.loads(files(__package__).joinpath("retired.toml").read_text(encoding="utf-8"))
    return tuple(Retired(**entry) for entry in listed["service"])


def no_secret(notebook: Notebook) -> Iterator[str]:
    """No credential is stored, neither in a cell nor in an output (rule 27)."""
    for cell in notebook.cells:
        for what, pattern in _SECRETS.items():
            if re.search(pattern, _all_text(cell)):
                yield f"{notebook.where(cell)} shows {what}."


def no_machine_path(notebook: Notebook) -> Iterator[str]:
    """No path of the author's machine is stored."""
    for cell in notebook.cells:
        if found := _PATHS.search(_all_text(cell)):
            yield f"{notebook.where(cell)} shows a path of one machine ({found[0]}...)."


def no_retired_service(notebook: Notebook) -> Iterator[str]:
    """No retired service is taught; a paragraph that says that it is retired may name it (rule 27)."""
    for cell in notebook.cells:
        for paragraph in re.split(r"\n\s*\n|\n(?=[|*-] ?)", cell.source):
            for service in retired_services():
                if re.search(service.pattern, paragraph) and not _SAID.search(paragraph):
                    yield (
                        f"{notebook.where(cell)} names {service.name} ({service.what}, {service.since}) "
                        f"without saying so. Teach {service.instead}."
                    )


def _all_text(cell: Any) -> str:
    return "\n".join([cell.source, render(cell.outputs) if cell.cell_type == "code" else ""])
