"""The `workbook` command as a user calls it, on a state folder of the tests' own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.localcloud import instance

LIMIT = 90
Workbook = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(home: Path) -> dict[str, str]:
    """Return our environment for the state folder `home`, without settings of the user's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WORKBOOK_", "AWS_", "GIT_"))}
    return {**kept, "WORKBOOK_HOME": str(home), "HOME": str(home.parent)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state folder that the tests of a module share; its local cloud is stopped afterwards."""
    folder = tmp_path_factory.mktemp("user") / "workspace"
    folder.mkdir()
    yield folder
    instance.stop(folder)


@pytest.fixture(scope="module")
def workbook(home: Path) -> Workbook:
    """Runs `workbook ...` and returns how it ended."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "helpers.cli", *arguments],
            env={**environment(home), **variables},
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )

    return run
