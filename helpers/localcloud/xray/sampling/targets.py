"""Quotas for the clients that sample: each report is answered with a part of the rule's reservoir.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ...cloud import Cloud
from ...scope import Scope
from .decision import share_reservoir
from .model import Client, Counts, Rule

# Clients report every ten seconds, and a quota is theirs for five minutes: AWS's time.
REPORT_SECONDS = 10.0
QUOTA_SECONDS = 300.0


class Targets:
    """Counts what clients report, and shares the reservoirs among those that do."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._clients = cloud.store.collection("xray.sampling_client", Client)
        self._counts = cloud.store.collection("xray.sampling_counts", Counts)

    def report(self, scope: Scope, rule: Rule, report: dict[str, Any]) -> dict[str, Any]:
        """Take one SamplingStatisticsDocument about `rule`; return its SamplingTargetDocument."""
        now = self._cloud.clock.now().timestamp()
        until = now + self._quota_seconds
        with self._cloud.store.transaction():
            self._count(scope, rule, report, now)
            self._clients.put(scope, f"{rule.name}/{report['ClientID']}", Client(rule.name, report["ClientID"], until))
            quotas = share_reservoir(rule.settings["ReservoirSize"], self._holders(scope, rule, now))
        return {
            "RuleName": rule.name,
            "FixedRate": rule.settings["FixedRate"],
            "ReservoirQuota": quotas[report["ClientID"]],
            "ReservoirQuotaTTL": datetime.fromtimestamp(until, UTC),
            "Interval": self.interval,
        }

    def counts(self, scope: Scope) -> list[Counts]:
        """Return what was reported on each rule in the latest interval with a report."""
        return list(self._counts.list(scope))

    def forget_rule(self, scope: Scope, rule: Rule) -> None:
        """Drop what was reported on a rule that is gone."""
        self._counts.delete(scope, rule.name)
        for client in self._clients.list(scope, f"{rule.name}/"):
            self._clients.delete(scope, f"{rule.name}/{client.id}")

    @property
    def interval(self) -> int:
        """Seconds from one report of a client to its next: whole ones, as the API has them."""
        return max(1, round(REPORT_SECONDS / self._cloud.clock.time_scale))

    @property
    def _quota_seconds(self) -> float:
        return max(QUOTA_SECONDS / self._cloud.clock.time_scale, 2.0 * self.interval)

    def _holders(self, scope: Scope, rule: Rule, now: float) -> list[str]:
        """Return the clients that hold a quota; those whose quota has run out are forgotten."""
        clients = self._clients.list(scope, f"{rule.name}/")
        for client in clients:
            if client.quota_until <= now:
                self._clients.delete(scope, f"{rule.name}/{client.id}")
        return [client.id for client in clients if client.quota_until > now]

    def _count(self, scope: Scope, rule: Rule, report: dict[str, Any], now: float) -> None:
        counts = self._counts.get(scope, rule.name)
        if counts is None or now - counts.since >= self.interval:
            counts = Counts(rule.name, now)
        counts.requests += report["RequestCount"]
        counts.sampled += report["SampledCount"]
        counts.borrowed += report.get("BorrowCount", 0)
        self._counts.put(scope, rule.name, counts)
