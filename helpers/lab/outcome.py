"""What a check can find: four outcomes, each with its symbol and word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from helpers.show import Picture, Row, Shown, card
from helpers.show.status import AMBER, BLUE, GREEN, RED


@dataclass(frozen=True)
class Outcome(Shown):
    """Base of the four. `word` is what progress keeps; `point` is the concept to think of, the first hint."""

    word: ClassVar[str] = ""
    mark: ClassVar[str] = ""
    colour: ClassVar[str] = ""

    @property
    def seen_now(self) -> str:
        """What the check saw, in one sentence."""
        return ""

    @property
    def think_of(self) -> str:
        """The concept that this state of the cloud points to."""
        return ""

    def rows(self) -> list[Row]:
        """Return what is said below the headline."""
        return []

    def picture(self) -> Picture:
        return self.picture_for("")

    def picture_for(self, title: str, *notes: str) -> Picture:
        """Return the verdict on the exercise called `title`, with `notes` below it."""
        headline = f"{title}: {self.word}" if title else self.word
        rows = [*self.rows(), *(Row("note", note) for note in notes)]
        return card(headline, rows, mark=self.mark, colour=self.colour)


@dataclass(frozen=True)
class NotAttempted(Outcome):
    """Nothing is there yet: `seen` says what was looked for, `point` where to begin thinking."""

    word: ClassVar[str] = "not attempted"
    mark: ClassVar[str] = "…"
    colour: ClassVar[str] = BLUE
    seen: str
    point: str = ""

    @property
    def seen_now(self) -> str:
        return self.seen

    @property
    def think_of(self) -> str:
        return self.point

    def rows(self) -> list[Row]:
        return [Row("seen", self.seen)]


@dataclass(frozen=True)
class Wrong(Outcome):
    """Something is there and not what was asked: `seen`, `expected`, and `where` to look for the difference."""

    word: ClassVar[str] = "not right yet"
    mark: ClassVar[str] = "✘"
    colour: ClassVar[str] = RED
    seen: str
    expected: str
    where: str
    point: str = ""

    @property
    def seen_now(self) -> str:
        return self.seen

    @property
    def think_of(self) -> str:
        return self.point or self.where

    def rows(self) -> list[Row]:
        return [Row("seen", self.seen), Row("expected", self.expected), Row("where to look", self.where)]


@dataclass(frozen=True)
class Right(Outcome):
    """What was asked is there: what that has `shown`, and the `next_question` it raises."""

    word: ClassVar[str] = "right"
    mark: ClassVar[str] = "✔"
    colour: ClassVar[str] = GREEN
    shown: str
    next_question: str = ""

    @property
    def seen_now(self) -> str:
        return self.shown

    def rows(self) -> list[Row]:
        return [Row("shown", self.shown), Row("next question", self.next_question)]


@dataclass(frozen=True)
class CannotCheck(Outcome):
    """The check could not look: `reason`, what to `repair`, and for authors the `trace` (never shown)."""

    word: ClassVar[str] = "cannot check"
    mark: ClassVar[str] = "?"
    colour: ClassVar[str] = AMBER
    reason: str
    repair: str = ""
    trace: str = ""

    @property
    def seen_now(self) -> str:
        return self.reason

    @property
    def think_of(self) -> str:
        return self.repair

    def rows(self) -> list[Row]:
        return [Row("reason", self.reason), Row("what to do", self.repair)]


def not_attempted(seen: str, *, point: str = "") -> NotAttempted:
    """Return the outcome of an exercise that nobody has begun; `seen` is what was looked for and is not there."""
    return NotAttempted(seen, point)


def wrong(*, seen: str, expected: str, where: str, point: str = "") -> Wrong:
    """Return the outcome of an answer that is not right yet.

    Args:
        seen: what is in the cloud now.
        expected: what was asked for.
        where: the call, field or page that shows the difference.
        point: the concept behind it, the first hint; `where` if left out.
    """
    return Wrong(seen, expected, where, point)


def right(shown: str, *, next_question: str = "") -> Right:
    """Return the outcome of a right answer: what it has shown, and the question it raises."""
    return Right(shown, next_question)
