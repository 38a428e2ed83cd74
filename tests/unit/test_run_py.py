"""run.py is the first thing a learner touches: its sentences, its mending and its handing over, in a copy."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LIMIT = 60

CLI = """
import os, sys
print(sys.argv[1:], os.environ.get("PYTHONDONTWRITEBYTECODE"), sys.prefix)
sys.exit(7)
"""

TWO_AT_ONCE = """
import importlib.util, pathlib, sys, threading
spec = importlib.util.spec_from_file_location("run", "run.py")
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)
here = pathlib.Path.cwd()

def set_up():
    with open("made", "a") as file:
        file.write("once ")
    for _ in range(600):
        if (here / "begun1").exists() and (here / "begun2").exists():
            break
        threading.Event().wait(0.05)
    make()

def make():
    run.VENV.mkdir()
    run.PYTHON.parent.mkdir()
    run.PYTHON.touch()
    run.MARK.write_text(run.stamp())

run.set_up, run._hand_over = set_up, lambda arguments: 0
(here / sys.argv[1]).touch()
sys.exit(run.main([]))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A project with nothing but run.py, its inputs, and a command that tells how it was called."""
    for name in ("run.py", "requirements.lock", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "__init__.py").touch()
    (tmp_path / "helpers" / "cli.py").write_text(CLI)
    return tmp_path


@pytest.fixture
def run(copy: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py of the copy, which installs nothing and makes a .venv whose pip is a stub."""
    spec = importlib.util.spec_from_file_location("run_of_copy", copy / "run.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for step in ("_install_uv", "_install_lock", "_install_project"):
        monkeypatch.setattr(module, step, lambda: None)
    real = venv.create

    def create(folder: Path, with_pip: bool) -> None:
        assert with_pip
        real(folder, symlinks=True)
        packages = next(folder.rglob("site-packages"))
        (packages / "pip.py").touch()

    monkeypatch.setattr(venv, "create", create)
    return module


def start(copy: Path, *arguments: str, before: str = "pass", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run run.py as a learner does, with the Python statements `before` played first."""
    program = f"import sys, runpy; {before}; sys.argv[0] = 'run.py'; runpy.run_path('run.py', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=copy,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14)])
def test_another_python_gets_a_sentence(copy: Path, version: tuple[int, int]) -> None:
    ran = start(copy, "lab", before=f"sys.version_info = {(*version, 0, 'final', 0)}")
    assert ran.returncode == 1
    assert f"needs Python 3.11, 3.12 or 3.13; this is Python {version[0]}.{version[1]}." in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (copy / ".venv").exists()


def test_an_old_python_can_read_the_file_as_far_as_its_sentence() -> None:
    tree = ast.parse((PROJECT / "run.py").read_text(), feature_version=(3, 7))
    imported = [alias.name for node in tree.body for alias in getattr(node, "names", [])]
    assert "annotations" not in imported, "Python 3.6 has no such future"


def test_without_git_it_says_how_to_get_it(copy: Path) -> None:
    empty = copy / "empty"
    empty.mkdir()
    ran = start(copy, "lab", PATH=str(empty))
    assert ran.returncode == 1
    assert "needs git" in ran.stderr and "apt install git" in ran.stderr
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_without_the_venv_module_it_says_how_to_get_it(copy: Path, missing: str) -> None:
    # venv runs ensurepip in the new Python: there it is missing as on a Debian without python3-venv.
    broken = "import subprocess, venv; venv.create = lambda *_, **__: subprocess.run(['false'], check=True)"
    ran = start(copy, "lab", before="sys.modules['venv'] = None" if missing == "venv" else broken)
    assert ran.returncode == 1
    assert f"python{sys.version_info[0]}.{sys.version_info[1]}-venv" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_finished_set_up_is_not_repeated_until_its_inputs_change(run: ModuleType, copy: Path) -> None:
    assert not run.is_ready()
    run.set_up()
    assert run.is_ready()
    with (copy / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert not run.is_ready()
    run.set_up()
    assert run.is_ready()


def test_a_change_of_the_lock_keeps_what_is_installed(run: ModuleType, copy: Path) -> None:
    run.set_up()
    (run.VENV / "kept").touch()
    (copy / "pyproject.toml").write_text("changed = true\n")
    run.set_up()
    assert (run.VENV / "kept").exists() and run.is_ready()


def interrupt(run: ModuleType) -> None:
    run.MARK.write_text(run.UNFINISHED)


def break_python(run: ModuleType) -> None:
    run.PYTHON.unlink()
    run.PYTHON.write_text("no program\n")


def lose_pip(run: ModuleType) -> None:
    next(run.VENV.rglob("pip.py")).unlink()
    run.MARK.unlink()


def move_it_here(run: ModuleType) -> None:
    run.MARK.write_text(run.stamp().replace(str(run.VENV), "elsewhere/.venv"))


@pytest.mark.parametrize("damage", [interrupt, break_python, lose_pip, move_it_here])
def test_what_is_half_made_broken_or_moved_is_made_anew(
    run: ModuleType, damage: Callable[[ModuleType], None], capsys: pytest.CaptureFixture[str]
) -> None:
    run.set_up()
    (run.VENV / "old").touch()
    damage(run)
    if damage is break_python:
        run.MARK.write_text("an older stamp")
    run.set_up()
    assert run.is_ready() and not (run.VENV / "old").exists()
    assert "made anew" in capsys.readouterr().out


def test_an_interrupted_step_leaves_a_set_up_that_is_seen_as_unfinished(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "_install_lock", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.set_up()
    assert not run.is_ready()


def test_an_environment_of_the_users_own_is_taken_as_it_is(run: ModuleType) -> None:
    import venv as module

    module.create(run.VENV, with_pip=True)
    (run.VENV / "theirs").touch()
    run.set_up()
    assert (run.VENV / "theirs").exists() and run.is_ready()


def test_a_step_that_fails_is_named(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise subprocess.CalledProcessError(9, "pip")

    monkeypatch.setattr(run, "_install_lock", fail)
    with pytest.raises(SystemExit) as ended:
        run.set_up()
    assert "stopped at its step `packages` (exit code 9)" in str(ended.value)
    assert not run.is_ready()


def test_pip_takes_over_where_uv_cannot(copy: Path) -> None:
    spec = importlib.util.spec_from_file_location("run_of_copy", copy / "run.py")
    assert spec and spec.loader
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    called: list[tuple[object, ...]] = []

    def call(*arguments: object) -> None:
        called.append(arguments)
        if "uv" in arguments:
            raise subprocess.CalledProcessError(2, "uv")

    run._call = call
    run._install_lock()
    assert [arguments[1] for arguments in called] == ["uv", "pip"]
    assert all("--require-hashes" in arguments for arguments in called)


def test_it_hands_over_with_arguments_exit_code_and_bytecode(run: ModuleType, copy: Path) -> None:
    run.set_up()
    ran = start(copy, "env", "--account", "12 3", PYTHONDONTWRITEBYTECODE="1")
    assert ran.returncode == 7, ran.stderr
    assert ran.stdout.strip() == f"['env', '--account', '12 3'] None {copy / '.venv'}"


def test_two_calls_at_once_set_up_once(copy: Path) -> None:
    program = [sys.executable, "-c", TWO_AT_ONCE]
    both = [subprocess.Popen([*program, name], cwd=copy) for name in ("begun1", "begun2")]
    try:
        assert [process.wait(LIMIT) for process in both] == [0, 0]
    finally:
        for process in both:
            process.kill()
    assert (copy / "made").read_text() == "once "
