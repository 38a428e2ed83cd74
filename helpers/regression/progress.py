"""Shows how a run gets on: a bar on a terminal, a line a notebook anywhere else."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from tqdm import tqdm  # type: ignore[import-untyped]

from .report import Result


class Progress:
    """Counts code cells over all notebooks, because notebooks differ in length."""

    def __init__(self, cells: int, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._running: list[str] = []
        self._bar = self._make_bar(cells) if self._stream.isatty() else None

    def _make_bar(self, cells: int) -> Any:
        return tqdm(total=cells, unit="cell", file=self._stream, dynamic_ncols=True)

    def started(self, name: str) -> None:
        self._running.append(name)
        self._show()
        if self._bar is None:
            self._line(f"{name}: started")

    def cell(self) -> None:
        if self._bar is not None:
            self._bar.update(1)

    def finished(self, result: Result) -> None:
        name = result.notebook.stem
        self._running = [running for running in self._running if running != name]
        self._show()
        why = f" - {result.failure.sentence.splitlines()[0]}" if result.failure else ""
        self._line(f"{name}: {result.status} in {result.seconds:.1f} s, {result.ran} of {result.cells} cells{why}")

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def _show(self) -> None:
        if self._bar is not None:
            self._bar.set_description(", ".join(self._running))

    def _line(self, text: str) -> None:
        if self._bar is not None:
            self._bar.write(text, file=self._stream)
        else:
            print(text, file=self._stream, flush=True)
