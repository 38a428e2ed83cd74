"""CloudWatch: metrics, alarms, dashboards."""

from __future__ import annotations

from .metrics.operations import MetricOperations


class CloudWatch(MetricOperations):
    """The operations of CloudWatch that the local cloud has."""

    service = "cloudwatch"
    signing_name = "monitoring"
    validation_error = "InvalidParameterValueException"
