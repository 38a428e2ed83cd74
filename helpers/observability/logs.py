"""Log lines in, answers out."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from helpers import aws

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
BATCH = 5000
LIMIT = 300.0
"""Seconds that an Insights query, or the arrival of lines, may take."""


class Talking(Protocol):
    """Whatever has log lines by service, such as the running shop."""

    def logs(self, service: str) -> list[dict[str, Any]]:
        """Return all lines of `service` so far."""
        ...


def log_group(service: str, lab: str, *, days: int = 7) -> str:
    """Make the learner's log group for `service`, kept for `days`, and return its name."""
    client, name = aws.client("logs"), f"/{aws.prefix()}/{service}"
    aws.created(client.create_log_group, logGroupName=name, tags=aws.tags(lab))
    client.put_retention_policy(logGroupName=name, retentionInDays=days)
    return name


def put_lines(group: str, stream: str, lines: Sequence[str], moments: Sequence[datetime] = ()) -> int:
    """Write `lines` to a stream of `group`, made if need be; return how many. `moments` default to now."""
    client = aws.client("logs")
    aws.created(client.create_log_stream, logGroupName=group, logStreamName=stream)
    now = datetime.now(UTC)
    times = [round(moment.timestamp() * 1000) for moment in moments or [now] * len(lines)]
    events = sorted(({"timestamp": t, "message": line} for t, line in zip(times, lines, strict=True)), key=_time)
    for first in range(0, len(events), BATCH):
        client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events[first : first + BATCH])
    return len(events)


class Shipping:
    """Carries the log lines of services to their log groups, each line once, as an agent on a host does."""

    def __init__(self, source: Talking, groups: Mapping[str, str]) -> None:
        """`groups` are names of log groups by service."""
        self._source = source
        self._groups = groups
        self._sent = dict.fromkeys(groups, 0)

    def ship(self) -> dict[str, int]:
        """Send the lines written since the last time; return how many by service."""
        return {service: self._ship(service) for service in self._groups}

    def _ship(self, service: str) -> int:
        new = self._source.logs(service)[self._sent[service] :]
        moments = [datetime.fromisoformat(line["time"]) for line in new]
        put_lines(self._groups[service], "host-1", [json.dumps(line) for line in new], moments)
        self._sent[service] += len(new)
        return len(new)


def ship(source: Talking, groups: Mapping[str, str]) -> Shipping:
    """Return a carrier that has sent what `source` had said until now."""
    shipping = Shipping(source, groups)
    shipping.ship()
    return shipping


def ask(groups: Iterable[str], question: str, *, hours: float = 1) -> pd.DataFrame:
    """Return the answer of Logs Insights to `question` over the last hours of `groups`; numbers are numbers."""
    import pandas as pd

    client, now = aws.client("logs"), datetime.now(UTC)
    id_ = client.start_query(
        logGroupNames=list(groups),
        queryString=question,
        startTime=int((now - timedelta(hours=hours)).timestamp()),
        endTime=int(now.timestamp()) + 60,
    )["queryId"]
    rows = [{cell["field"]: cell["value"] for cell in row} for row in _results(client, id_)]
    table = pd.DataFrame(rows).drop(columns="@ptr", errors="ignore")
    numbers: pd.DataFrame = table.apply(_as_numbers)
    return numbers


def _results(client: Any, id_: str) -> list[list[dict[str, str]]]:
    def ended() -> dict[str, Any] | None:
        answer: dict[str, Any] = client.get_query_results(queryId=id_)
        return None if answer["status"] in ("Scheduled", "Running") else answer

    answer = quietly("the answer of the query", ended)
    if answer["status"] != "Complete":
        raise aws.WorkbookError(f"The query ended as {answer['status']}.")
    results: list[list[dict[str, str]]] = answer["results"]
    return results


def lines(group: str, pattern: str = "") -> list[str]:
    """Return the messages of `group` that match the filter `pattern`, the earliest first."""
    pages = aws.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=pattern)
    return [event["message"] for page in pages for event in page["events"]]


def quietly(what: str, probe: Callable[[], T | None], *, limit: float = LIMIT) -> T:
    """Wait like `aws.wait`, without a progress line: for what takes a moment and is not the subject."""
    with contextlib.redirect_stdout(io.StringIO()):
        return aws.wait(what, probe, limit=limit, every=0.02)


def _as_numbers(column: Any) -> Any:
    import pandas as pd

    try:
        return pd.to_numeric(column)
    except (TypeError, ValueError):
        return column


def _time(event: Mapping[str, Any]) -> int:
    return int(event["timestamp"])
