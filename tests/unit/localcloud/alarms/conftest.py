"""Alarms on a stepped clock, and a target for their actions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.localcloud.cloudwatch.alarms import actions
from tests.unit.localcloud.alarms.stepped import Stepped, Target, stepped


@pytest.fixture
def alarms(tmp_path: Path) -> Iterator[Stepped]:
    """Alarms at AWS's own pace, on a clock that stands still."""
    with stepped(tmp_path) as opened:
        yield opened


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Target:
    """What takes the actions for Systems Manager."""
    made = Target()
    monkeypatch.setitem(actions._HANDLERS, "ssm", made)
    return made
