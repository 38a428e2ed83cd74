"""The doctor's checks, each on a machine that has the very trouble."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from helpers import aws, cli, doctor
from helpers.doctor import Check, Diagnosis, account, cloud, machine

GONE = 2**22 + 1  # above the largest process number of Linux, so nobody has it


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of one's own and no settings of the user's."""
    for name in os.environ:
        if name.startswith(("WORKBOOK_", "AWS_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "home"))
    aws.configure()
    yield tmp_path / "home"
    monkeypatch.undo()
    aws.configure()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A program that listens on a port of this machine and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


def program(folder: Path, name: str, said: str) -> None:
    """Make a program that says one line."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{said}'\n")
    path.chmod(0o755)


def note(home: Path, pid: int, created: float, port: int) -> None:
    """Leave the note of a local cloud in the state folder."""
    (home / "cloud").mkdir(parents=True)
    content = {"pid": pid, "created": created, "port": port, "time_scale": 60.0}
    (home / "cloud" / "running.json").write_text(json.dumps(content))


def test_a_sound_machine_is_ready(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "Ready" in said and "✘" not in said


def test_a_problem_says_what_why_and_how_to_repair_and_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["doctor"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "✘ There is no git on the PATH. CodeCommit is real git here. Repair: install git." in said


@pytest.mark.parametrize(("version", "state"), [("2.30.9", "problem"), ("2.31.0", "ok"), ("3.0.1", "ok")])
def test_git_must_be_new_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, state: str) -> None:
    program(tmp_path, "git", f"git version {version}")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert machine.git().state == state


def test_a_file_in_the_way_of_the_folder_is_a_problem(settings: Path) -> None:
    settings.write_text("in the way")
    found = machine.home()
    assert found.state == "problem"
    assert str(settings) in found.what and "WORKBOOK_HOME" in found.repair


def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBOOK_LEARNER", "Ada Lovelace")
    found = machine.settings()
    assert found.state == "problem" and "Ada Lovelace" in found.what


@pytest.mark.parametrize(("free", "state"), [(10_000_000, "problem"), (10**9, "warning"), (10**10, "ok")])
def test_little_space_is_said(monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: _Usage(free))
    assert machine.disk().state == state


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def test_the_note_of_a_dead_process_is_stale(settings: Path) -> None:
    note(settings, GONE, 1.0, 4566)
    found = cloud.record()
    assert found.state == "warning" and str(GONE) in found.what and "workbook down" in found.repair


def test_state_that_was_kept_aside_is_said(settings: Path) -> None:
    (settings / "cloud").mkdir(parents=True)
    (settings / "cloud" / "state.sqlite.corrupt-1").touch()
    found = cloud.kept_aside()
    assert found.state == "warning" and "state.sqlite.corrupt-1" in found.what


def test_a_cloud_that_hangs_is_a_problem(
    settings: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud, "_ANSWER_LIMIT", 0.1)
    ourselves = psutil.Process()
    note(settings, ourselves.pid, ourselves.create_time(), listener.getsockname()[1])
    found = cloud.answer()
    assert found.state == "problem" and str(ourselves.pid) in found.what


def test_the_user_of_the_port_is_named(settings: Path, listener: socket.socket) -> None:
    (settings / "cloud").mkdir(parents=True)
    (settings / "cloud" / "port").write_text(str(listener.getsockname()[1]))
    found = cloud.port()
    assert found.state == "warning"
    assert f"(process {os.getpid()})" in found.what


def test_a_free_port_is_fine(settings: Path, listener: socket.socket) -> None:
    (settings / "cloud").mkdir(parents=True)
    (settings / "cloud" / "port").write_text(str(listener.getsockname()[1]))
    listener.close()
    assert cloud.port().state == "ok"


@pytest.mark.parametrize(("exempt", "state"), [("", "problem"), ("localhost,127.0.0.1", "ok")])
def test_a_proxy_in_the_way_is_a_problem(monkeypatch: pytest.MonkeyPatch, exempt: str, state: str) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", exempt)
    assert cloud.proxy().state == state


def test_aws_without_credentials_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WORKBOOK_BACKEND", "aws")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    aws.configure()
    found = account.credentials()
    assert found.state == "problem" and "WORKBOOK_BACKEND" in found.repair


def test_the_local_cloud_needs_no_credentials() -> None:
    assert account.credentials().state == "ok"


def test_preflight_says_ready_in_a_notebook_and_in_a_terminal() -> None:
    found = doctor.preflight()
    assert found.ready
    shown = found._repr_mimebundle_()
    assert "Ready" in shown["text/plain"] and "Ready" in shown["text/html"]


def test_a_diagnosis_leaves_out_what_is_well_and_escapes_what_it_shows() -> None:
    found = Diagnosis([Check("fine", "ok", "all is well"), Check("bad", "problem", "<b>seen</b>", "why", "do this")])
    shown = found._repr_mimebundle_()
    assert not found.ready
    assert "all is well" not in shown["text/plain"] and "do this" in shown["text/plain"]
    assert "<b>seen</b>" not in shown["text/html"] and "&lt;b&gt;seen" in shown["text/html"]
