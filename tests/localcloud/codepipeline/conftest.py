"""A bench with buckets and a source for pipelines, in a fresh account."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.localcloud.codepipeline.pipelines import Bench
from tests.localcloud.support import TestCloud


@pytest.fixture
def bench(emptied_cloud: TestCloud, tmp_path: Path) -> Bench:
    return Bench(emptied_cloud, tmp_path)


@pytest.fixture
def own_bench(private_cloud: TestCloud, tmp_path: Path) -> Bench:
    """A bench in a local cloud of its own, to be killed."""
    return Bench(private_cloud, tmp_path)
