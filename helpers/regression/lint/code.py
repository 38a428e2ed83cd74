"""Rules on a notebook's code cells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ..notebook import Notebook

LONGEST = 25
LONG = 12
LONG_SHARE = 0.9

_REGION = re.compile(r"\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-[a-z]+-\d\b")
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_SHELL = re.compile(r"^\s*(?:[\w, ]+=\s*)?!|^\s*%%(?:bash|sh|script|!)|^\s*%(?:sx|system)\b", re.MULTILINE)
_SHELL_CALLS = ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput")


def code_length(notebook: Notebook) -> Iterator[str]:
    """No code cell above 25 lines, nine of ten at most 12 (rule 4)."""
    for cell in notebook.code:
        if _lines(cell) > LONGEST:
            yield f"{notebook.where(cell)} has {_lines(cell)} lines; {LONGEST} is the most. Move code to helpers/."
    long = [cell for cell in notebook.code if _lines(cell) > LONG]
    if len(long) > (1 - LONG_SHARE) * len(notebook.code):
        yield f"{len(long)} of {len(notebook.code)} code cells have more than {LONG} lines; one in ten may."


def why_before_code(notebook: Notebook) -> Iterator[str]:
    """Prose stands between two code cells, unless the second is tagged `continues` (rule 5)."""
    for before, cell in pairwise(notebook.cells):
        if before.cell_type == cell.cell_type == "code" and "continues" not in notebook.tags(cell):
            yield f"{notebook.where(cell)} follows a code cell without a word; say why, or tag it `continues`."


def no_sleep(notebook: Notebook) -> Iterator[str]:
    """Waiting is on a condition, with a limit: `aws.wait` (rule 8)."""
    for cell in notebook.code:
        if any(name.split(".")[-1] == "sleep" for name in _called(cell)):
            yield f"{notebook.where(cell)} sleeps; wait on a condition with aws.wait."


def no_shell(notebook: Notebook) -> Iterator[str]:
    """No shell for what Python can do; where a command is the subject, a helper shows it (rule 11)."""
    for cell in notebook.code:
        if _SHELL.search(cell.source) or any(name in _SHELL_CALLS for name in _called(cell)):
            yield f"{notebook.where(cell)} runs a shell; use Python, or the helper that shows a command."


def no_fixed_place(notebook: Notebook) -> Iterator[str]:
    """No region and no account is written into code: they come from the parameters (rules 2 and 27)."""
    for cell in notebook.code:
        for fixed in _REGION.findall(cell.source) + _ACCOUNT.findall(cell.source):
            yield f"{notebook.where(cell)} names {fixed}; take it from aws.region() or aws.account()."


def _lines(cell: Any) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def _called(cell: Any) -> list[str]:
    """Return the dotted names that a cell calls; lines of IPython's own are not Python and left out."""
    source = re.sub(r"^\s*[!%].*$", "", cell.source, flags=re.MULTILINE)
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
