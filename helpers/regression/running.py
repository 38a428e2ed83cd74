"""Runs notebooks side by side and writes the run folder."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from . import PROJECT, junit, page
from . import notebooks as all_notebooks
from .execution import CellRan, Ended, Job, execute
from .notebook import Notebook, RunError
from .parameters import check_declared, validated
from .progress import Progress
from .report import Failure, Report, Result, Status
from .sandbox import Sandbox

NOTEBOOK_LIMIT = 1800.0


def run_all(
    notebooks: Sequence[Path] | None,
    parameters: Mapping[str, object],
    workers: int,
    out: Path | None,
    cell_limit: float,
) -> Report:
    """See `helpers.regression.run`. On Ctrl-C what runs is ended and the report written; KeyboardInterrupt goes on."""
    chosen = _chosen(notebooks)
    given = validated(parameters)
    check_declared(given, chosen)
    if workers < 1:
        raise RunError(f"A run needs at least one worker; it was given {workers}.")
    folder = _run_folder(out)
    started, began = datetime.now(UTC).astimezone(), time.monotonic()
    pool = _Pool([_job(path, folder, given, cell_limit) for path in chosen], workers)
    report = Report(folder, pool.results, started, 0.0, given)
    try:
        with _terminate_as_interrupt():
            pool.run()
    finally:
        report = Report(folder, pool.results, started, time.monotonic() - began, given)
        junit.write(report, folder / "junit.xml")
        page.write(report, folder / "report.html")
    return report


def _chosen(notebooks: Sequence[Path] | None) -> list[Path]:
    chosen = all_notebooks() if notebooks is None else [Path(path).resolve() for path in notebooks]
    for path in chosen:
        if path.suffix != ".ipynb" or not path.is_file():
            raise RunError(f"{path} is no notebook; name a file that ends in .ipynb.")
    if len({path.stem for path in chosen}) < len(chosen):
        raise RunError("Two of the notebooks have the same name; run them one after the other.")
    if not chosen:
        raise RunError("There is no notebook to run.")
    return chosen


def _run_folder(out: Path | None) -> Path:
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        return out.resolve()
    stamp = datetime.now(UTC).astimezone().strftime("%Y-%m-%dT%H-%M-%S.%f")[:-3]
    folder = PROJECT / "runs" / stamp
    folder.mkdir(parents=True)
    return folder


def _job(path: Path, folder: Path, given: dict[str, object], cell_limit: float) -> Job:
    sandbox = Sandbox()
    executed, log = folder / path.name, folder / f"{path.stem}.log"
    return Job(path, executed, log, given, sandbox.home, sandbox.environment(), cell_limit)


@contextmanager
def _terminate_as_interrupt() -> Iterator[None]:
    """Let a polite kill (of a CI job, say) end a run as Ctrl-C does. Only the main thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _context() -> SpawnContext | ForkServerContext:
    """Return how processes are made: forked from one that has papermill imported already, where there is fork."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([execute.__module__])
    return context


class _Running:
    """A job in its process."""

    def __init__(self, job: Job) -> None:
        context = _context()
        self.job, self.cells, self.ran, self.began = job, len(Notebook.read(job.notebook).code), 0, time.monotonic()
        self.hears, said = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(target=execute, args=(job, said))
        self.process.start()
        said.close()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def result(self, ended: Ended) -> Result:
        return self._result("failed" if ended.failure else "passed", ended.seconds, ended.failure)

    def died(self) -> Result:
        self.process.join(5)
        why = f"The process that executed the notebook ended with code {self.process.exitcode}."
        return self._result("failed", self.seconds, Failure("WorkerDied", why))

    def overdue(self) -> Result:
        why = f"The notebook has not finished within {NOTEBOOK_LIMIT:g} s and was ended."
        return self._result("failed", self.seconds, Failure("NotebookTimeout", why))

    def stopped(self) -> Result:
        return self._result("stopped", self.seconds, None)

    def _result(self, status: Status, seconds: float, failure: Failure | None) -> Result:
        job = self.job
        executed = job.executed if job.executed.exists() else None
        logs = tuple(log for log in (job.log, job.log.with_suffix(".cloud.log")) if log.exists())
        return Result(job.notebook, status, seconds, self.cells, self.ran, executed, failure, logs)

    def end(self) -> None:
        """End the process and everything in its sandbox, whatever state they are in."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join(10)
        self.hears.close()
        Sandbox(self.job.home).close()


class _Pool:
    """Runs jobs, at most `workers` at once."""

    def __init__(self, jobs: list[Job], workers: int) -> None:
        self._waiting, self._workers = list(jobs), workers
        self._running: dict[Connection, _Running] = {}
        self.results: list[Result] = []

    def run(self) -> None:
        cells = sum(len(Notebook.read(job.notebook).code) for job in self._waiting)
        self._progress = Progress(cells)
        try:
            while self._waiting or self._running:
                self._start()
                self._listen()
        finally:
            self._stop()
            self._progress.close()
            self.results.sort(key=lambda result: result.notebook.name)

    def _start(self) -> None:
        while self._waiting and len(self._running) < self._workers:
            running = _Running(self._waiting.pop(0))
            self._running[running.hears] = running
            self._progress.started(running.job.notebook.stem)

    def _listen(self) -> None:
        for connection in wait(list(self._running), timeout=1.0):
            self._hear(self._running[connection])  # type: ignore[index]
        for running in list(self._running.values()):
            if running.seconds > NOTEBOOK_LIMIT:
                self._finish(running, running.overdue())

    def _hear(self, running: _Running) -> None:
        try:
            said = running.hears.recv()
        except EOFError:
            self._finish(running, running.died())
            return
        if isinstance(said, CellRan):
            running.ran += 1
            self._progress.cell()
        else:
            self._finish(running, running.result(said))

    def _finish(self, running: _Running, result: Result) -> None:
        del self._running[running.hears]
        running.end()
        self.results.append(result)
        self._progress.finished(result)

    def _stop(self) -> None:
        for running in list(self._running.values()):
            self._finish(running, running.stopped())
        for job in self._waiting:
            Sandbox(job.home).close()
            self.results.append(Result(job.notebook, "stopped", 0.0, len(Notebook.read(job.notebook).code), 0))
        self._waiting.clear()
