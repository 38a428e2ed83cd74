"""Where a resource lives: one account in one region."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """An account (12 digits) in a region; no state crosses from one scope to another."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of `resource` ("stack/name", "name") of `service` in this scope."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"
