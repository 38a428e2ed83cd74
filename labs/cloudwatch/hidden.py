"""Tries the learner's filters, alarm and rule on cases that the learner has not seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from helpers import aws, observability
from helpers.lab import Outcome, wrong
from labs.cloudwatch import rules

_LINE = {"level": "INFO", "service": "web", "method": "GET", "path": "/products", "status": 200, "duration_ms": 5.0}
_LINES = (
    _LINE,
    {**_LINE, "status": 500, "level": "ERROR"},
    {**_LINE, "status": 503, "level": "ERROR"},
    {**_LINE, "status": 404},
    {**_LINE, "path": "/products/500"},
    {**_LINE, "duration_ms": 500.0},
    {**_LINE, "path": "/error"},
)
_FAILED = {1, 2}
SHARE = 5.0
_BOTH = ("errors", "traffic")


def filter_problem(name: str, found: Mapping[str, Any], transformation: Mapping[str, Any]) -> Outcome | None:
    """Return what is wrong with a metric filter, or None."""
    matched = _matched(found.get("filterPattern", ""))
    wanted = _FAILED if name == "errors" else set(range(len(_LINES)))
    if matched != wanted:
        odd = _LINES[min(matched ^ wanted)]
        took = "takes" if min(matched ^ wanted) in matched else "does not take"
        return wrong(
            seen=f"the filter for {name} {took} a line with the status {odd['status']}, path {odd['path']}"
            f" and duration {odd['duration_ms']:g}",
            expected="every request whose status is 500 or above" if name == "errors" else "every request",
            where="`filterPattern`: a field of the JSON is $.status",
            point="A word in a line may stand anywhere; a field stands in one place.",
        )
    if transformation["metricValue"] != "1":
        return wrong(
            seen=f"metricValue {transformation['metricValue']}", expected="1 for each line", where="`metricValue`"
        )
    if transformation.get("defaultValue") != 0:
        return wrong(
            seen=f"the filter for {name} says nothing when no line matches",
            expected="0 for lines that do not match",
            where="`defaultValue`",
            point="Nothing measured and nothing happened look alike without it.",
        )
    if transformation["metricNamespace"] != aws.name("shop"):
        return wrong(
            seen=f"the namespace {transformation['metricNamespace']}",
            expected=aws.name("shop"),
            where="`metricNamespace`",
        )
    return None


def _matched(pattern: str) -> set[int]:
    lines = [json.dumps(line) for line in _LINES]
    answer = aws.client("logs").test_metric_filter(filterPattern=pattern, logEventMessages=lines)
    return {match["eventNumber"] - 1 for match in answer["matches"]}


def alarm_problem(found: Mapping[str, Any]) -> Outcome | None:
    """Return what is wrong with the alarm on errors, or None."""
    return _measure_problem(found) or _patience_problem(found) or _action_problem(found)


def _measure_problem(found: Mapping[str, Any]) -> Outcome | None:
    if "Metrics" not in found:
        return wrong(
            seen=f"an alarm on the metric {found['MetricName']} alone",
            expected=f"one on the share of requests that fail, in percent, above {SHARE:g}",
            where="`Metrics` with an expression that divides",
            point="Ten failures are many among twenty requests, and few among ten thousand.",
        )
    for requests, errors in ((200, 30), (20_000, 30)):
        share, fires = 100 * errors / requests, _fires(found, requests, errors)
        if fires != (share > SHARE):
            return wrong(
                seen=f"{errors} failures of {requests} requests ({share:g} %) would{'' if fires else ' not'} count",
                expected=f"a minute counts when more than {SHARE:g} % fail",
                where="the expression, `Threshold` and `ComparisonOperator`",
                point="The unit of the threshold is that of the expression.",
            )
    return None


def _fires(found: Mapping[str, Any], requests: int, errors: int) -> bool:
    """Put numbers under the same names into a namespace of our own, and ask the learner's expression."""
    space, client = aws.name(f"check-{requests}-{errors}"), aws.client("cloudwatch")
    now = datetime.now(UTC)
    values = {"requests": requests, "errors": errors}
    data = [{"MetricName": name, "Value": float(value), "Timestamp": now} for name, value in values.items()]
    client.put_metric_data(Namespace=space, MetricData=data)
    queries = [_moved(query, space) for query in found["Metrics"]]

    def value() -> list[float]:
        answer = client.get_metric_data(
            MetricDataQueries=queries, StartTime=now - timedelta(minutes=5), EndTime=now + timedelta(minutes=2)
        )
        return [value for result in answer["MetricDataResults"] for value in result["Values"]]

    measured = observability.quietly("the numbers of the check", value)[0]
    compared = {
        "GreaterThanThreshold": measured > found["Threshold"],
        "GreaterThanOrEqualToThreshold": measured >= found["Threshold"],
    }
    return compared.get(found["ComparisonOperator"], False)


