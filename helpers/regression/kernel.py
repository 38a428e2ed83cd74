"""nbval's kernel in a sandbox, with a watch over it: a dead kernel and a cell over its limit are noticed at once."""

from __future__ import annotations

import time
from pathlib import Path
from queue import Empty
from typing import Any

from nbclient.client import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, RunningKernel, start_new_kernel

from .sandbox import Sandbox

_SLICE = 0.2
_INTERRUPT_LIMIT = 5.0


class KernelDied(Exception):
    """The kernel's process has ended."""


class OverLimit(Exception):
    """A cell has not finished in time; it was interrupted."""


class WatchedKernel(RunningKernel):  # type: ignore[misc]
    """A kernel of the project's interpreter in `sandbox`."""

    def __init__(self, sandbox: Sandbox, startup_timeout: float) -> None:
        self._log = sandbox.home / "kernel.log"
        with self._log.open("w") as log:
            self.km, self.kc = start_new_kernel(
                startup_timeout=startup_timeout,
                kernel_name=CURRENT_ENV_KERNEL_NAME,
                stdout=log,
                stderr=log,
                cwd=str(sandbox.folder),
                env=sandbox.environment(),
            )
        self._ensure_iopub_up()

    @property
    def log(self) -> Path:
        """The file of what the kernel's process itself wrote (a crash report, say)."""
        return self._log

    def run(self, client: NotebookClient, number: int, limit: float) -> None:
        """Run cell `number` of the client's notebook; its outputs are put there as a front end would show them.

        That covers updates of a display and cleared outputs. Raises OverLimit after `limit` seconds, KernelDied.
        """
        cell = client.nb.cells[number]
        cell.outputs = []
        client.clear_before_next_output = False
        request = self.execute_cell_input(cell.source, allow_stdin=False)
        if self._follow(client, number, request, limit):
            return
        self.interrupt()
        if not self._follow(client, number, request, _INTERRUPT_LIMIT):
            self.stop()
        raise OverLimit

    def _follow(self, client: NotebookClient, number: int, request: str, limit: float) -> bool:
        """Put messages into the notebook until the cell is done; return False if it is not done after `limit` s."""
        deadline = time.monotonic() + limit
        while (left := deadline - time.monotonic()) > 0:
            message = self._next(min(left, _SLICE))
            if message is None or message["parent_header"].get("msg_id") != request:
                continue
            try:
                client.process_message(message, client.nb.cells[number], number)
            except CellExecutionComplete:
                return True
        return False

    def _next(self, limit: float) -> dict[str, Any] | None:
        try:
            message: dict[str, Any] = self.kc.get_iopub_msg(timeout=limit)
        except Empty:
            if not self.is_alive():
                raise KernelDied from None
            return None
        return message
