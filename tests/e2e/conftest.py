"""The workbook as a learner opens it: `workbook lab`, and a real browser on the address that it prints."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
PICTURES = PROJECT / "runs" / "ci"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_STOP_LIMIT = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: each drives a browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a learner who has never opened the workbook."""
    return tmp_path_factory.mktemp("learner") / "workspace"


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """The address at which `workbook lab` has opened the workbook; it is stopped as by Ctrl-C."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKBOOK_")}
    command = [sys.executable, "-m", "helpers.cli", "lab", "--no-browser"]
    environment = {**kept, "WORKBOOK_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\S+", process.stdout.readline())
        assert found, "`workbook lab` prints the address first"
        yield found.group()
        process.terminate()
        assert process.wait(_STOP_LIMIT) == 0


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of a headless Chromium with a profile of its own."""
    program = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    assert program, "These tests drive Chromium, which is not on the PATH: install it (Debian: `apt install chromium`)."
    profile = tmp_path_factory.mktemp("profile")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=program,
            headless=True,
            args=[*_OPTIONS],
            viewport={"width": 1400, "height": 900},
        )
        yield context.new_page()
        context.close()


@pytest.fixture
def pictures() -> Path:
    """Where screenshots are kept."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES
