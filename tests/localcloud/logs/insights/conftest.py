"""Fixtures of the tests of Logs Insights."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.localcloud.logs.insights.asking import GROUP, MINUTE, Ask, Row, create, finished, rows, window
from tests.localcloud.support import TestCloud


@pytest.fixture
def start() -> int:
    """The time of the first line: a full minute of the hour before, in epoch milliseconds."""
    return (int(time.time()) // 60 - 60) * MINUTE


@pytest.fixture
def logs(cloud: TestCloud) -> Any:
    """A client of CloudWatch Logs with an empty log group."""
    client = cloud.client("logs")
    create(client)
    return client


@pytest.fixture
def ask(logs: Any, start: int) -> Ask:
    """Runs a query over the hours around the lines and returns its rows without @ptr."""

    def asking(query: str, **parameters: Any) -> list[Row]:
        where = {"logGroupName": GROUP, **window(start), **parameters}
        answer = finished(logs, logs.start_query(**where, queryString=query)["queryId"])
        assert answer["status"] == "Complete", answer
        return rows(answer)

    return asking
