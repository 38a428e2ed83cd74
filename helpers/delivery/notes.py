"""What customers and experimenters have noted, kept in the account, where a check or a colleague can read it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from helpers import aws
from helpers.cicd import pairs
from helpers.delivery.rolling import Rollout

Document = dict[str, Any]


def predict(experiment: str, lab: str, **expected: int | str) -> None:
    """Keep what you expect of `experiment` before it runs, as a parameter of the account."""
    ssm, name = aws.client("ssm"), _parameter(experiment)
    if (
        aws.created(ssm.put_parameter, Name=name, Value=json.dumps(expected), Type="String", Tags=pairs(aws.tags(lab)))
        is None
    ):
        ssm.put_parameter(Name=name, Value=json.dumps(expected), Type="String", Overwrite=True)


def prediction(experiment: str) -> Mapping[str, Any] | None:
    """Return what was expected of `experiment`, or None if nothing was."""
    ssm = aws.client("ssm")
    try:
        found = json.loads(ssm.get_parameter(Name=_parameter(experiment))["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return None
    return found if isinstance(found, dict) else None


def forget(experiment: str) -> None:
    """Take a prediction back; that there is none is as good."""
    ssm = aws.client("ssm")
    try:
        ssm.delete_parameter(Name=_parameter(experiment))
    except ssm.exceptions.ParameterNotFound:
        return


def _parameter(experiment: str) -> str:
    return aws.name(f"expected-{experiment}")


def publish(rollout: Rollout, experiment: str, lab: str) -> str:
    """Write the customers' own records of a deployment to a log group, a line each, and return the group's name.

    The last line sums it up. A stream holds one run; the newest of an experiment is what `published` reads.
    """
    logs, group = aws.client("logs"), aws.name(f"{lab}-customers")
    aws.created(logs.create_log_group, logGroupName=group, tags=aws.tags(lab))
    stream = f"{experiment}/{uuid.uuid4().hex[:8]}"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    now = round(datetime.now(UTC).timestamp() * 1000)
    lines = [
        {"start": each.start, "seconds": round(each.seconds, 4), "status": each.status, "version": each.version,
         "error": each.error} for each in rollout.requests
    ]  # fmt: skip
    told = [*lines, {"experiment": experiment, **_summary(rollout)}]
    for first in range(0, len(told), 10_000):  # the most that PutLogEvents takes
        events = [{"timestamp": now, "message": json.dumps(line)} for line in told[first : first + 10_000]]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    return group


def _summary(rollout: Rollout) -> Document:
    return {
        "state": rollout.state, "least": rollout.least, "most": rollout.most, "failed": rollout.failed,
        "requests": len(rollout.requests), "versions": rollout.versions,
        "seconds": round(rollout.over - rollout.begun, 1),
    }  # fmt: skip


def published(experiment: str, lab: str) -> Document | None:
    """Return the summary of the newest run of `experiment`, or None if none was published."""
    logs = aws.client("logs")
    try:
        found = logs.filter_log_events(
            logGroupName=aws.name(f"{lab}-customers"), logStreamNamePrefix=f"{experiment}/",
            filterPattern=f'{{ $.experiment = "{experiment}" }}',
        )["events"]  # fmt: skip
    except logs.exceptions.ResourceNotFoundException:
        return None
    newest = max(found, key=lambda event: event["timestamp"], default=None)
    return json.loads(newest["message"]) if newest else None
