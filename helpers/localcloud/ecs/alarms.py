"""The CloudWatch alarms of a deployment.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
"""

from __future__ import annotations

from ..cloud import Cloud
from ..scope import Scope
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

    def _ringing(self, scope: Scope, names: list[str]) -> list[str]:
        kinds = ["MetricAlarm", "CompositeAlarm"]
        found = self._cloud.client("cloudwatch", scope).describe_alarms(AlarmNames=names, AlarmTypes=kinds)
        alarms = [*found["MetricAlarms"], *found["CompositeAlarms"]]
        return [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]