def _moved(query: Mapping[str, Any], space: str) -> dict[str, Any]:
    if "MetricStat" not in query:
        return dict(query)
    stat = query["MetricStat"]
    metric = {**stat["Metric"], "Namespace": space}
    # A whole day, so that what was put just before and just after a minute's end stands together.
    return {**query, "MetricStat": {**stat, "Metric": metric, "Period": 86400}}


def _patience_problem(found: Mapping[str, Any]) -> Outcome | None:
    n, m = found["EvaluationPeriods"], found.get("DatapointsToAlarm", found["EvaluationPeriods"])
    if (n, m) != (3, 2):
        return wrong(
            seen=f"{m} of {n} periods",
            expected="2 of 3: one bad minute wakes nobody, and a good one in between does not hide two bad ones",
            where="`EvaluationPeriods` and `DatapointsToAlarm`",
            point="M of N is patience and memory at once.",
        )
    if found.get("TreatMissingData", "missing") != "notBreaching":
        return wrong(
            seen=f"missing data are {found.get('TreatMissingData', 'missing')}",
            expected="no requests, no failures: a quiet night is not an incident",
            where="`TreatMissingData`",
            point="Is silence good news here, or bad news?",
        )
    return None


def _action_problem(found: Mapping[str, Any]) -> Outcome | None:
    topic = aws.name("alarms")
    told = [arn.rpartition(":")[2] for arn in found.get("AlarmActions", ())]
    composite = observability.find(aws.name("page"))
    if topic not in told and composite is None:
        return wrong(
            seen="an alarm that tells nobody",
            expected=f"the topic {topic} in its actions",
            where="`AlarmActions`",
            point="An alarm without an action is a graph.",
        )
    return None


def rule_problem(found: Mapping[str, Any]) -> Outcome | None:
    """Return what is wrong with the composite alarm, or None."""
    errors, traffic = (aws.name(thing) for thing in _BOTH)
    try:
        verdicts = {
            (a, b): rules.holds(found["AlarmRule"], {errors: a, traffic: b})
            for a in ("OK", "ALARM", "INSUFFICIENT_DATA")
            for b in ("OK", "ALARM", "INSUFFICIENT_DATA")
        }
    except ValueError as problem:
        return wrong(seen=str(problem), expected="a rule of ALARM(...), OK(...), AND, OR, NOT", where="`AlarmRule`")
    for (a, b), verdict in verdicts.items():
        if verdict != (a == b == "ALARM"):
            return wrong(
                seen=f"with errors {a} and traffic {b} the rule {'holds' if verdict else 'does not hold'}",
                expected="it holds when both are in ALARM, and only then",
                where="`AlarmRule`",
                point="Write down the four cases and what each should do.",
            )
    return _telling_problem(found, errors)


def _telling_problem(found: Mapping[str, Any], errors: str) -> Outcome | None:
    if not found.get("AlarmActions"):
        return wrong(seen="a page that tells nobody", expected="the topic in its actions", where="`AlarmActions`")
    if (observability.find(errors) or {}).get("AlarmActions"):
        return wrong(
            seen=f"{errors} still tells by itself",
            expected="one notification for one incident: only the composite tells",
            where="`AlarmActions` of the alarm on errors",
            point="Who gets two messages reads none.",
        )
    return None
