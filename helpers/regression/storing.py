"""Executes a notebook in a sandbox and stores its outputs in it: how an author renews what the comparison expects."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import v4

from .notebook import Notebook, RunError
from .report import plain
from .sandbox import Sandbox

ACCOUNT = "111122223333"


def execute_in_place(path: Path, cell_limit: float) -> None:
    """See `helpers.regression.store`. Always the same account, so that outputs change little from time to time."""
    node = Notebook.read(path).node
    metadata = deepcopy(node.metadata)
    sandbox = Sandbox(account=ACCOUNT)
    client = NotebookClient(
        node,
        timeout=cell_limit,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        shutdown_kernel="immediate",
    )
    try:
        with (sandbox.home / "kernel.log").open("w") as log:
            client.execute(env=sandbox.environment(), cwd=str(sandbox.folder), stdout=log, stderr=log)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as problem:
        raise RunError(f"{path.name} is left as it was. {plain(str(problem))}") from None
    finally:
        sandbox.close()
    node.metadata = metadata
    path.write_text(v4.writes(node) + "\n", encoding="utf-8")  # type: ignore[no-untyped-call]
