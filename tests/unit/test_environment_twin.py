"""pyproject.toml is the one source of dependencies: the locks and environment.yml must say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def project() -> dict[str, Any]:
    with (PROJECT / "pyproject.toml").open("rb") as file:
        content: dict[str, Any] = tomllib.load(file)["project"]
    return content


def conda() -> list[Any]:
    dependencies: list[Any] = yaml.safe_load((PROJECT / "environment.yml").read_text())["dependencies"]
    return dependencies


def locked_extras(lock: str) -> set[str]:
    """Return the extras that a lock was made with, from the command in its head."""
    command = (PROJECT / lock).read_text().splitlines()[1]
    everything = set(project()["optional-dependencies"])
    return everything if "--all-extras" in command else set(re.findall(r"--extra (\w+)", command))


def pins(lock: str) -> set[tuple[str, str]]:
    """Return names and versions; a package may have one version for each of several Pythons."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", (PROJECT / lock).read_text(), re.MULTILINE)
    return {(name.lower(), version) for name, version in found}


def is_met(wish: Requirement, found: set[tuple[str, str]]) -> bool:
    versions = [version for name, version in found if name == wish.name.lower()]
    return bool(versions) and all(version in wish.specifier for version in versions)


def wanted(extras: set[str]) -> list[Requirement]:
    said = project()
    texts = [*said["dependencies"], *(text for extra in extras for text in said["optional-dependencies"][extra])]
    return [Requirement(text) for text in texts]


def test_conda_installs_what_the_lock_installs() -> None:
    (pip,) = [entry["pip"] for entry in conda() if isinstance(entry, dict)]
    (editable,) = pip
    extras = re.fullmatch(r"-e \.\[([\w,]+)\]", editable)
    assert extras is not None
    assert set(extras[1].split(",")) == locked_extras("requirements.lock")


def test_conda_takes_the_same_pythons() -> None:
    python = Requirement(next(entry for entry in conda() if isinstance(entry, str) and entry.startswith("python")))
    assert str(python.specifier) == str(Requirement(f"python{project()['requires-python']}").specifier)
    assert "pip" in conda()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_every_dependency_in_a_version_that_is_wanted(lock: str) -> None:
    unmet = [str(each) for each in wanted(locked_extras(lock)) if not is_met(each, pins(lock))]
    assert unmet == []


def test_the_developers_lock_adds_to_the_other_and_changes_nothing() -> None:
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_by_hash_and_names_no_address(lock: str) -> None:
    entries = re.findall(r"^[A-Za-z].*?(?=^[A-Za-z]|\Z)", (PROJECT / lock).read_text(), re.MULTILINE | re.DOTALL)
    assert len(entries) == len(pins(lock))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.search(r"://|--(extra-)?index|--find-links", (PROJECT / lock).read_text()) is None
