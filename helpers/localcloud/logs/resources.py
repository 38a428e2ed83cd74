"""Log groups, streams and filters as CloudFormation makes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_Logs.html
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ..resource import Attributes, Properties, Resource, request_of
from ..scope import Scope
from ..service import ServiceError

if TYPE_CHECKING:
    from .service import Logs


def made_by(logs: Logs) -> list[Resource]:
    """Return the types that `logs` makes."""
    return [
        LogGroupResource(logs),
        LogStreamResource(logs),
        MetricFilterResource(logs),
        SubscriptionFilterResource(logs),
    ]


class LogsResource(Resource):
    """What the types share: the service, and that what is gone is deleted."""

    def __init__(self, logs: Logs) -> None:
        self._logs = logs

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        try:
            self._delete(scope, name, properties)
        except ServiceError as error:
            if error.code != "ResourceNotFoundException":
                raise

    @abstractmethod
    def _delete(self, scope: Scope, name: str, properties: Properties) -> None:
        """Delete the resource; that it is gone may be an error here."""


class LogGroupResource(LogsResource):
    """AWS::Logs::LogGroup."""

    type = "AWS::Logs::LogGroup"
    name_property = "LogGroupName"
    longest_name = 512
    compared = frozenset({"LogGroupName", "RetentionInDays", "LogGroupClass", "Tags"})

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        request = request_of("logs", "CreateLogGroup", {**properties, "Tags": {}}, logGroupName=name)
        with self._logs.cloud.store.transaction():
            self._logs.create_log_group(scope, {**request, "tags": _tags(properties)})
            return self._keep(scope, name, properties)

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        arn = scope.arn("logs", f"log-group:{name}")
        if gone := sorted(_tags(old).keys() - _tags(new).keys()):
            self._logs.untag_resource(scope, {"resourceArn": arn, "tagKeys": gone})
        if tags := _tags(new):
            self._logs.tag_resource(scope, {"resourceArn": arn, "tags": tags})
        return self._keep(scope, name, new)

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        found = self._logs.describe_log_groups(scope, {"logGroupNamePrefix": name})["logGroups"]
        group = next((group for group in found if group["logGroupName"] == name), None)
        if group is None:
            return None
        kept = {"RetentionInDays": group["retentionInDays"]} if group.get("retentionInDays") else {}
        arn = scope.arn("logs", f"log-group:{name}")
        tags = self._logs.list_tags_for_resource(scope, {"resourceArn": arn})["tags"]
        return {"LogGroupName": name, "LogGroupClass": group.get("logGroupClass"), "Tags": tags, **kept}

    def _keep(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        days = properties.get("RetentionInDays")
        if days:
            self._logs.put_retention_policy(scope, {"logGroupName": name, "retentionInDays": int(days)})
        else:
            self._logs.delete_retention_policy(scope, {"logGroupName": name})
        return {"Arn": scope.arn("logs", f"log-group:{name}:*")}

    def _delete(self, scope: Scope, name: str, properties: Properties) -> None:
        self._logs.delete_log_group(scope, {"logGroupName": name})


class LogStreamResource(LogsResource):
    """AWS::Logs::LogStream."""

    type = "AWS::Logs::LogStream"
    name_property = "LogStreamName"
    longest_name = 512

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        self._logs.create_log_stream(scope, _address(name, properties))
        return {}

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        return {}

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        asked = {"logGroupName": properties["LogGroupName"], "logStreamNamePrefix": name}
        found = _reached(self._logs.describe_log_streams, scope, asked).get("logStreams", [])
        return {"LogStreamName": name} if any(stream["logStreamName"] == name for stream in found) else None

    def _delete(self, scope: Scope, name: str, properties: Properties) -> None:
        self._logs.delete_log_stream(scope, _address(name, properties))


class FilterResource(LogsResource):
    """What filters share: they belong to a log group, and putting one again changes it."""

    name_property = "FilterName"
    longest_name = 512
    _describe: ClassVar[str]
    _listed: ClassVar[str]

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        if old.get("LogGroupName") != new.get("LogGroupName"):
            self.delete(scope, name, old)
        return self.create(scope, name, new)

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        asked = {"logGroupName": properties["LogGroupName"], "filterNamePrefix": name}
        found = _reached(getattr(self._logs, self._describe), scope, asked).get(self._listed, [])
        return {"FilterName": name} if any(one["filterName"] == name for one in found) else None


class MetricFilterResource(FilterResource):
    """AWS::Logs::MetricFilter."""

    type = "AWS::Logs::MetricFilter"
    _describe, _listed = "describe_metric_filters", "metricFilters"

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        transformations = [_with_dimensions(one) for one in properties.get("MetricTransformations", ())]
        given = {**properties, "MetricTransformations": transformations}
        self._logs.put_metric_filter(scope, request_of("logs", "PutMetricFilter", given, filterName=name))
        return {}

    def _delete(self, scope: Scope, name: str, properties: Properties) -> None:
        self._logs.delete_metric_filter(scope, {"logGroupName": properties["LogGroupName"], "filterName": name})


class SubscriptionFilterResource(FilterResource):
    """AWS::Logs::SubscriptionFilter."""

    type = "AWS::Logs::SubscriptionFilter"
    _describe, _listed = "describe_subscription_filters", "subscriptionFilters"

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        request = request_of("logs", "PutSubscriptionFilter", properties, filterName=name)
        # Asking the destination from the base's event loop would wait for this very loop.
        self._logs.subscribe_unchecked(scope, request)
        return {}

    def _delete(self, scope: Scope, name: str, properties: Properties) -> None:
        self._logs.delete_subscription_filter(scope, {"logGroupName": properties["LogGroupName"], "filterName": name})


def _address(name: str, properties: Properties) -> dict[str, Any]:
    return {"logGroupName": properties["LogGroupName"], "logStreamName": name}


def _tags(properties: Properties) -> dict[str, str]:
    given = properties.get("Tags") or {}
    return dict(given) if isinstance(given, Mapping) else {tag["Key"]: tag["Value"] for tag in given}


def _with_dimensions(transformation: Mapping[str, Any]) -> dict[str, Any]:
    """A template lists dimensions as keys and values where the API has a map."""
    listed = transformation.get("Dimensions")
    if not isinstance(listed, list):
        return dict(transformation)
    return {**transformation, "Dimensions": {entry["Key"]: entry["Value"] for entry in listed}}


def _reached(describe: Any, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
    """What is in a group that is gone is gone, too."""
    try:
        answer: dict[str, Any] = describe(scope, request)
    except ServiceError:
        return {}
    return answer
