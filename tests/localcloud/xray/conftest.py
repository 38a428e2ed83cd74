"""Fixtures of X-Ray's tests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.support import TestCloud


@pytest.fixture
def xray(cloud: TestCloud) -> Any:
    """A client of a fresh account."""
    return cloud.client("xray")
