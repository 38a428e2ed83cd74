"""Measurements: ratios of two things measured in turn, in one run, so that a slow machine changes both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.localcloud.codepipeline.pipelines import Bench
from tests.localcloud.conftest import cloud, emptied_cloud, shared_home
from tests.localcloud.support import TestCloud

__all__ = ["cloud", "emptied_cloud", "shared_home"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as a measurement."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.bench)


@pytest.fixture
def bench(emptied_cloud: TestCloud, tmp_path: Path) -> Bench:
    """Buckets, repository and projects in a fresh account."""
    return Bench(emptied_cloud, tmp_path)
