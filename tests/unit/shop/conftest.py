"""A shop that runs, and copies of its source to break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labs.shop import launch


@pytest.fixture(scope="module")
def shop() -> Iterator[launch.Shop]:
    """Three processes of version 7.7.7, shared by the tests of a module: leave its faults off."""
    with launch.shop(SHOP_VERSION="7.7.7") as running:
        yield running


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A learner's working copy."""
    for name, content in launch.source().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path
