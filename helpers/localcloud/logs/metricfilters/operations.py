"""The operations on metric filters, and the test of a pattern."""

from __future__ import annotations

from ...paging import page
from ...scope import Scope
from ...service import ServiceError
from ..filterpattern import Pattern
from ..filterpattern.literals import number_of
from ..foundation import LogsFoundation, Request, pattern_of
from ..model import MetricFilter, Transformation
from ..names import check_filter_name
from ..unbuilt import refuse_unbuilt
from .consumer import KIND, MetricFilterConsumer

_PAGE = 50
_MAX_FILTERS = 100
_MAX_DIMENSIONS = 3


class MetricFilterOperations(LogsFoundation):
    """Operations on metric filters."""

    def start(self) -> None:
        self._followers.handle(KIND, MetricFilterConsumer(self.cloud))
        super().start()

    def put_metric_filter(self, scope: Scope, request: Request) -> Request:
        group, name, text = request["logGroupName"], request["filterName"], request["filterPattern"]
        check_filter_name(name)
        refuse_unbuilt(request)
        pattern, transformation = pattern_of(text), _transformation(request["metricTransformations"][0])
        _check(transformation, pattern)
        with self._journal.lock, self.cloud.store.transaction():
            self._group(scope, group)
            self._check_room(scope, group, name)
            self._check_regexes(scope, group, name, pattern)
            made = MetricFilter(group, name, text, transformation, self._now())
            self._metric_filters.put(scope, f"{group}:{name}", made)
            self._followers.follow(scope, KIND, group, name)
        return {}

    def delete_metric_filter(self, scope: Scope, request: Request) -> Request:
        group, name = request["logGroupName"], request["filterName"]
        with self.cloud.store.transaction():
            self._group(scope, group)
            if not self._metric_filters.delete(scope, f"{group}:{name}"):
                raise ServiceError(
                    "ResourceNotFoundException", f"The specified metric filter does not exist: {name} of {group}"
                )
            self._followers.unfollow(scope, KIND, group, name)
        return {}

    def describe_metric_filters(self, scope: Scope, request: Request) -> Request:
        group = request.get("logGroupName")
        if ("metricName" in request) != ("metricNamespace" in request):
            raise ServiceError(
                "InvalidParameterException", "metricName and metricNamespace go together; give both or none."
            )
        if group is not None:
            self._group(scope, group)
        filters = [
            found
            for found in self._metric_filters.list(scope, f"{group}:" if group else "")
            if found.name.startswith(request.get("filterNamePrefix", ""))
            and found.transformation.name == request.get("metricName", found.transformation.name)
            and found.transformation.namespace == request.get("metricNamespace", found.transformation.namespace)
        ]
        filters.sort(key=lambda found: (found.group, found.name))
        shown, token = page(filters, request.get("nextToken"), request.get("limit", _PAGE), "InvalidParameterException")
        return {"metricFilters": [_document(found) for found in shown], "nextToken": token}

    def test_metric_filter(self, scope: Scope, request: Request) -> Request:
        pattern = pattern_of(request["filterPattern"])
        extracted = [(message, pattern.extract(message)) for message in request["logEventMessages"]]
        return {
            "matches": [
                {"eventNumber": number, "eventMessage": message, "extractedValues": values}
                for number, (message, values) in enumerate(extracted, start=1)
                if values is not None
            ]
        }

    def _check_room(self, scope: Scope, group: str, name: str) -> None:
        others = [found for found in self._metric_filters.list(scope, f"{group}:") if found.name != name]
        if len(others) >= _MAX_FILTERS:
            raise ServiceError("LimitExceededException", f"{group} has {_MAX_FILTERS} metric filters, the most it can.")


def _transformation(request: Request) -> Transformation:
    return Transformation(
        request["metricName"],
        request["metricNamespace"],
        request["metricValue"],
        request.get("defaultValue"),
        request.get("dimensions") or {},
        request.get("unit"),
    )


def _check(transformation: Transformation, pattern: Pattern) -> None:
    if transformation.namespace.startswith("AWS/"):
        raise _invalid(f"the namespace {transformation.namespace} is AWS's own; choose one without AWS/")
    if transformation.dimensions and transformation.default is not None:
        raise _invalid("dimensions and default value are mutually exclusive properties.")
    if len(transformation.dimensions) > _MAX_DIMENSIONS:
        raise _invalid(f"a metric filter has at most {_MAX_DIMENSIONS} dimensions.")
    if number_of(transformation.value) is None and not pattern.knows(transformation.value):
        raise _invalid(
            f"metricValue {transformation.value} is neither a number nor a value of the pattern ($.name of a JSON"
            " pattern, $name of a space-delimited one)."
        )
    for name, reference in transformation.dimensions.items():
        if not pattern.knows(reference):
            raise _invalid(
                f"the dimension {name} is {reference}, which is no value of the pattern ($.name of a JSON pattern,"
                " $name of a space-delimited one)."
            )


def _invalid(reason: str) -> ServiceError:
    return ServiceError("InvalidParameterException", f"Invalid metric transformation: {reason}")


def _document(found: MetricFilter) -> Request:
    transformation = found.transformation
    return {
        "filterName": found.name,
        "filterPattern": found.pattern,
        "metricTransformations": [
            {
                "metricName": transformation.name,
                "metricNamespace": transformation.namespace,
                "metricValue": transformation.value,
                "defaultValue": transformation.default,
                "dimensions": transformation.dimensions or None,
                "unit": transformation.unit,
            }
        ],
        "creationTime": found.created,
        "logGroupName": found.group,
    }
