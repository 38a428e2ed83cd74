# mypy: disable-error-code="no-untyped-call"
"""Makes small notebooks for the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

# Starts a child that changes session, says who it is, and waits for ever.
STUBBORN = """
import os, pathlib, subprocess, sys, threading
child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"], start_new_session=True)
note = pathlib.Path({note!r})
note.with_suffix(".new").write_text(f"{{os.getpid()}} {{child.pid}} {{os.environ['WORKBOOK_HOME']}}")
note.with_suffix(".new").replace(note)
threading.Event().wait()
"""
PARAMETERS = "region = None\nlearner = None\ntime_scale = None"


def code(source: str, *outputs: Any, count: int | None = 1, tags: tuple[str, ...] = ()) -> Any:
    """Return an executed code cell with stored outputs."""
    cell = new_code_cell(source, execution_count=count, outputs=list(outputs))
    cell.metadata["tags"] = list(tags)
    return cell


def prose(source: str) -> Any:
    return new_markdown_cell(source)


def printed(text: str) -> Any:
    return new_output("stream", name="stdout", text=text)


def shown(**data: str) -> Any:
    """Return a stored display; `image_png="..."` is of the type image/png."""
    return new_output("display_data", data={kind.replace("_", "/", 1): value for kind, value in data.items()})


def parameters() -> Any:
    return code(PARAMETERS, tags=("parameters",))


def left_over(note: Path) -> list[str]:
    """Return what of the kernel that wrote `note` (by STUBBORN) is still there."""
    kernel, child, home = note.read_text().split()
    alive = [f"process {pid}" for pid in (kernel, child) if psutil.pid_exists(int(pid))]
    return [*alive, home] if Path(home).exists() else alive


def notebook(folder: Path, name: str, *cells: Any) -> Path:
    """Write a notebook of `cells`, numbered in their order if executed, and return its path."""
    numbered = (cell for cell in cells if cell.cell_type == "code" and cell.execution_count is not None)
    for number, cell in enumerate(numbered, 1):
        cell.execution_count = number
    node = new_notebook(cells=list(cells))
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / f"{name}.ipynb"
    nbformat.write(node, path)
    return path
