"""A plausible wrong answer, labs/<slug>/wrong/<name>.py:

EXERCISE = "buildspec"               # the exercise it answers
MESSAGE = "no artifacts section"     # what the verdict must say, word for word

def apply() -> None: ...             # does the wrong thing, where all earlier exercises are solved
def undo() -> None: ...              # optional: takes it back, which saves the proof a run of its own
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from helpers import aws
from helpers.lab.catalogue import LabFiles, load


@dataclass(frozen=True)
class WrongAnswer:
    """One file of labs/<slug>/wrong."""

    name: str
    exercise: str
    message: str
    apply: Callable[[], None]
    undo: Callable[[], None] | None


def wrong_answers(files: LabFiles) -> list[WrongAnswer]:
    """Return the wrong answers of a lab by file name. Raises WorkbookError that names a file that lacks something."""
    return [_read(path, files.slug) for path in files.wrong_answers]


def _read(path: Path, slug: str) -> WrongAnswer:
    module = load(path, f"labs.{slug}.wrong.{path.stem}")
    missing = [name for name in ("EXERCISE", "MESSAGE", "apply") if not getattr(module, name, None)]
    if missing:
        raise aws.WorkbookError(f"labs/{slug}/wrong/{path.name} lacks {', '.join(missing)}.")
    return WrongAnswer(path.stem, module.EXERCISE, module.MESSAGE, module.apply, getattr(module, "undo", None))
