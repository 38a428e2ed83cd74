"""Ready to begin, or exactly what to repair."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from helpers import aws
from helpers.lab.catalogue import LabFiles
from helpers.lab.cleanup import clean_up
from helpers.lab.exercises import cannot_check
from helpers.show import Picture, Row, Shown, card
from helpers.show.status import GREEN, RED


@dataclass(frozen=True)
class Preflight(Shown):
    """What stands in the way of a lab (`repairs`, sentences) and what it finds already there (`notes`)."""

    title: str
    repairs: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        return not self.repairs

    def picture(self) -> Picture:
        rows = [Row("repair", list(self.repairs)), Row("note", list(self.notes))]
        if self.ready:
            return card(f"{self.title}: ready", rows, mark="✔", colour=GREEN)
        return card(f"{self.title}: not ready", rows, mark="✘", colour=RED)


def preflight(files: LabFiles) -> Preflight:
    """Look for the lab's programs, ask the cloud who we are, and count what an earlier run left."""
    repairs = [_missing(tool) for tool in files.manifest.tools if shutil.which(tool) is None]
    try:
        aws.client("sts").get_caller_identity()
    except Exception as problem:  # whatever it is, the learner gets a cause and a remedy
        found = cannot_check(problem)
        return Preflight(files.manifest.title, (*repairs, f"{found.reason} {found.repair}"))
    report = clean_up(files.slug, dry_run=True)
    repairs += [f"The cloud does not answer as it should: {problem}" for problem in report.problems]
    return Preflight(files.manifest.title, tuple(repairs), _left_over(len(report.found)))


def _missing(tool: str) -> str:
    return f"The program `{tool}` is not found. Install it, then open a new terminal; `workbook doctor` checks it."


def _left_over(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    things = "1 resource" if count == 1 else f"{count} resources"
    return (f"{things} of this lab are there from an earlier run: go on with them, or clean up first.",)
