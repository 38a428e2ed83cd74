"""A lab as the learner's notebook holds it: check, hint, solution, progress, opening, preflight, cleanup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from helpers import aws
from helpers.lab import boxes
from helpers.lab.catalogue import LabFiles
from helpers.lab.cleanup import CleanupReport, clean_up
from helpers.lab.exercises import Exercise
from helpers.lab.notebook import code_cells
from helpers.lab.outcome import CannotCheck, Outcome, Right
from helpers.lab.preflight import Preflight, preflight
from helpers.lab.progress import ExerciseRecord, Progress
from helpers.show import Picture, Row, Shown, card
from helpers.show.status import BLUE

LEVELS = ("point", "place", "plan")
TRIES_BEFORE_SOLUTION = 2


def utc_now() -> datetime:
    return datetime.now(UTC)


class Verdict(Shown):
    """The outcome of one exercise, as it is shown."""

    def __init__(self, exercise: Exercise, outcome: Outcome, notice: str = "") -> None:
        self.exercise, self.outcome, self.notice = exercise, outcome, notice

    @property
    def right(self) -> bool:
        return isinstance(self.outcome, Right)

    def picture(self) -> Picture:
        return self.outcome.picture_for(self.exercise.title, self.notice)


class Lab:
    """One lab for one learner. All methods return something that a notebook or a terminal shows."""

    def __init__(self, files: LabFiles, home: Path, now: Callable[[], datetime] = utc_now) -> None:
        self.files = files
        self._progress = Progress(home)
        self._now = now

    def opening(self) -> Picture:
        """Return the fixed box of a lab's first screen, from lab.toml."""
        return boxes.opening(self.files.manifest)

    def preflight(self) -> Preflight:
        """Return whether the lab can begin, or what to repair first."""
        return preflight(self.files)

    def check(self, name: str) -> Verdict:
        """Judge an exercise by the state of the cloud and remember it. Raises WorkbookError for a name it has not."""
        exercise = self._exercise(name)
        outcome = exercise.outcome()
        return Verdict(exercise, outcome, self._edit(name, lambda record: self._judged(record, outcome)))

    def hint(self, name: str) -> Picture:
        """Return the next hint: the point that the cloud's state makes just now, then the place, then the plan."""
        exercise = self._exercise(name)
        outcome = exercise.outcome()
        if isinstance(outcome, Right | CannotCheck):
            return outcome.picture_for(exercise.title)
        level = min(self._record(name).hints + 1, len(LEVELS))
        notice = self._edit(name, lambda record: setattr(record, "hints", level))
        said = (outcome.think_of, exercise.place, exercise.plan)[level - 1]
        rows = [Row("just now", outcome.seen_now), Row(LEVELS[level - 1], said), Row("note", notice)]
        return card(f"{exercise.title}: hint {level} of {len(LEVELS)}", rows, mark="?", colour=BLUE)

    def solution(self, name: str, *, anyway: bool = False) -> Picture:
        """Return one solution, after two tries or three hints, or `anyway`; that it was seen is remembered."""
        exercise, record = self._exercise(name), self._record(name)
        earned = record.solved or record.tries >= TRIES_BEFORE_SOLUTION or record.hints >= len(LEVELS)
        if not (earned or anyway):
            return boxes.solution_withheld(exercise, record)
        notice = self._edit(name, lambda record: setattr(record, "solution_seen", True))
        cells = [cell for cell in code_cells(self.files.notebook) if cell.exercise == name]
        return boxes.solution(exercise, [text for cell in cells for text in cell.solutions], notice)

    def progress(self) -> Picture:
        """Return the exercises of this lab and how far each is."""
        records = self._progress.read().lab(self.files.slug)
        return boxes.progress(self.files, records, self._progress.notice)

    def cleanup(self, *, dry_run: bool = False) -> CleanupReport:
        """Delete what the lab made, or with `dry_run` only list it; ends with a scan."""
        return clean_up(self.files.slug, dry_run=dry_run)

    def _exercise(self, name: str) -> Exercise:
        found = self.files.exercises.get(name)
        if found is None:
            names = ", ".join(self.files.exercises) or "none"
            raise aws.WorkbookError(f"{self.files.slug} has no exercise {name!r}. Its exercises are: {names}.")
        return found

    def _record(self, name: str) -> ExerciseRecord:
        return self._progress.read().lab(self.files.slug).exercise(name)

    def _edit(self, name: str, change: Callable[[ExerciseRecord], None]) -> str:
        """Change the record of an exercise and return what the learner must know about the file, or ''."""
        try:
            with self._progress.editing() as records:
                change(records.lab(self.files.slug).exercise(name))
        except OSError as problem:
            return f"Your progress could not be saved ({problem}); the verdict above holds all the same."
        return self._progress.notice

    def _judged(self, record: ExerciseRecord, outcome: Outcome) -> None:
        if isinstance(outcome, CannotCheck):
            return
        record.outcome = outcome.word
        record.tries += 1
        if isinstance(outcome, Right) and not record.solved:
            record.right_since = self._now().isoformat(timespec="seconds")
