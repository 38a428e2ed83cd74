"""Checks of the machine: Python, git, settings, folders, browser, container engine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import webbrowser

from helpers import aws

from .check import Check, State

GIT_NEEDED = (2, 31)
SPACE_NEEDED, SPACE_WISHED = 0.5, 2.0
_PROGRAM_LIMIT = 5.0


def python() -> Check:
    """Check that this Python is one that the workbook is tested with."""
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Check("python", "ok", f"Python {version}")
    why = "The workbook is tested with Python 3.11, 3.12 and 3.13 only."
    return Check("python", "problem", f"Python {version}.", why, "run `python3.13 run.py setup`.")


def git() -> Check:
    """Check that git is there, and new enough to be configured by variables alone (GIT_CONFIG_COUNT, git 2.31)."""
    said = _output("git", "version")
    if said is None:
        return Check("git", "problem", "There is no git on the PATH.", "CodeCommit is real git here.", "install git.")
    found = re.search(r"(\d+)\.(\d+)", said)
    if found and (int(found[1]), int(found[2])) < GIT_NEEDED:
        why = "The workbook configures git by variables, so as not to touch your own settings; that needs git 2.31."
        return Check("git", "problem", f"{said}.", why, "install a newer git.")
    return Check("git", "ok", said)


def settings() -> Check:
    """Check the WORKBOOK_* variables."""
    try:
        backend = aws.backend()
        now = aws.configure()
        aws.configure(now.region, now.learner, now.time_scale)
    except aws.WorkbookError as problem:
        return Check("settings", "problem", str(problem), repair="correct or unset the WORKBOOK_* variable.")
    return Check("settings", "ok", f"backend {backend}, region {now.region}, learner {now.learner}")


def home() -> Check:
    """Check that the folder of the learner's copies and the local cloud's state can be written."""
    folder = aws.home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Check("folder", "ok", f"{folder} can be written")
    except OSError as problem:
        what = f"{folder} cannot be written ({problem.strerror})."
        why = "Your copies, your progress and the local cloud's state are kept there."
        return Check("folder", "problem", what, why, "make it writable, or name another in WORKBOOK_HOME.")


def disk() -> Check:
    """Check the free space for what the local cloud keeps."""
    folder = next(folder for folder in (aws.home(), *aws.home().parents) if folder.exists())
    free = shutil.disk_usage(folder).free / 1e9
    if free >= SPACE_WISHED:
        return Check("disk", "ok", f"{free:.1f} GB free")
    state: State = "warning" if free >= SPACE_NEEDED else "problem"
    why = "Repositories, artifacts and logs of the labs are kept on this disk."
    return Check("disk", state, f"{free:.1f} GB free.", why, "make room, or name another place in WORKBOOK_HOME.")


def browser() -> Check:
    """Check that `lab` will find a browser to open."""
    try:
        webbrowser.get()
    except webbrowser.Error:
        why = "`workbook lab` opens JupyterLab in one."
        repair = "use `workbook lab --no-browser` and open the address that it prints in any browser."
        return Check("browser", "warning", "No browser was found.", why, repair)
    return Check("browser", "ok", "a browser was found")


def docker() -> Check:
    """Say whether a container engine answers; none is needed."""
    version = _output("docker", "version", "--format", "{{.Server.Version}}")
    what = f"Docker engine {version} answers" if version else "no Docker engine answers, and none is needed"
    return Check("docker", "ok", what)


def _output(*command: str) -> str | None:
    """Return what the program says, or None if it is not there, fails or does not end."""
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=_PROGRAM_LIMIT, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return ran.stdout.strip()
