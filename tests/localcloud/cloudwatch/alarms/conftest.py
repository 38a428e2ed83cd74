"""Where alarms publish to."""

from __future__ import annotations

import pytest

from tests.localcloud.cloudwatch.alarms.inbox import Inbox
from tests.localcloud.support import TestCloud


@pytest.fixture
def inbox(cloud: TestCloud) -> Inbox:
    """A topic of the test's account that delivers to a queue."""
    return Inbox(cloud)
