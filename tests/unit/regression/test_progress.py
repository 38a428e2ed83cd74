"""How a run tells that it gets on."""

from __future__ import annotations

import io
from pathlib import Path

from helpers.regression.progress import Progress
from helpers.regression.report import Failure, Result


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def tell(stream: io.StringIO) -> str:
    progress = Progress(4, stream)
    progress.started("05_pipeline")
    for _ in range(4):
        progress.cell()
    failure = Failure("KeyError", "'a'\nsecond line", 3)
    progress.finished(Result(Path("05_pipeline.ipynb"), "failed", 1.25, 5, 4, failure=failure))
    progress.close()
    return stream.getvalue()


def test_a_terminal_gets_a_bar_over_all_cells() -> None:
    said = tell(Terminal())
    assert "4/4" in said
    assert "05_pipeline: failed in 1.2 s, 4 of 5 cells - In [3]: KeyError: 'a'" in said


def test_anything_else_gets_plain_lines() -> None:
    assert tell(io.StringIO()).splitlines() == [
        "05_pipeline: started",
        "05_pipeline: failed in 1.2 s, 4 of 5 cells - In [3]: KeyError: 'a'",
    ]
