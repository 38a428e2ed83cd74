"""The author's proof of a lab, for CI.

For every exercise: the starter is not attempted, the solution is right, each wrong answer is rejected with its own
message; a fresh copy runs through without revealing or crashing; and the lab leaves the cloud as it found it.

One replay of the solved notebook proves starters, solutions and the wrong answers that can be undone; one of the
learner's copy proves the fresh copy; every other wrong answer has a replay of its own. Each replay runs in a process,
an account and a local cloud of its own, two at a time.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import msgspec

from helpers.lab.catalogue import PROJECT, Catalogue, LabFiles
from helpers.lab.finding import Finding, Proof
from helpers.lab.notebook import code_cells
from helpers.lab.wrong_answer import WrongAnswer, wrong_answers
from helpers.regression.sandbox import Sandbox

SIDE_BY_SIDE = 2
LIMIT = 600.0
"""Seconds for one replay."""


def prove(slug: str, root: Path = PROJECT) -> Proof:
    """Prove the lab `slug` of the project at `root`; what cannot even be run is a finding, too."""
    files = Catalogue(root).find(slug)
    answers = wrong_answers(files)
    written = list(_written(files, answers))
    if not all(finding.holds for finding in written):
        return Proof(slug, written)
    jobs = [["solved"], ["fresh"], *(["wrong", each.name] for each in answers if each.undo is None)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        replayed = list(pool.map(partial(_replay, slug, root), jobs))
    return Proof(slug, [*written, *(finding for findings in replayed for finding in findings)])


def _written(files: LabFiles, answers: Sequence[WrongAnswer]) -> Iterator[Finding]:
    """Yield what can be judged by reading: each exercise has a solution, hints and a wrong answer."""
    solutions = {
        name: [part for cell in code_cells(files.notebook) if cell.exercise == name for part in cell.solutions]
        for name in files.exercises
    }
    answered = {each.exercise for each in answers}
    for name, exercise in files.exercises.items():
        yield Finding(
            name, "has a solution in the notebook", bool(solutions[name]), f"no cell is tagged exercise:{name}"
        )
        yield Finding(name, "has a wrong answer", name in answered, f"none of labs/{files.slug}/wrong answers it")
        yield Finding(name, "has a second and a third hint", bool(exercise.place and exercise.plan), "one is empty")
        given = _given_away(solutions[name], exercise.place + "\n" + exercise.plan)
        yield Finding(name, "has hints that do not give the answer away", not given, f"a hint holds {given!r}")
    for stray in sorted(answered - set(files.exercises)):
        yield Finding(stray, "is an exercise of the lab", False, "a wrong answer names it")


def _given_away(solutions: Sequence[str], hints: str) -> str:
    lines = [line.strip() for part in solutions for line in part.split("\n")]
    return next((line for line in lines if len(line) > 15 and line in hints), "")


def _replay(slug: str, root: Path, job: Sequence[str]) -> list[Finding]:
    sandbox = Sandbox()
    try:
        return _run(slug, root, job, sandbox)
    finally:
        sandbox.close()


def _run(slug: str, root: Path, job: Sequence[str], sandbox: Sandbox) -> list[Finding]:
    report = sandbox.home / "findings.json"
    command = [sys.executable, "-m", "helpers.lab.replay", str(root), slug, str(report), *job]
    claim = f"its {' '.join(job)} replay ends"
    log = sandbox.home / "replay.log"
    try:
        with log.open("w") as said:
            subprocess.run(
                command, cwd=sandbox.folder, env=sandbox.environment(), stdout=said, stderr=said, timeout=LIMIT
            )
        return msgspec.json.decode(report.read_bytes(), type=list[Finding])
    except subprocess.TimeoutExpired:
        return [Finding("", claim, False, f"not within {LIMIT:.0f} s: {_tail(log)}")]
    except FileNotFoundError:
        return [Finding("", claim, False, _tail(log))]


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def main(slugs: Sequence[str]) -> int:
    """Prove the labs named, or all; return 0 if every claim holds."""
    proofs = [prove(slug) for slug in slugs or Catalogue(PROJECT).slugs()]
    for proof in proofs:
        print(proof)
    return 0 if all(proof.holds for proof in proofs) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
