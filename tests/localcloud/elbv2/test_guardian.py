"""The guardian ends what it watches once the local cloud does not come back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from helpers.localcloud import record
from helpers.localcloud.lock import AlreadyRunning
from helpers.localcloud.runtime import guardian
from tests.localcloud.support import eventually

_PARENT = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'input()']).wait()"


@pytest.fixture
def family() -> Iterator[psutil.Process]:
    """A process with a child; both wait."""
    process = subprocess.Popen([sys.executable, "-c", _PARENT], stdin=subprocess.PIPE)
    parent = psutil.Process(process.pid)
    eventually(parent.children, what="the child")
    yield parent
    for each in [*parent.children(), parent] if parent.is_running() else []:
        each.kill()
    process.wait(10)


def note(path: Path, pid: int, created: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "created": created}))


def crashed(home: Path) -> None:
    """Leave the note of a local cloud that is dead."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "running.json").write_text(json.dumps({"pid": 2**22 + 1, "created": 1.0, "port": 1, "time_scale": 1.0}))


def test_it_ends_the_whole_family_when_the_cloud_does_not_come_back(tmp_path: Path, family: psutil.Process) -> None:
    home, child = tmp_path / "cloud", family.children()[0]
    crashed(home)
    note(home / "guardian" / f"{family.pid}.json", family.pid, family.create_time())
    guardian.guard(home, coming_back=0.3)
    eventually(lambda: not _alive(family) and not _alive(child), what="the end of both")


def test_it_leaves_a_process_that_took_the_number(tmp_path: Path, family: psutil.Process) -> None:
    home = tmp_path / "cloud"
    crashed(home)
    note(home / "guardian" / f"{family.pid}.json", family.pid, family.create_time() - 60)
    guardian.guard(home, coming_back=0.1)
    assert family.is_running()


def test_it_stays_as_long_as_the_cloud_is_there(tmp_path: Path, family: psutil.Process) -> None:
    home = tmp_path / "cloud"
    note(home / "guardian" / "owner.json", family.pid, family.create_time())
    watched = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        note(home / "guardian" / f"{watched.pid}.json", watched.pid, psutil.Process(watched.pid).create_time())
        thread = threading.Thread(target=guardian.guard, args=(home, 60.0), daemon=True)
        thread.start()
        thread.join(1.0)
        assert thread.is_alive() and watched.poll() is None
        for each in [*family.children(), family]:
            each.kill()
        # The cloud took its note away: it was stopped, and is not waited for.
        watched.wait(10)
        thread.join(10)
        assert not thread.is_alive()
    finally:
        watched.kill()
        watched.wait(10)


def test_there_is_one_for_each_cloud(tmp_path: Path) -> None:
    from helpers.localcloud.lock import hold

    held = hold(tmp_path / "cloud" / "guardian" / "lock")
    with pytest.raises(AlreadyRunning):
        guardian.guard(tmp_path / "cloud")
    held.close()


def test_notes_that_make_no_sense_are_cleared(tmp_path: Path) -> None:
    home = tmp_path / "cloud"
    folder = home / "guardian"
    folder.mkdir(parents=True)
    for number, text in enumerate(("", "[]", '{"pid": "x"}', '{"pid": 1'), 1):
        (folder / f"{number}.json").write_text(text)
    guardian.guard(home)
    assert not list(folder.glob("[0-9]*.json"))
    assert record.read(tmp_path) is None


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
