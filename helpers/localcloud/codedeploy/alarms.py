"""Watches the alarms of a deployment.

https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..watched_alarms import watched

log = logging.getLogger(__name__)
# Seconds of AWS between two looks, and the least of this machine's.
_INTERVAL = 10.0
_LEAST = 0.2


class AlarmActive(Exception):
    """An alarm is in ALARM, or the alarms cannot be polled and that is not to be ignored."""


class AlarmWatch:
    """Looks at the alarms of an AlarmConfiguration, not more often than need be."""

    def __init__(self, cloud: Cloud, scope: Scope, configuration: dict[str, Any]) -> None:
        self._cloud = cloud
        self._scope = scope
        self._ignore_failure = bool(configuration.get("ignorePollAlarmFailure"))
        enabled = configuration.get("enabled", False)
        self._names = [alarm["name"] for alarm in configuration.get("alarms", [])] if enabled else []
        self._next: datetime | None = None

    def check(self) -> None:
        """Raise AlarmActive if the deployment must stop."""
        now = self._cloud.clock.now()
        if not self._names or (self._next and now < self._next):
            return
        self._next = now + timedelta(seconds=max(_LEAST, _INTERVAL / self._cloud.clock.time_scale))
        active = [name for name, state in self._states().items() if state == "ALARM"]
        if active:
            raise AlarmActive(
                "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and"
                f" the affected deployments have been stopped. Activated alarms: <{', '.join(active)}>"
            )

    def _states(self) -> dict[str, str]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            alarms = watched(self._cloud.client("cloudwatch", self._scope), self._names)
        except (ClientError, BotoCoreError) as error:
            self._failed(f"The alarms could not be polled: {error}")
            return {}
        found = {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}
        missing = [name for name in self._names if name not in found]
        if missing:
            self._failed(f"The alarms could not be polled: there is no alarm {', '.join(missing)}")
        return found

    def _failed(self, message: str) -> None:
        if not self._ignore_failure:
            raise AlarmActive(message)
        log.warning("%s (the deployment ignores it)", message)
