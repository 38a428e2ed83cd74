"""Fixtures: a fresh account in a shared local cloud, or a local cloud of one's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import aws
from helpers.localcloud import instance
from tests.localcloud.support import TestCloud, new_account


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state folder of the one local cloud that the tests of this process share."""
    home = tmp_path_factory.mktemp("cloud")
    instance.ensure(home)
    yield home
    instance.stop(home)


@pytest.fixture
def cloud(shared_home: Path) -> TestCloud:
    """A fresh account in the shared local cloud."""
    return TestCloud(shared_home, new_account())


@pytest.fixture
def emptied_cloud(cloud: TestCloud) -> Iterator[TestCloud]:
    """A fresh account in which nothing goes on running after the test: no tasks, no hosts, no listeners."""
    yield cloud
    instance.reset(cloud.home, cloud.account)


@pytest.fixture
def learner(emptied_cloud: TestCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The learner ada, whose notebook works in the test's account."""
    monkeypatch.setenv("WORKBOOK_HOME", str(emptied_cloud.home))
    monkeypatch.setenv("WORKBOOK_ACCOUNT", emptied_cloud.account)
    aws.configure(learner="ada")
    yield
    monkeypatch.undo()
    aws.configure()


@pytest.fixture
def private_cloud_factory(tmp_path: Path) -> Iterator[Callable[..., TestCloud]]:
    """Makes local clouds of one's own, to be killed at will; all are stopped afterwards."""
    made: list[TestCloud] = []
    numbers = itertools.count()

    def make(**options: Any) -> TestCloud:
        home = tmp_path / f"home{next(numbers)}"
        cloud = TestCloud(home, new_account(), **options)
        cloud.restart()
        made.append(cloud)
        return cloud

    yield make
    for cloud in made:
        cloud.stop()


@pytest.fixture
def private_cloud(private_cloud_factory: Callable[..., TestCloud]) -> TestCloud:
    """A local cloud of one's own."""
    return private_cloud_factory()
