"""Where the services of the shop listen."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from labs.shop import launch


@pytest.fixture
def start() -> Iterator[Callable[..., str]]:
    """Starts the catalog with further variables and returns the address that it says."""
    started: list[subprocess.Popen[str]] = []

    def catalog(**variables: str) -> str:
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "-m", "shop.catalog"], cwd=launch.FOLDER, env={**kept, **variables},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        return process.stdout.readline().strip().rpartition(" ")[2]

    yield catalog
    for process in started:
        process.kill()
        process.communicate()


def test_a_service_listens_on_loopback(start: Callable[..., str]) -> None:
    assert start().startswith("http://127.0.0.1:")


def test_a_service_listens_where_host_says(start: Callable[..., str]) -> None:
    address = start(HOST="localhost")
    assert address.startswith("http://localhost:")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}/health", timeout=20) as answer:
        assert answer.status == 200
