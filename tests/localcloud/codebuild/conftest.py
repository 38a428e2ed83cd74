"""Fixture: a project in a fresh account of the shared local cloud."""

from __future__ import annotations

import pytest

from tests.localcloud.codebuild.bench import Bench
from tests.localcloud.support import TestCloud


@pytest.fixture
def bench(cloud: TestCloud) -> Bench:
    """A project without a source."""
    return Bench(cloud)
