"""CloudWatch: metrics, alarms, dashboards."""

from __future__ import annotations

from collections.abc import Sequence

from ..resource import Resource
from .alarms import AlarmOperations
from .dashboards import DashboardOperations
from .images import ImageOperations


class CloudWatch(ImageOperations, DashboardOperations, AlarmOperations):
    """The operations of CloudWatch that the local cloud has."""

    service = "cloudwatch"
    signing_name = "monitoring"
    validation_error = "InvalidParameterValueException"

    def resources(self) -> Sequence[Resource]:
        from .resources import made_by

        return made_by(self)
