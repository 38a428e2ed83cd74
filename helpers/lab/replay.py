"""One run through a lab's cells for the proof, in a process of its own: `python -m helpers.lab.replay ...`."""

from __future__ import annotations

import contextlib
import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from helpers.lab.catalogue import Catalogue, LabFiles
from helpers.lab.cleanup import everything
from helpers.lab.finding import Finding
from helpers.lab.notebook import Cell, code_cells
from helpers.lab.outcome import CannotCheck, NotAttempted, Outcome, Right, Wrong
from helpers.lab.wrong_answer import WrongAnswer, wrong_answers


class CellFailed(Exception):
    """A cell raised an exception; what follows cannot be judged."""


class Replay:
    """The cells of one lab, run one by one; `findings` is what came to light."""

    def __init__(self, files: LabFiles) -> None:
        self.files = files
        self.cells = code_cells(files.notebook)
        self.findings: list[Finding] = []
        self._names: dict[str, Any] = {"__name__": "__main__", "display": print}

    def solved(self) -> None:
        """Run the notebook as its author wrote it; judge starter, wrong answers and solution on the way."""
        before = everything()
        for number, cell in enumerate(self.cells):
            if cell.exercise and self._first(cell.exercise) == number:
                self._judge_unsolved(cell)
            self._run(cell, cell.source)
            if cell.exercise and self._last(cell.exercise) == number:
                self._expect(cell.exercise, "its solution is right", self._outcome(cell.exercise), Right)
        self._same_state("after the solved notebook", before)

    def fresh(self) -> None:
        """Run the learner's copy as it is: nothing may raise, and nothing may count as attempted."""
        before = everything()
        for cell in self.cells:
            self._run(cell, cell.starter)
        for name in self.files.exercises:
            self._expect(name, "a fresh copy is not attempted", self._outcome(name), NotAttempted)
        self._same_state("after a fresh copy", before)

    def wrong(self, answer: WrongAnswer) -> None:
        """Solve all that comes before, give the wrong answer, judge the verdict."""
        for cell in self.cells[: self._first(answer.exercise)]:
            self._run(cell, cell.source)
        self._judge_wrong(answer)

    def _judge_unsolved(self, cell: Cell) -> None:
        self._run(cell, cell.starter)
        start = self._outcome(cell.exercise)
        self._expect(cell.exercise, "its starter is not attempted", start, NotAttempted)
        for answer in wrong_answers(self.files):
            if answer.exercise == cell.exercise and answer.undo is not None:
                self._judge_wrong(answer)
                answer.undo()
                self._expect(cell.exercise, f"{answer.name} can be undone", self._outcome(cell.exercise), type(start))

    def _judge_wrong(self, answer: WrongAnswer) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            answer.apply()
        outcome = self._outcome(answer.exercise)
        claim = f"{answer.name} is rejected with its own message"
        self._expect(answer.exercise, claim, outcome, Wrong, answer.message)

    def _expect(self, exercise: str, claim: str, outcome: Outcome, kind: type[Outcome], message: str = "") -> None:
        holds = isinstance(outcome, kind) and message in _told(outcome)
        wanted = f", wanted {message!r}" if message else ""
        self.findings.append(
            Finding(exercise, claim, holds, "" if holds else f"{outcome.word}: {_told(outcome)}{wanted}")
        )

    def _same_state(self, when: str, before: frozenset[Any]) -> None:
        changed = sorted(str(each) for each in everything() ^ before)
        claim = f"the cloud {when} is as it was before"
        self.findings.append(Finding("", claim, not changed, f"different: {', '.join(changed)}"))

    def _run(self, cell: Cell, source: str) -> None:
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                exec(compile(source, f"{self.files.notebook.name}:{cell.id}", "exec"), self._names)
        except Exception:
            tail = said.getvalue()[-500:] + traceback.format_exc()[-1500:]
            raise CellFailed(f"cell {cell.id} failed: {tail}") from None

    def _outcome(self, name: str) -> Outcome:
        return self.files.exercises[name].outcome()

    def _first(self, exercise: str) -> int:
        return next(number for number, cell in enumerate(self.cells) if cell.exercise == exercise)

    def _last(self, exercise: str) -> int:
        return max(number for number, cell in enumerate(self.cells) if cell.exercise == exercise)


def _told(outcome: Outcome) -> str:
    trace = f" {outcome.trace}" if isinstance(outcome, CannotCheck) else ""
    return " ".join(text for row in outcome.rows() for text in row.items) + trace


def replay(files: LabFiles, job: Sequence[str]) -> list[Finding]:
    """Do one job, ["solved"], ["fresh"] or ["wrong", name], and return what was found."""
    run = Replay(files)
    try:
        if job[0] == "wrong":
            run.wrong(next(each for each in wrong_answers(files) if each.name == job[1]))
        else:
            {"solved": run.solved, "fresh": run.fresh}[job[0]]()
    except CellFailed as problem:
        run.findings.append(Finding("", f"its cells run ({' '.join(job)})", False, str(problem)))
    return run.findings


def main(root: str, slug: str, report: str, *job: str) -> None:
    """Replay a lab and write the findings to the file `report` as JSON."""
    found = replay(Catalogue(Path(root)).find(slug), job)
    Path(report).write_bytes(msgspec.json.encode(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
