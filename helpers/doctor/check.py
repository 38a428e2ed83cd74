"""What a check found, and how that reads in a notebook and in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from helpers.show.card import Row, card
from helpers.show.picture import Picture, Shown
from helpers.show.status import AMBER, GREEN, RED

State = Literal["ok", "warning", "problem"]

_MARKS: dict[State, str] = {"ok": "✔", "warning": "!", "problem": "✘"}


@dataclass(frozen=True)
class Check:
    """One finding: what was seen and, unless it is ok, why it matters and what repairs it."""

    name: str
    state: State
    what: str
    why: str = ""
    repair: str = ""

    def sentences(self) -> str:
        """Return the finding as one paragraph."""
        repair = f"Repair: {self.repair}" if self.repair else ""
        return " ".join(part for part in (self.what, self.why, repair) if part)


@dataclass(frozen=True)
class Diagnosis(Shown):
    """All findings; `ready` unless one of them is a problem."""

    checks: Sequence[Check]

    @property
    def ready(self) -> bool:
        return not any(check.state == "problem" for check in self.checks)

    def picture(self) -> Picture:
        """Return a card: one line if all is well, else each finding that is not."""
        found = [check for check in self.checks if check.state != "ok"]
        rows = [Row(check.name, f"{_MARKS[check.state]} {check.sentences()}") for check in found]
        if not self.ready:
            return card("Not ready: repair what is marked ✘, then run this again.", rows, mark="✘", colour=RED)
        headline = "Ready." if not found else "Ready, with something to know."
        return card(headline, rows, mark="✔", colour=AMBER if found else GREEN)

    def listing(self) -> str:
        """Return every finding, also those that are well, for a terminal."""
        width = max(len(check.name) for check in self.checks)
        lines = [f"{_MARKS[check.state]} {check.name:<{width}}  {check.what}" for check in self.checks]
        return "\n".join([*lines, "", str(self)])
