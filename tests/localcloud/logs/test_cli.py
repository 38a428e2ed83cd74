"""The AWS CLI searches logs, page by page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.localcloud.logs.conftest import GROUP, now_ms, put
from tests.localcloud.support import TestCloud


def test_aws_logs_filter_log_events(cloud: TestCloud, logs: Any) -> None:
    put(logs, ["INFO old"], at=now_ms() - 2 * 3_600_000)
    put(logs, [f"{'ERROR' if number % 2 else 'INFO'} {number}" for number in range(9)])
    command = [str(Path(sys.executable).with_name("aws")), "logs", "filter-log-events", "--log-group-name", GROUP]
    options = ["--filter-pattern", "?INFO ?WARN", "--start-time", str(now_ms() - 3_600_000), "--page-size", "2"]
    shown = subprocess.run(
        [*command, *options], env=cloud.environ(), capture_output=True, text=True, timeout=60, check=True
    )
    messages = [event["message"] for event in json.loads(shown.stdout)["events"]]
    assert messages == [f"INFO {number}" for number in range(0, 9, 2)]
