"""The fixed boxes of a lab: opening, progress, solution."""

from __future__ import annotations

from helpers.lab.catalogue import LabFiles, Manifest
from helpers.lab.exercises import Exercise
from helpers.lab.outcome import NotAttempted, Right, Wrong
from helpers.lab.progress import ExerciseRecord, LabRecord
from helpers.show import Picture, Row, card
from helpers.show.status import AMBER, BLUE, GREEN, GREY

MARKS = {kind.word: kind.mark for kind in (NotAttempted, Wrong, Right)}


def opening(manifest: Manifest) -> Picture:
    """Return the box at the top of a lab."""
    cost = manifest.cost
    price = (
        f"about ${cost.forecast_usd:.2f} on AWS, meant to stay under ${cost.cap_usd:.2f}; nothing in the local cloud"
    )
    rows = [
        Row("you will", manifest.does),
        Row("needs", manifest.needs),
        Row("time", f"{manifest.minutes} minutes"),
        Row("cost", f"{price}. {cost.note}".strip() if cost.note else price),
        Row("creates", manifest.creates),
        Row("removed by", "the cleanup at the end of the notebook: it lists first, then deletes, then looks again"),
        Row("real", manifest.fidelity.real),
        Row("modelled", manifest.fidelity.modelled or ["nothing"]),
    ]
    return card(manifest.title, rows, mark="▶", colour=BLUE)


def progress(files: LabFiles, records: LabRecord, notice: str) -> Picture:
    """Return how far each exercise of a lab is."""
    solved = sum(records.exercise(name).solved for name in files.exercises)
    total = len(files.exercises)
    lines = [_line(exercise, records.exercise(name)) for name, exercise in files.exercises.items()]
    done = solved == total
    headline = f"{files.manifest.title}: {solved} of {total} exercises right"
    mark, colour = ("✔", GREEN) if done else ("…", GREY)
    return card(headline, [Row("", lines), Row("note", notice)], mark=mark, colour=colour)


def _line(exercise: Exercise, record: ExerciseRecord) -> str:
    word = Right.word if record.solved else record.outcome
    used = [
        *([_count(record.tries, "try", "tries")] if record.tries else []),
        *([_count(record.hints, "hint", "hints")] if record.hints else []),
        *(["solution seen"] if record.solution_seen else []),
    ]
    told = f" ({', '.join(used)})" if used else ""
    return f"{MARKS.get(word, '·')} {exercise.title}: {word}{told}"


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def solution(exercise: Exercise, parts: list[str], notice: str) -> Picture:
    """Return one solution of an exercise as code."""
    code = "\n\n".join(parts) or "# This exercise has no written solution."
    rows = [Row("one way", code, code=True), Row("", "Yours may differ and be as right."), Row("note", notice)]
    return card(f"{exercise.title}: a solution", rows, mark="!", colour=AMBER)


def solution_withheld(exercise: Exercise, record: ExerciseRecord) -> Picture:
    """Return why the solution is not shown yet, and how to get it."""
    rows = [
        Row("so far", f"{_count(record.tries, 'try', 'tries')}, {_count(record.hints, 'hint', 'hints')}"),
        Row("first", f'two tries or three hints: `L.check("{exercise.name}")`, `L.hint("{exercise.name}")`'),
        Row("or", f'on purpose: `L.solution("{exercise.name}", anyway=True)`'),
    ]
    return card(f"{exercise.title}: the solution can wait", rows, mark="…", colour=BLUE)
