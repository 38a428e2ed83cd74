"""Alarms and dashboards as CloudFormation makes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_CloudWatch.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..resource import Attributes, Properties, Resource, request_of
from ..scope import Scope

if TYPE_CHECKING:
    from .service import CloudWatch

_COMPARED = frozenset(
    {
        "ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmName", "ComparisonOperator", "DatapointsToAlarm",
        "Dimensions", "EvaluationPeriods", "ExtendedStatistic", "InsufficientDataActions", "MetricName", "Namespace",
        "OKActions", "Period", "Statistic", "Threshold", "TreatMissingData", "Unit",
    }
)  # fmt: skip


def made_by(cloudwatch: CloudWatch) -> list[Resource]:
    """Return the types that `cloudwatch` makes."""
    return [AlarmResource(cloudwatch), CompositeAlarmResource(cloudwatch), DashboardResource(cloudwatch)]


class AlarmResource(Resource):
    """AWS::CloudWatch::Alarm."""

    type = "AWS::CloudWatch::Alarm"
    name_property = "AlarmName"
    compared = _COMPARED
    _operation, _kind, _found = "PutMetricAlarm", "MetricAlarm", "MetricAlarms"

    def __init__(self, cloudwatch: CloudWatch) -> None:
        self._cloudwatch = cloudwatch

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        self._put(scope, request_of("cloudwatch", self._operation, properties, AlarmName=name))
        return {"Arn": scope.arn("cloudwatch", f"alarm:{name}")}

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        attributes = self.create(scope, name, new)
        # Putting an alarm that exists leaves its tags alone.
        if gone := sorted({t["Key"] for t in old.get("Tags", ())} - {t["Key"] for t in new.get("Tags", ())}):
            self._cloudwatch.untag_resource(scope, {"ResourceARN": attributes["Arn"], "TagKeys": gone})
        if tags := new.get("Tags"):
            self._cloudwatch.tag_resource(scope, {"ResourceARN": attributes["Arn"], "Tags": list(tags)})
        return attributes

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        if self.read(scope, name, properties) is not None:
            self._cloudwatch.delete_alarms(scope, {"AlarmNames": [name]})

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        asked = {"AlarmNames": [name], "AlarmTypes": [self._kind]}
        found = self._cloudwatch.describe_alarms(scope, asked)[self._found]
        return {key: _plain(value) for key, value in found[0].items()} if found else None

    def _put(self, scope: Scope, request: dict[str, Any]) -> None:
        self._cloudwatch.put_metric_alarm(scope, request)


class CompositeAlarmResource(AlarmResource):
    """AWS::CloudWatch::CompositeAlarm."""

    type = "AWS::CloudWatch::CompositeAlarm"
    compared = frozenset({"ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmName", "AlarmRule", "OKActions"})
    _operation, _kind, _found = "PutCompositeAlarm", "CompositeAlarm", "CompositeAlarms"

    def _put(self, scope: Scope, request: dict[str, Any]) -> None:
        self._cloudwatch.put_composite_alarm(scope, request)


class DashboardResource(Resource):
    """AWS::CloudWatch::Dashboard."""

    type = "AWS::CloudWatch::Dashboard"
    name_property = "DashboardName"

    def __init__(self, cloudwatch: CloudWatch) -> None:
        self._cloudwatch = cloudwatch

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        request = request_of("cloudwatch", "PutDashboard", properties, DashboardName=name)
        self._cloudwatch.put_dashboard(scope, request)
        return {}

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        return self.create(scope, name, new)

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        if self.read(scope, name, properties) is not None:
            self._cloudwatch.delete_dashboards(scope, {"DashboardNames": [name]})

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        found = self._cloudwatch.list_dashboards(scope, {"DashboardNamePrefix": name})["DashboardEntries"]
        return {"DashboardName": name} if any(entry["DashboardName"] == name for entry in found) else None


def _plain(value: Any) -> Any:
    """A threshold of 5 in a template is 5.0 in an alarm, and no drift."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
