"""What learners push: it tests itself, it packs itself, and its tests know the bugs that labs plant."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from labs.shop import launch


def run_suite(copy: Path, suite: str, runner: str = "unittest") -> subprocess.CompletedProcess[str]:
    commands = {
        "unittest": ["-m", "unittest", "discover", "-s", f"tests/{suite}", "-t", "."],
        "pytest": ["-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{suite}"],
    }
    command = [sys.executable, *commands[runner]]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("runner", ["unittest", "pytest"])
@pytest.mark.parametrize("suite", ["unit", "integration", "e2e"])
def test_it_passes_its_own_tests(copy: Path, suite: str, runner: str) -> None:
    done = run_suite(copy, suite, runner)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Ran [1-9]|[1-9]\d* passed", done.stderr + done.stdout)


def test_its_end_to_end_tests_judge_a_shop_that_runs_elsewhere(copy: Path, shop: launch.Shop) -> None:
    command = [sys.executable, "-m", "unittest", "discover", "-s", "tests/e2e", "-t", "."]
    environment = {"SHOP_URL": shop.web.url}
    before = len(shop.logs("web"))
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=60, check=False)
    assert (done.returncode, len(shop.logs("web")) > before) == (0, True)


@pytest.mark.parametrize(
    ("file", "old", "new", "caught"),
    [
        ("catalog", "amount >= DISCOUNT_FROM", "amount > DISCOUNT_FROM", {"unit", "integration"}),
        ("catalog", '{"total": total(request.body)}', '{"sum": total(request.body)}', {"integration"}),
        ("orders", '"/total"', '"/totals"', {"unit", "integration"}),
        ("web", '"/total"', '"/price"', {"integration"}),
    ],
)
def test_bugs_are_caught_on_the_level_where_they_show(
    copy: Path, file: str, old: str, new: str, caught: set[str]
) -> None:
    code = copy / "shop" / f"{file}.py"
    assert code.read_text().count(old) == 1
    code.write_text(code.read_text().replace(old, new))
    assert {suite for suite in ("unit", "integration") if run_suite(copy, suite).returncode} == caught


@pytest.mark.skipif(shutil.which("sh") is None, reason="a buildspec's commands are for a POSIX shell")
def test_its_buildspec_packs_what_runs(copy: Path) -> None:
    spec = yaml.safe_load((copy / "buildspec.yml").read_text())
    commands = [command for phase in spec["phases"].values() for command in phase["commands"]]
    python = copy.parent / "bin"
    python.mkdir(exist_ok=True)
    (python / "python").unlink(missing_ok=True)
    (python / "python").symlink_to(sys.executable)
    environment = {
        "PATH": f"{python}:{os.environ['PATH']}",
        "CODEBUILD_RESOLVED_SOURCE_VERSION": "c0ffee",
        "CODEBUILD_BUILD_SUCCEEDING": "1",
    }
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(commands)], cwd=copy, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The package is whole" in done.stdout
    dist = copy / spec["artifacts"]["base-directory"]
    assert json.loads((dist / "release.json").read_text()) == {"version": "1.0.0", "commit": "c0ffee"}
    assert not list(dist.rglob("__pycache__"))
    with launch.shop(dist) as packed:
        assert packed.logs("web")[-1]["version"] == "1.0.0"


def test_only_what_belongs_to_the_project_is_pushed() -> None:
    pushed = launch.source()
    assert {"buildspec.yml", "VERSION", "README.md", "shop/__init__.py", "tests/unit/test_catalog.py"} <= pushed.keys()
    assert not [name for name in pushed if "__pycache__" in name or name.startswith(".") or name == "launch.py"]
    assert all(content.decode() or name.endswith("__init__.py") for name, content in pushed.items())
