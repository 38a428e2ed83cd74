"""Executes one notebook by papermill, in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

import papermill
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from .report import Failure, plain
from .sandbox import Sandbox

ENGINE = "workbook"
START_LIMIT = 60


@dataclass(frozen=True)
class Job:
    """One notebook to execute: where from, where to, with what, and in which sandbox. Limits are seconds."""

    notebook: Path
    executed: Path
    log: Path
    parameters: dict[str, object]
    home: Path
    environment: dict[str, str]
    cell_limit: float


@dataclass(frozen=True)
class CellRan:
    """A code cell of the job is done."""


@dataclass(frozen=True)
class Ended:
    """The job is done; `failure` is None if every cell ran well."""

    seconds: float
    failure: Failure | None


def execute(job: Job, said: Connection) -> None:
    """Execute `job` and tell `said` of every cell (CellRan) and of the end (Ended). Leaves no kernel and no cloud."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    os.environ.update(job.environment)
    sandbox = Sandbox(job.home)
    began = time.monotonic()
    try:
        failure = _failure_of(job, sandbox, lambda: said.send(CellRan()))
        if failure and sandbox.cloud_log.exists():
            job.log.with_suffix(".cloud.log").write_bytes(sandbox.cloud_log.read_bytes())
    finally:
        seconds = time.monotonic() - began
        sandbox.close()
    said.send(Ended(seconds, failure))


def _failure_of(job: Job, sandbox: Sandbox, ran: Callable[[], None]) -> Failure | None:
    try:
        with job.log.open("w", encoding="utf-8") as log:
            _papermill(job, sandbox, ran, log)
    except PapermillExecutionError as error:
        trace = plain("\n".join(error.traceback))
        return Failure(error.ename, plain(error.evalue), error.exec_count, error.source, trace)
    except Exception as error:
        return Failure(type(error).__name__, f"The notebook could not be executed. {error}")
    job.log.unlink()
    return None


def _papermill(job: Job, sandbox: Sandbox, ran: Callable[[], None], log: IO[str]) -> None:
    papermill_engines.register(ENGINE, _Engine)
    papermill.execute_notebook(
        _literal(job.notebook),
        _literal(job.executed),
        parameters=job.parameters,
        engine_name=ENGINE,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        start_timeout=START_LIMIT,
        execution_timeout=job.cell_limit,
        kernel={"env": job.environment, "cwd": str(sandbox.folder), "stdout": log, "stderr": log},
        ran=ran,
    )


def _literal(path: Path) -> str:
    """Return `path` so that papermill, which formats paths with the parameters, leaves it as it is."""
    return str(path).replace("{", "{{").replace("}", "}}")


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine, with a kernel in the sandbox and our client."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **settings: Any) -> Any:
        client = _Client(
            nb_man,
            kernel_name=kernel_name,
            timeout=settings["execution_timeout"],
            startup_timeout=settings["start_timeout"],
            shutdown_kernel="immediate",
            log=logging.getLogger("papermill"),
        )
        client.ran = settings["ran"]
        return client.execute(**settings["kernel"])


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """A client for which a cell over its limit and a dead kernel are failures of that cell, as an exception is."""

    ran: Callable[[], None]

    def execute(self, **kernel: Any) -> Any:
        if sys.platform == "win32":
            asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
        self.reset_execution_trackers()
        with self.setup_kernel(**kernel):
            self.papermill_execute_cells()
            self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, **settings: Any) -> Any:
        try:
            return super().execute_cell(cell, cell_index, **settings)
        except CellTimeoutError:
            _fail(cell, "CellTimeout", f"The cell has not finished within {self.timeout:g} s; its kernel was ended.")
        except DeadKernelError:
            cell.execution_count = self.code_cells_executed
            _fail(cell, "KernelDied", "The kernel died while it ran this cell; the notebook's log may say why.")
        finally:
            if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", []):
                self.ran()
        return cell


def _fail(cell: Any, name: str, message: str) -> None:
    content = {"ename": name, "evalue": message, "traceback": []}
    cell.outputs.append(NotebookNode(output_type="error", **content))  # type: ignore[no-untyped-call]
    raise CellExecutionError(message, name, message) from None
