"""Sampling rules and what clients report about them, as they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

DEFAULT = "Default"
DEFAULT_PRIORITY = 10_000


@dataclass
class Rule:
    """A sampling rule; `settings` is the API's shape SamplingRule, times are epoch seconds."""

    name: str
    settings: dict[str, Any]
    created: float
    modified: float
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return str(self.settings["RuleARN"])

    @property
    def is_default(self) -> bool:
        return self.name == DEFAULT

    def document(self) -> dict[str, Any]:
        """Return it in the API's shape SamplingRuleRecord."""
        return {
            "SamplingRule": self.settings,
            "CreatedAt": datetime.fromtimestamp(self.created, UTC),
            "ModifiedAt": datetime.fromtimestamp(self.modified, UTC),
        }


def default_rule(arn: str) -> Rule:
    """Return the rule that every region has: one request a second and 5 % of the others."""
    any_ = dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath"), "*")
    settings = {
        "RuleName": DEFAULT,
        "RuleARN": arn,
        "Priority": DEFAULT_PRIORITY,
        "FixedRate": 0.05,
        "ReservoirSize": 1,
        "Version": 1,
        "Attributes": {},
        **any_,
    }
    return Rule(DEFAULT, settings, 0.0, 0.0)


@dataclass
class Client:
    """A client that reports on a rule, and until when (epoch seconds) the quota it got is its own."""

    rule: str
    id: str
    quota_until: float


@dataclass
class Counts:
    """What clients reported on a rule since `since` (epoch seconds)."""

    rule: str
    since: float
    requests: int = 0
    borrowed: int = 0
    sampled: int = 0

    def document(self) -> dict[str, Any]:
        """Return it in the API's shape SamplingStatisticSummary."""
        return {
            "RuleName": self.rule,
            "Timestamp": datetime.fromtimestamp(self.since, UTC),
            "RequestCount": self.requests,
            "BorrowCount": self.borrowed,
            "SampledCount": self.sampled,
        }
