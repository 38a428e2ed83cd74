"""Fixtures: a server that customers can be sent to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.delivery.serving import Server


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.end()
