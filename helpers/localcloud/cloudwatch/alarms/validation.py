"""What CloudWatch refuses in PutMetricAlarm and PutCompositeAlarm.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and API_PutCompositeAlarm.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from helpers.cloudwatch.alarms.evaluation import MISSING, OPERATORS

from ...scope import Scope
from ...service import ServiceError
from .actions import service_of
from .datapoints import periods_in
from .model import ACTIONS, Document

SINGLE = ("Namespace", "MetricName", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic")
HOUR, DAY, WEEK = 3_600, 86_400, 604_800
MOST_METRICS = 10
MOST_TAGS = 50
# What a composite can do, of all that alarms can do.
_OF_COMPOSITES = ("sns", "lambda", "ssm", "ssm-incidents", "aiops")
_NOT_BUILT = {
    "EvaluationCriteria": "alarms on PromQL queries",
    "EvaluationInterval": "alarms on PromQL queries",
    "ThresholdMetricId": "alarms on anomaly detection",
    "WarmUpConfiguration": "warm-up periods",
}
_ID = re.compile(r"[a-z][A-Za-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def refused(message: str, code: str = "ValidationError") -> ServiceError:
    """Return the refusal of a request that makes no sense."""
    return ServiceError(code, message)


def check_metric_alarm(scope: Scope, request: Document) -> None:
    """Raise ServiceError unless `request` is one that PutMetricAlarm takes."""
    _check_built(request)
    _check_common(scope, request)
    _check_watched(request)
    _check_comparison(request)
    _check_periods(request)
    _check_word(request, "TreatMissingData", MISSING)
    _check_word(request, "EvaluateLowSampleCountPercentile", ("evaluate", "ignore"))
    if "EvaluateLowSampleCountPercentile" in request and not request.get("ExtendedStatistic", "").startswith("p"):
        raise refused("EvaluateLowSampleCountPercentile is for alarms on a percentile: ExtendedStatistic like p90.")


def check_composite_alarm(scope: Scope, request: Document) -> None:
    """Raise ServiceError unless `request` is one that PutCompositeAlarm takes; the rule itself is checked elsewhere."""
    _check_common(scope, request)
    for action in _actions(request):
        if service_of(action) not in _OF_COMPOSITES:
            raise refused(
                f"Invalid alarm action {action}: a composite alarm notifies SNS, invokes Lambda or tells Systems"
                " Manager."
            )
    for period in ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"):
        if ("ActionsSuppressor" in request) != (period in request):
            raise refused(
                "ActionsSuppressor, ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod go together:"
                f" {period} is {'missing' if period not in request else 'there without ActionsSuppressor'}."
            )
        if request.get(period, 0) < 0:
            raise refused(f"{period} is {request[period]}; it must be 0 seconds or more.")


def check_tags(tags: Sequence[Document]) -> None:
    """Raise ServiceError for too many tags, a key that comes twice, or one that is AWS's own."""
    keys = [tag["Key"] for tag in tags]
    if len(keys) > MOST_TAGS:
        raise refused(f"{len(keys)} tags are given; a resource has at most {MOST_TAGS}.", "InvalidParameterValue")
    if len(set(keys)) != len(keys):
        raise refused("The key of a tag comes twice.", "InvalidParameterValue")
    if own := next((key for key in keys if key.lower().startswith("aws:")), None):
        raise refused(f"The tag key {own} begins with aws:, which is for AWS's own tags.", "InvalidParameterValue")


def _check_built(request: Document) -> None:
    for member, what in _NOT_BUILT.items():
        if member in request:
            raise refused(f"{member}: the local cloud does not have {what} yet; on a real account it works.")
    if "WallClockWindow" in request.get("EvaluationWindow", {}):
        raise refused("EvaluationWindow: the local cloud has sliding windows only; WallClockWindow is not built yet.")
    if request.get("ComparisonOperator") not in (None, *OPERATORS):
        raise refused(
            f"The ComparisonOperator {request['ComparisonOperator']} is for alarms on anomaly detection, whose models"
            f" AWS does not publish; the local cloud does not have them. Use one of {', '.join(OPERATORS)}."
        )


