"""One bad release, four ways: what each costs the customers, by their own records and the alarm's."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from helpers import aws, delivery
from labs.blue_green_canary import comparison, native, releases, seen
from labs.blue_green_canary.grounds import Road

Document = dict[str, Any]
AT_ONCE, ROLLING, BLUE_GREEN, CANARY = "all at once", "rolling", "blue/green", "canary"
WAYS = (AT_ONCE, ROLLING, BLUE_GREEN, CANARY)
BAKE = 5
"""Minutes that blue/green and canary watch the new version with all traffic on it.

For rolling deployments ECS computes this time from the alarm, and it cannot be set:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
"""


def configuration(way: str, alarm: str) -> Document:
    """Return the deploymentConfiguration of one of the four `WAYS`, each with the same alarm and a rollback."""
    chosen: Mapping[str, Document] = {
        AT_ONCE: {"strategy": "ROLLING", "minimumHealthyPercent": 0, "maximumPercent": 100},
        ROLLING: {"strategy": "ROLLING", "minimumHealthyPercent": 75, "maximumPercent": 125},
        BLUE_GREEN: {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": BAKE},
        CANARY: {
            "strategy": "CANARY",
            "canaryConfiguration": {"canaryPercent": 10, "canaryBakeTimeInMinutes": 10},
            "bakeTimeInMinutes": BAKE,
        },
    }
    return native.guarded(alarm, **chosen[way])


def run(services: Mapping[str, tuple[delivery.Service, Road]], alarm: str) -> list[seen.Seen]:
    """Release the faulty version by each way, one after the other, under the same load; return what was seen.

    `services` are the service and its road by way; all have the good version before, and after their rollback.
    """
    found = []
    for way in WAYS:
        service, road = services[way]
        with delivery.load(f"{road.url}/products", rate=seen.RATE) as customers:
            seen.quiet(alarm, customers)
            found.append(
                native.release(
                    service, releases.FAULTY, customers, way, configuration(way, alarm), live=False
                )
            )  # fmt: skip
    publish("race", [_summary(each) for each in found])
    return found


def _summary(each: seen.Seen) -> Document:
    return {
        "way": each.name, "state": each.state, "requests": len(each.requests), "hurt": each.hurt,
        "minutes_to_detect": each.detected, "minutes_to_recover": each.recovered,
    }  # fmt: skip


def publish(experiment: str, told: Sequence[Document]) -> None:
    """Write what was measured to the lab's log group, where a check or a colleague can read it."""
    logs, group = aws.client("logs"), aws.name("blue-green-customers")
    aws.created(logs.create_log_group, logGroupName=group, tags=aws.tags(releases.LAB))
    stream = f"{experiment}/{uuid.uuid4().hex[:8]}"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    message = json.dumps({"experiment": experiment, "told": list(told)})
    event = {"timestamp": round(datetime.now(UTC).timestamp() * 1000), "message": message}
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])


def published(experiment: str) -> list[Document] | None:
    """Return what the newest run of `experiment` measured, or None if none was published."""
    logs = aws.client("logs")
    try:
        found = logs.filter_log_events(
            logGroupName=aws.name("blue-green-customers"), logStreamNamePrefix=f"{experiment}/"
        )["events"]
    except logs.exceptions.ResourceNotFoundException:
        return None
    newest = max(found, key=lambda event: event["timestamp"], default=None)
    return list(json.loads(newest["message"])["told"]) if newest else None


def picture(found: Sequence[seen.Seen]) -> Any:
    """Show the ways one below the other: who was hurt when, when the alarm rang, when the last customer was hurt."""
    return comparison.picture([_row(each) for each in found], f"The same bad release, {len(found)} ways")


def _row(each: seen.Seen) -> comparison.Row:
    begin, minute = each.first_hurt or each.begun, 60 / aws.time_scale()
    visits = [((request.start - begin) / minute, delivery.request.failed(request)) for request in each.requests]
    return comparison.Row(each.name, visits, each.detected, each.recovered)
