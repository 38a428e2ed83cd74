"""The CloudWatch alarms of a deployment.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..watched_alarms import watched
from .service_model import Deployment


class Alarms:
    """Asks CloudWatch for the states of alarms."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def watch(self, scope: Scope, deployment: Deployment) -> str:
        """Return MONITORING or DISABLED: alarms that ring at the start are not watched, for the deployment may be
        what mends them."""
        configured = deployment.configuration.get("alarms", {})
        if not configured.get("enable") or not configured.get("alarmNames"):
            return "DISABLED"
        return "DISABLED" if self._ringing(scope, configured["alarmNames"]) else "MONITORING"

    def triggered(self, scope: Scope, deployment: Deployment) -> list[str]:
        """Return the alarms that are in ALARM, if they are watched."""
        if deployment.alarms != "MONITORING":
            return []
        return self._ringing(scope, deployment.configuration["alarms"]["alarmNames"])

    def bake_seconds(self, scope: Scope, deployment: Deployment) -> float:
        """Return for how many seconds of AWS's a rolling deployment is watched after its last old task has gone.

        AWS computes it from the alarms, does not say how, and lets nobody set it. Assumed here: what the slowest
        alarm looks at, as long once more for what is on its way, and one period.
        """
        if deployment.alarms != "MONITORING":
            return 0.0
        return max(map(_patience, self._found(scope, deployment.configuration["alarms"]["alarmNames"])), default=0.0)

    def _ringing(self, scope: Scope, names: list[str]) -> list[str]:
        return [alarm["AlarmName"] for alarm in self._found(scope, names) if alarm["StateValue"] == "ALARM"]

    def _found(self, scope: Scope, names: list[str]) -> list[Mapping[str, Any]]:
        return watched(self._cloud.client("cloudwatch", scope), names)


def _patience(alarm: Mapping[str, Any]) -> float:
    """A composite alarm has no period of its own: it counts like one of a single minute."""
    queries = [query.get("MetricStat", query) for query in alarm.get("Metrics", [])]
    period = alarm.get("Period") or max((query.get("Period", 0) for query in queries), default=0) or 60
    return float(period * (2 * alarm.get("EvaluationPeriods", 1) + 1))