def _check_common(scope: Scope, request: Document) -> None:
    if _CONTROL.search(request["AlarmName"]):
        raise refused("AlarmName must not contain control characters.")
    for action in _actions(request):
        _check_action(scope, action)
    check_tags(request.get("Tags", []))


def _actions(request: Document) -> list[str]:
    return [action for member in ACTIONS.values() for action in request.get(member, [])]


def _check_action(scope: Scope, action: str) -> None:
    parts = action.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not parts[2] or not parts[5] or _CONTROL.search(action):
        raise refused(f"Invalid arn syntax: {action}. An action is an ARN like {scope.arn('sns', 'topic')}.")
    if parts[3] not in ("", scope.region):
        raise refused(f"Invalid region {parts[3]} specified. Only {scope.region} is supported.")


def _check_watched(request: Document) -> None:
    if "Metrics" in request:
        if given := [member for member in SINGLE if member in request]:
            raise refused(f"{', '.join(given)} must not be given with Metrics: they belong into its queries.")
        _check_metrics(request["Metrics"])
        return
    if missing := [member for member in ("MetricName", "Namespace", "Period") if member not in request]:
        raise refused(f"The parameter {missing[0]} is required, unless Metrics says what the alarm watches.")
    if ("Statistic" in request) == ("ExtendedStatistic" in request):
        raise refused("Exactly one of Statistic (like Average) and ExtendedStatistic (like p99) must be given.")


def _check_metrics(queries: Sequence[Document]) -> None:
    ids = [query["Id"] for query in queries]
    if wrong := next((name for name in ids if not _ID.fullmatch(name)), None):
        raise refused(f"The id {wrong!r} must begin with a small letter and go on with letters, digits and _.")
    if len(set(ids)) != len(ids):
        raise refused("The ids of Metrics must differ from each other.")
    shown = [query["Id"] for query in queries if query.get("ReturnData", True)]
    if len(shown) != 1:
        raise refused(
            "Exactly one element of the metrics list should return data: the one that the alarm watches. ReturnData is"
            f" true (as it is unless said otherwise) for {', '.join(shown) or 'none'}; set it to false for the others."
        )
    if len([query for query in queries if "MetricStat" in query]) > MOST_METRICS:
        raise refused(f"An alarm takes at most {MOST_METRICS} metrics.")
    if search := next((query["Id"] for query in queries if "SEARCH(" in query.get("Expression", "").upper()), None):
        raise refused(f"Metrics: {search} uses SEARCH, on which AWS bases no alarms; name the metrics.")
    if foreign := next((query["Id"] for query in queries if "AccountId" in query), None):
        raise refused(f"Metrics: {foreign} names an AccountId; the local cloud has no cross-account alarms.")


def _check_comparison(request: Document) -> None:
    for member in ("ComparisonOperator", "EvaluationPeriods", "Threshold"):
        if member not in request:
            raise refused(f"The parameter {member} is required.")
    if not math.isfinite(request["Threshold"]):
        raise refused(f"The value {request['Threshold']} for Threshold must be a finite number.")


def _check_periods(request: Document) -> None:
    count, to_alarm = request["EvaluationPeriods"], request.get("DatapointsToAlarm", 1)
    if to_alarm > count:
        raise refused(f"DatapointsToAlarm ({to_alarm}) must be at most EvaluationPeriods ({count}).")
    periods = periods_in(request["Metrics"]) if "Metrics" in request else [request["Period"]]
    for period in periods:
        if period not in (10, 20, 30) and period % 60:
            raise refused(f"The value {period} for Period must be 10, 20, 30 or a multiple of 60 seconds.")
    longest = max(periods, default=60)
    most = DAY if longest < HOUR else WEEK
    if longest * count > most:
        raise refused(
            f"Metrics cannot be checked across more than {'a day' if most == DAY else 'a week'} (EvaluationPeriods *"
            f" Period must be <= {most}): {count} * {longest} is {count * longest}."
        )


def _check_word(request: Document, member: str, words: Sequence[str]) -> None:
    if request.get(member, words[0]) not in words:
        raise refused(f"The value {request[member]} for {member} must be one of {', '.join(words)}.")
