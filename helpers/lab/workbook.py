"""What `workbook start | next | status | check | reset LAB` do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from helpers import aws
from helpers.lab.catalogue import Catalogue, LabFiles, catalogue
from helpers.lab.cleanup import CleanupReport, clean_up
from helpers.lab.desk import Lab, Verdict, utc_now
from helpers.lab.notebook import learners_copy
from helpers.lab.progress import LabRecord, Progress, Records
from helpers.show import Picture, Row, Shown, card
from helpers.show.status import AMBER, GREEN, GREY, RED


@dataclass(frozen=True)
class Started(Shown):
    """The learner's copy at `path`; `made` is False when it was there and has been left as it is."""

    path: Path
    made: bool
    slug: str

    def picture(self) -> Picture:
        if self.made:
            return card(f"{self.path.name} is ready", [Row("open", str(self.path))], mark="✔", colour=GREEN)
        again = f"`workbook reset {self.slug}` moves your copy aside and begins anew."
        rows = [Row("open", str(self.path)), Row("begin anew", again)]
        return card(f"{self.path.name} is there already, with your work: left as it is", rows, mark="…", colour=AMBER)


@dataclass(frozen=True)
class Reset(Shown):
    """A lab begun anew: where the learner's old copy went (None if there was none), and what the cleanup found."""

    slug: str
    kept: Path | None
    cleanup: CleanupReport

    def picture(self) -> Picture:
        cleaned = self.cleanup.clean
        kept = f"your copy is kept as {self.kept.name}" if self.kept else "there was no copy of yours"
        deleted = f"{len(self.cleanup.found)} found, {len(self.cleanup.left)} left"
        rows = [
            Row("notebook", kept),
            Row("cloud", deleted),
            Row("problems", list(self.cleanup.problems)),
            Row("next", f"`workbook start {self.slug}`"),
        ]
        headline = f"{self.slug}: reset" if cleaned else f"{self.slug}: reset, but not all is deleted. Run it again"
        return card(headline, rows, mark="✔" if cleaned else "✘", colour=GREEN if cleaned else RED)


@dataclass(frozen=True)
class Workbook:
    """The labs and one learner's home folder."""

    labs: Catalogue
    home: Path
    now: Callable[[], datetime] = utc_now

    def lab(self, slug: str) -> Lab:
        """Return the lab called `slug`. Raises WorkbookError if there is none."""
        return Lab(self.labs.find(slug), self.home, self.now)

    def start(self, slug: str) -> Started:
        """Copy a lab's notebook to the home folder with the solutions cut out; a copy that is there stays."""
        files = self.labs.find(slug)
        copy = self._copy(files)
        made = _write_new(copy, learners_copy(files.notebook))
        with Progress(self.home).editing() as records:
            record = records.lab(slug)
            record.started = record.started or self._stamp()
        return Started(copy, made, slug)

    def reset(self, slug: str) -> Reset:
        """Move the learner's copy aside, forget the lab's progress and delete what it made in the cloud."""
        files = self.labs.find(slug)
        cleanup = clean_up(slug)
        kept = self._move_aside(self._copy(files))
        with Progress(self.home).editing() as records:
            records.labs.pop(slug, None)
        return Reset(slug, kept, cleanup)

    def check(self, slug: str, exercise: str | None = None) -> list[Verdict]:
        """Judge one exercise of a lab, or all of them in order."""
        lab = self.lab(slug)
        return [lab.check(name) for name in ([exercise] if exercise else lab.files.exercises)]

    def next_exercise(self) -> Picture:
        """Return the first exercise of the course that is not right yet, and how to go on."""
        records = Progress(self.home).read()
        for files in self.labs.labs():
            record = records.lab(files.slug)
            for name, exercise in files.exercises.items():
                if not record.exercise(name).solved:
                    return self._next_box(files, name, exercise.title)
        return card("Every exercise is right", [Row("", "There is nothing left to do.")], mark="✔", colour=GREEN)

    def status(self) -> Picture:
        """Return the labs of the course, how far each is, and what is next."""
        progress = Progress(self.home)
        records = progress.read()
        lines = [_lab_line(files, records) for files in self.labs.labs()]
        rows = [Row("", lines or ["there are no labs"]), Row("note", progress.notice)]
        return card("Your workbook", rows, mark="▶", colour=GREY)

    def _next_box(self, files: LabFiles, name: str, title: str) -> Picture:
        copy = self._copy(files)
        how = f"open {copy}" if copy.exists() else f"`workbook start {files.slug}`"
        rows = [Row("lab", files.manifest.title), Row("how", how), Row("then", f"`workbook check {files.slug} {name}`")]
        return card(f"Next: {title}", rows, mark="▶", colour=GREY)

    def _copy(self, files: LabFiles) -> Path:
        return self.home / files.notebook.name

    def _move_aside(self, copy: Path) -> Path | None:
        if not copy.exists():
            return None
        kept = copy.with_name(f"{copy.stem}.{self.now().strftime('%Y%m%dT%H%M%S%f')}.bak.ipynb")
        return copy.rename(kept)

    def _stamp(self) -> str:
        return self.now().isoformat(timespec="seconds")


def _write_new(path: Path, text: str) -> bool:
    """Write `path` in one step unless it is there; return whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return False
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    try:
        os.link(temporary, path)  # unlike a rename, it fails if another process was faster
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _lab_line(files: LabFiles, records: Records) -> str:
    record = records.labs.get(files.slug, LabRecord())
    solved, total = sum(record.exercise(name).solved for name in files.exercises), len(files.exercises)
    done = total > 0 and solved == total
    mark, word = ("✔", "done") if done else ("▶", "begun") if record.started or solved else ("○", "not started")
    title = f"{files.manifest.number:02d} {files.slug}: {files.manifest.title} ({files.manifest.minutes} min)"
    return f"{mark} {title}: {word}, {solved} of {total}"


def workbook() -> Workbook:
    """Return the labs of this project for the present learner."""
    return Workbook(catalogue(), aws.home())


def lab(slug: str) -> Lab:
    """Return a lab for a notebook: `L = lab("pipeline")`. Raises WorkbookError if there is none."""
    return workbook().lab(slug)


def start(slug: str) -> Started:
    """Make the learner's copy of a lab's notebook; see `Workbook.start`."""
    return workbook().start(slug)


def reset(slug: str) -> Reset:
    """Begin a lab anew; see `Workbook.reset`."""
    return workbook().reset(slug)


def check(slug: str, exercise: str | None = None) -> list[Verdict]:
    """Judge one exercise of a lab, or all of them."""
    return workbook().check(slug, exercise)


def next_exercise() -> Picture:
    """Return what to do next."""
    return workbook().next_exercise()


def status_text() -> str:
    """Return the state of all labs as text."""
    return workbook().status().text


def labs() -> Iterable[str]:
    """Return the slugs of all labs in the order of the course."""
    return catalogue().slugs()
