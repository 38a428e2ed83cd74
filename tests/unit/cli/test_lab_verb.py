"""JupyterLab as `workbook lab` opens it: what it serves, and that nothing of it is left afterwards."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from helpers.localcloud import instance

from .conftest import LIMIT, environment

OPEN = (
    "import pathlib, sys; from helpers import jupyter;"
    "sys.exit(jupyter.open_lab(pathlib.Path(sys.argv[1]), browser=False))"
)
KERNEL = (
    "import json, os, sys; from helpers import aws;"
    "print(json.dumps([aws.account(), sys.prefix, sorted(n for n in os.environ if n.startswith('WORKBOOK_'))]))"
)


class Opened:
    """A running lab: where it is, and which processes are its."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        found = re.search(r"(http://127\.0\.0\.1:\d+)(/lab/tree/.+)\?token=(\w+)", process.stdout.readline())
        assert found, "the address is printed first"
        self.base, self.path, self.token = found.groups()
        self.family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]

    def ask(self, path: str, token: bool = True, body: dict[str, Any] | None = None) -> str:
        headers = {"Authorization": f"token {self.token}"} if token else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            said: str = answer.read().decode()
        return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A learner's folder with a notebook in it."""
    home = tmp_path / "workspace"
    home.mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(KERNEL)])
    nbformat.write(notebook, home / "00 first.ipynb")
    return home


@pytest.fixture
def opened(folder: Path) -> Iterator[Callable[[], Opened]]:
    """Opens the lab on that notebook."""
    started: list[subprocess.Popen[str]] = []

    def start() -> Opened:
        command = [sys.executable, "-c", OPEN, str(folder / "00 first.ipynb")]
        process = subprocess.Popen(command, env=environment(folder), stdout=subprocess.PIPE, text=True)
        started.append(process)
        return Opened(process)

    yield start
    for process in started:
        process.terminate()
        process.wait(LIMIT)
    instance.stop(folder)


def end(lab: Opened, how: signal.Signals) -> int:
    lab.process.send_signal(how)
    return lab.process.wait(LIMIT)


def test_it_opens_the_notebook_with_a_token_and_without_news(opened: Callable[[], Opened], folder: Path) -> None:
    lab = opened()
    page = lab.ask(lab.path)
    assert lab.path == "/lab/tree/00%20first.ipynb"
    assert '"news": {"disabled": true}' in page
    with pytest.raises(urllib.error.HTTPError, match="403"):
        lab.ask("/api/contents", token=False)
    shown = [entry["name"] for entry in json.loads(lab.ask("/api/contents"))["content"]]
    assert shown == ["00 first.ipynb"], "what the workbook keeps for itself is not listed"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["workspace"], "the user's settings are untouched"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_when_it_ends(opened: Callable[[], Opened], folder: Path, how: signal.Signals) -> None:
    lab = opened()
    lab.ask("/api/kernels", body={"name": "python3"})
    family = [*lab.family, *psutil.Process(lab.process.pid).children(recursive=True)]
    assert end(lab, how) == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert not instance.status(folder).running


def test_a_cloud_that_was_up_before_stays_up(opened: Callable[[], Opened], folder: Path) -> None:
    before = instance.ensure(folder)
    assert end(opened(), signal.SIGINT) == 0
    assert instance.status(folder).pid == before.pid


def test_its_kernel_is_the_projects_python_and_knows_the_cloud(opened: Callable[[], Opened], folder: Path) -> None:
    from jupyter_client import BlockingKernelClient

    lab = opened()
    identity = json.loads(lab.ask("/api/kernels", body={"name": "python3"}))["id"]
    client = BlockingKernelClient(connection_file=str(folder / "jupyter" / "runtime" / f"kernel-{identity}.json"))
    client.load_connection_file()
    # Without the heartbeat, which takes a busy machine for a dead kernel.
    client.start_channels(hb=False)
    client.wait_for_ready(timeout=LIMIT)
    said: list[str] = []
    client.execute_interactive(
        KERNEL, timeout=30, output_hook=lambda message: said.append(message["content"].get("text", ""))
    )
    client.stop_channels()
    account, prefix, variables = json.loads("".join(said))
    assert account == "111122223333" and prefix == sys.prefix
    assert variables == [
        f"WORKBOOK_{each}" for each in ("ACCOUNT", "BACKEND", "HOME", "LEARNER", "REGION", "TIME_SCALE")
    ]


def test_a_lab_that_cannot_start_says_so(folder: Path) -> None:
    broken = OPEN.replace("browser=False", "browser=False, options=['--ServerApp.port=none']")
    ran = subprocess.run(
        [sys.executable, "-c", broken, str(folder / "00 first.ipynb")],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert ran.returncode == 1
    assert "JupyterLab did not start. The end of its log" in ran.stderr
    assert not instance.status(folder).running
