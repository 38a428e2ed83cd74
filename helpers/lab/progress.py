"""What a learner has done, in one file that a person can read: `progress.json`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from helpers.lab.filelock import locked

FILE = "progress.json"


@dataclass
class ExerciseRecord:
    """One exercise: the last outcome's word, checks made, hints taken, and when it was first right (ISO, UTC)."""

    outcome: str = "not attempted"
    tries: int = 0
    hints: int = 0
    solution_seen: bool = False
    right_since: str | None = None

    @property
    def solved(self) -> bool:
        return self.right_since is not None


@dataclass
class LabRecord:
    """One lab: when it was started (ISO, UTC) and its exercises by name."""

    started: str | None = None
    exercises: dict[str, ExerciseRecord] = field(default_factory=dict)

    def exercise(self, name: str) -> ExerciseRecord:
        """Return the record of an exercise, begun if there is none."""
        return self.exercises.setdefault(name, ExerciseRecord())


@dataclass
class Records:
    """The whole file: labs by slug."""

    labs: dict[str, LabRecord] = field(default_factory=dict)

    def lab(self, slug: str) -> LabRecord:
        """Return the record of a lab, begun if there is none."""
        return self.labs.setdefault(slug, LabRecord())


class Progress:
    """The progress file of a home folder; every change is read-modify-write under a lock.

    `notice` is a sentence for the learner when the file could not be read or written, else ''.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self.notice = ""

    def read(self) -> Records:
        """Return what the file holds; a corrupt file is kept aside, said so in `notice`, and begun anew."""
        if not self.path.exists():
            return Records()
        with self._lock():
            return self._load()

    @contextmanager
    def editing(self) -> Iterator[Records]:
        """Yield the records and save them when the block has ended well."""
        with self._lock():
            records = self._load()
            yield records
            self._save(records)

    def _lock(self) -> AbstractContextManager[None]:
        return locked(self.path.with_suffix(".json.lock"))

    def _load(self) -> Records:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Records)
        except FileNotFoundError:
            return Records()
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            return self._put_aside(problem)

    def _put_aside(self, problem: Exception) -> Records:
        number = 1
        while (aside := self.path.with_name(f"{FILE}.corrupt-{number}")).exists():
            number += 1
        self.path.replace(aside)
        self.notice = f"{FILE} could not be read ({problem}). It is kept as {aside.name}; a new one has been begun."
        return Records()

    def _save(self, records: Records) -> None:
        text = msgspec.json.format(msgspec.json.encode(records), indent=2) + b"\n"
        temporary = self.path.with_name(f".{FILE}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(self.path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable; Windows cannot open a folder and needs no such step."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
