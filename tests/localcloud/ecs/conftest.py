"""Fixtures: a cluster in a fresh account of the shared local cloud, and one in a local cloud of one's own."""

from __future__ import annotations

import pytest

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.support import TestCloud


@pytest.fixture
def bench(emptied_cloud: TestCloud) -> Bench:
    """A cluster in the shared local cloud."""
    return Bench(emptied_cloud)


@pytest.fixture
def private_bench(private_cloud: TestCloud) -> Bench:
    """A cluster in a local cloud of one's own."""
    return Bench(private_cloud)
