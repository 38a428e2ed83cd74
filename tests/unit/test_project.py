"""What must be true of the files of the project themselves."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TEXTS = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".ipynb", ".cfg", ".html", ".lock", ""}
LONGEST = 400


def files() -> list[Path]:
    """Return what git would keep of this folder; in a copy without git, all that is not made by running it."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    names = listed.stdout.split("\0") if listed.returncode == 0 else map(str, PROJECT.glob("[!.]*/**/*"))
    return [path for path in (PROJECT / name for name in names if name) if path.is_file() and path.suffix in TEXTS]


def lines(paths: list[Path], pattern: str) -> list[str]:
    """Return where the pattern is found."""
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if path != Path(__file__) and wanted.search(line)
    ]


def python(folder: str) -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and path.is_relative_to(PROJECT / folder)]


def test_no_file_knows_the_machine_on_which_it_was_written() -> None:
    found = lines(files(), r"(?<![\w.])/(root|work|home/\w+|Users/\w+|opt/\w+)/")
    assert [place for place in found if not place.startswith("helpers/regression/lint/")] == [], (
        "the lint looks for them"
    )


def test_no_secret_of_aws_is_in_the_project() -> None:
    assert lines(files(), r"\b(AKIA|ASIA)(?!IOSFODNN7EXAMPLE)[A-Z0-9]{16}\b") == []


def test_modules_stay_readable() -> None:
    long = [path for path in python("helpers") if len(path.read_text().splitlines()) > LONGEST]
    assert long == []


def test_the_helpers_wait_on_conditions_and_never_sleep() -> None:
    assert lines(python("helpers"), r"\btime\.sleep\(|\basyncio\.sleep\((?!0\))") == []


def test_nothing_is_served_to_other_machines() -> None:
    # "::" also stands between an artifact and a path in it (ArtifactName::path).
    found = lines(python("helpers"), r"""["']0\.0\.0\.0["']|(?<!partition\()["']::["']""")
    # A container has a network of its own; what of it is served, its engine maps to 127.0.0.1.
    assert [place for place in found if not place.startswith("helpers/containers.py")] == []


def test_only_the_backend_and_the_command_know_the_local_cloud() -> None:
    knowing = r"^\s*(from|import) (helpers)?\.?(helpers\.)?localcloud\b"
    programs = ("helpers/cli.py", "helpers/doctor/", "helpers/jupyter/", "helpers/git_credential.py")
    allowed = ("helpers/aws.py", "helpers/localcloud/", *programs)
    found = lines([*python("helpers"), *python("labs")], knowing)
    assert [place for place in found if not place.startswith(allowed)] == []


def test_the_package_carries_what_it_needs_beside_its_modules() -> None:
    for name in (
        "helpers/py.typed",
        "helpers/jupyter/settings/labconfig/page_config.json",
        "helpers/regression/page.html",
    ):
        assert (PROJECT / name).is_file(), name


@pytest.mark.parametrize("page", [path for path in files() if path.suffix == ".md"], ids=lambda path: path.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_readme_names_the_two_commands() -> None:
    said = (PROJECT / "README.md").read_text()
    assert "python3 run.py lab" in said and "python3 run.py test" in said
