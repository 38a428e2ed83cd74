"""What a rule is checked with and what it finds.

https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from ...scope import Scope
from ..model import Document, Execution, RuleRun
from ..records import Records


class RuleError(Exception):
    """A rule could not be checked: the code and message of its errorDetails."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Finding:
    """What a rule found, with a sentence about it."""

    passed: bool
    summary: str


@dataclass(frozen=True)
class RuleContext:
    """One run of one rule."""

    records: Records
    scope: Scope
    execution: Execution
    rule: Document
    run: RuleRun

    @property
    def configuration(self) -> Mapping[str, str]:
        return self.run.configuration

    def keep(self) -> None:
        """Write the run as it is now, unless it has been decided meanwhile."""
        with self.records.cloud.store.transaction():
            stored = self.records.rules.get(self.scope, self.run.key)
            if stored is not None and stored.status == "InProgress":
                self.records.save_rule(self.scope, self.run)

    def minutes_left(self, minutes: float) -> float:
        """Return how many of `minutes` of AWS's time are left since the rule began."""
        clock = self.records.cloud.clock
        passed = (clock.now() - self.run.started) * clock.time_scale
        return (timedelta(minutes=minutes) - passed) / timedelta(minutes=1)


# Returns None as long as there is nothing to find yet. Raises RuleError.
Check = Callable[[RuleContext], Finding | None]
