"""Fixtures: servers that end with the test, and a load balancer in a fresh account."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from helpers.localcloud import instance
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
def balancer(cloud: TestCloud) -> Iterator[Balancer]:
    """A load balancer in a fresh account, which is reset: the proxy watches a file for each target group in use."""
    yield Balancer(cloud)
    instance.reset(cloud.home, cloud.account)
