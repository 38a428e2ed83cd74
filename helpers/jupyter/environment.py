"""The environment of the Jupyter server, and so of every kernel and terminal in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from helpers import aws

SETTINGS = Path(__file__).resolve().parent / "settings"


def server_environment(cloud: Mapping[str, str] | None) -> dict[str, str]:
    """Return the variables of the server.

    `cloud` are those of the local cloud, with which the `aws` and `git` of a terminal in JupyterLab reach it; None
    leaves the user's AWS variables as they are. The folders are the workbook's own, so that the user's
    own Jupyter settings neither matter nor change.
    """
    dropped = ("PYTHONDONTWRITEBYTECODE", "JUPYTER_", *(() if cloud is None else ("AWS_",)))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return {**kept, **(cloud or {}), **_workbook(), **_jupyter(aws.home() / "jupyter"), "PATH": path}


def runtime_folder() -> Path:
    """Return the folder in which the server notes its address and token (mode 0600)."""
    return aws.home() / "jupyter" / "runtime"


def _workbook() -> dict[str, str]:
    now = aws.configure()
    return {
        "WORKBOOK_HOME": str(aws.home()),
        "WORKBOOK_BACKEND": aws.backend(),
        "WORKBOOK_REGION": now.region,
        "WORKBOOK_LEARNER": now.learner,
        "WORKBOOK_ACCOUNT": now.account,
        "WORKBOOK_TIME_SCALE": f"{now.time_scale:g}",
    }


def _jupyter(folder: Path) -> dict[str, str]:
    return {
        "JUPYTER_CONFIG_PATH": str(SETTINGS),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime_folder()),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
