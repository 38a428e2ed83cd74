"""Fixtures: servers that end with the test, and a load balancer in a fresh account."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.localcloud.elbv2.balancing import Balancer
from tests.localcloud.elbv2.targets import Server
from tests.localcloud.support import TestCloud


@pytest.fixture
def serve() -> Iterator[Callable[[str], Server]]:
    """Starts servers by name."""
    made: list[Server] = []

    def start(name: str) -> Server:
        made.append(Server(name))
        return made[-1]

    yield start
    for server in made:
        server.close()


@pytest.fixture
def balancer(emptied_cloud: TestCloud) -> Balancer:
    """A load balancer in a fresh account, which is emptied: the proxy watches a file for each target group in use."""
    return Balancer(emptied_cloud)
