"""The alarms that a team has gathered over the years: each was a good idea once, and each pages."""

from __future__ import annotations

from typing import Any

from helpers import aws
from helpers.slo import cloud
from helpers.slo.definitions import Definitions


def put(lab: str) -> list[str]:
    """Put the team's alarms on the shop and return their names."""
    cloud.topic("page", lab)
    for request in requests().values():
        aws.client("cloudwatch").put_metric_alarm(**request, Tags=_tags(lab))
    return list(requests())


def put_admin(lab: str) -> str:
    """Put the burn-rate alarm of the admin service, which hardly anybody uses, and return its name."""
    cloud.topic("page", lab)
    aws.client("cloudwatch").put_metric_alarm(**admin_request(), Tags=_tags(lab))
    return str(admin_request()["AlarmName"])


def requests() -> dict[str, dict[str, Any]]:
    """Return the requests that put the team's alarms, by name: all page but the one that tells of deployments."""
    shop = aws.name("shop")
    rate = {"Id": "rate", "Expression": "errors / requests", "Label": "error rate", "ReturnData": True}
    watched = {
        "errors": _statistic("Errors", "Sum", shop, 5),
        "error-rate": {"Metrics": [*cloud.counts(shop, 1), rate], "Threshold": 0.01},
        "slow": _statistic("Slowest", "Maximum", shop, 1500),
        "cpu": _statistic("CPU", "Average", shop, 80),
        "deploying": _statistic("Deploying", "Maximum", shop, 0) | {"AlarmActions": []},
    }
    return {aws.name(thing): _alarm(thing, parts) for thing, parts in watched.items()}


def admin_request() -> dict[str, Any]:
    """Return the request that puts the admin service's alarm: 99 % over an hour, burn rate above 14.4."""
    burn = {"Id": "burn", "Expression": "(errors / requests) / 0.01", "Label": "burn", "ReturnData": True}
    return _alarm("admin-burn", {"Metrics": [*cloud.counts(aws.name("admin"), 60), burn], "Threshold": 14.4})


def _alarm(thing: str, parts: dict[str, Any]) -> dict[str, Any]:
    common = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "TreatMissingData": "notBreaching"}
    page = next(arn for arn, action in cloud.actions().items() if action == "page")
    return {"AlarmName": aws.name(thing), "AlarmActions": [page]} | common | parts


def _statistic(name: str, statistic: str, shop: str, threshold: float) -> dict[str, Any]:
    return {**cloud.metric(name, shop), "Statistic": statistic, "Period": 60, "Threshold": float(threshold)}


def _tags(lab: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in aws.tags(lab).items()]


def ours(definitions: Definitions) -> Definitions:
    """Return of these alarms those that watch the shop, and not the admin service."""
    shop = {name: alarm for name, alarm in definitions.alarms.items() if not name.startswith(aws.name("admin"))}
    return Definitions(shop)


def before(definitions: Definitions) -> Definitions:
    """Return the shop's alarms before anybody mended them: the team's, and those of the fast burn."""
    fast = {name: alarm for name, alarm in definitions.alarms.items() if name.startswith(aws.name("burn-fast"))}
    return Definitions({**requests(), **fast})
