"""Fixtures: a learner whose notebook works in the test's account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpers import aws
from tests.localcloud.support import TestCloud


@pytest.fixture
def learner(emptied_cloud: TestCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The learner ada."""
    monkeypatch.setenv("WORKBOOK_HOME", str(emptied_cloud.home))
    monkeypatch.setenv("WORKBOOK_ACCOUNT", emptied_cloud.account)
    aws.configure(learner="ada")
    yield
    monkeypatch.undo()
    aws.configure()
