"""For all tests of CloudWatch."""

from __future__ import annotations

import pytest

from tests.localcloud.cloudwatch import measuring


@pytest.fixture(autouse=True)
def one_minute() -> None:
    """All moments of a test are counted from one minute."""
    measuring.begin()
