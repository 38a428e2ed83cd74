"""Cleanup of a lab: list first, delete in order, scan again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from helpers.lab.cleaners import CLEANERS, Cleaner, Owner
from helpers.lab.exercises import cannot_check
from helpers.show import Picture, Row, Shown, card
from helpers.show.status import AMBER, GREEN, RED

T = TypeVar("T")


@dataclass(frozen=True)
class Resource:
    """Something that a lab made."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} `{self.name}`"


@dataclass(frozen=True)
class CleanupReport(Shown):
    """What was found, deleted and left; `problems` says why something is left or could not be looked for."""

    lab: str
    dry_run: bool
    found: tuple[Resource, ...]
    left: tuple[Resource, ...]
    problems: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        return not self.left and not self.problems

    def picture(self) -> Picture:
        problems = Row("problems", list(self.problems))
        if self.dry_run:
            rows = [Row("would delete", [str(each) for each in self.found]), problems]
            return card(f"{self.lab}: {len(self.found)} to delete, nothing deleted yet", rows, mark="○", colour=AMBER)
        deleted = [str(each) for each in self.found if each not in self.left]
        rows = [Row("deleted", deleted), Row("left", [str(each) for each in self.left]), problems]
        if self.clean:
            return card(f"{self.lab}: 0 left", rows, mark="✔", colour=GREEN)
        count = f"{len(self.left)} left" if self.left else "not everything could be looked for"
        return card(f"{self.lab}: {count}. Run the cleanup again", rows, mark="✘", colour=RED)


def clean_up(lab: str, *, dry_run: bool = False, cleaners: Sequence[Cleaner] = CLEANERS) -> CleanupReport:
    """Delete what `lab` made for the present learner, or only list it; safe to call at any time and again.

    A kind that fails does not keep the others from being deleted; the report says what is left and why.
    """
    owner, problems = Owner.of(lab), list[str]()
    found = _scan(owner, cleaners, problems)
    if dry_run:
        return CleanupReport(lab, True, tuple(found), tuple(found), tuple(problems))
    by_kind = {cleaner.kind: cleaner for cleaner in cleaners}
    for each in found:
        _attempt(partial(by_kind[each.kind].delete, each.name), str(each), problems)
    left = _scan(owner, cleaners, scan_problems := list[str]())
    told = problems if left else scan_problems
    return CleanupReport(lab, False, tuple(found), tuple(left), tuple(dict.fromkeys(told)))


def _scan(owner: Owner, cleaners: Sequence[Cleaner], problems: list[str]) -> list[Resource]:
    found: list[Resource] = []
    for cleaner in cleaners:
        names = _attempt(partial(cleaner.find, owner), f"list of {cleaner.kind}s", problems)
        found += [Resource(cleaner.kind, name) for name in names or ()]
    return found


def _attempt(action: Callable[[], T], what: str, problems: list[str]) -> T | None:
    try:
        return action()
    except Exception as problem:  # a cleanup goes on: each failure becomes a line of its report
        problems.append(f"{what}: {cannot_check(problem).reason}")
        return None


def everything(cleaners: Sequence[Cleaner] = CLEANERS) -> frozenset[Resource]:
    """Return all resources of the account and region, whoever made them: equal snapshots mean an equal state."""
    return frozenset(Resource(cleaner.kind, name) for cleaner in cleaners for name in cleaner.names())
