"""What the author's proof says of a lab: claims that hold or do not."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from helpers.show import Picture, Row, Shown, card
from helpers.show.status import GREEN, RED


class Finding(msgspec.Struct, frozen=True):
    """One claim about one exercise ('' is the lab as a whole); `detail` says what was seen where it does not hold."""

    exercise: str
    claim: str
    holds: bool
    detail: str = ""

    def __str__(self) -> str:
        mark = "✔" if self.holds else "✘"
        told = f": {self.detail}" if self.detail and not self.holds else ""
        return f"{mark} {self.exercise or 'lab'}: {self.claim}{told}"


class Proof(Shown):
    """All findings about a lab."""

    def __init__(self, slug: str, findings: Sequence[Finding]) -> None:
        self.slug, self.findings = slug, tuple(findings)

    @property
    def holds(self) -> bool:
        return all(finding.holds for finding in self.findings)

    def picture(self) -> Picture:
        broken = [str(finding) for finding in self.findings if not finding.holds]
        kept = [str(finding) for finding in self.findings if finding.holds]
        headline = f"{self.slug}: {len(kept)} of {len(self.findings)} claims hold"
        rows = [Row("", broken), Row("", kept)]
        return card(headline, rows, mark="✔" if self.holds else "✘", colour=GREEN if self.holds else RED)
