"""Makes the code of an artifact a version of a function."""

from __future__ import annotations

import base64
import hashlib
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from . import artifacts
from .context import ActionContext, ActionFailed

_TURN = 0.1
_READY_MINUTES = 5.0


def publish(context: ActionContext, function: str) -> str:
    """Put the input artifact into $LATEST and return the version that is published of it.

    Code that is there already is not sent again: Lambda then gives the version that it has, so that what a crash cut
    off, done again, gives no second one. Raises ActionFailed, and ClientError of Lambda.
    """
    client, code = context.client("lambda"), _code(context)
    current = _ready(context, client, function)
    digest = base64.b64encode(hashlib.sha256(code).digest()).decode()
    if current["CodeSha256"] != digest:
        client.update_function_code(FunctionName=function, ZipFile=code)
        _ready(context, client, function)
    return str(client.publish_version(FunctionName=function)["Version"])


def require(context: ActionContext, function: str, version: str) -> None:
    """Raise ActionFailed if `function` has no published `version`."""
    client = context.client("lambda")
    try:
        client.get_function_configuration(FunctionName=function, Qualifier=version)
    except client.exceptions.ResourceNotFoundException:
        raise ActionFailed("ConfigurationError", f"The function {function} has no version {version}.") from None


def _code(context: ActionContext) -> bytes:
    artifact = context.run.inputs[0]
    with tempfile.TemporaryDirectory(prefix="deploy-") as folder:
        path = Path(folder) / "artifact.zip"
        artifacts.fetch(context, artifact, path)
        try:
            with zipfile.ZipFile(path) as archive:
                empty = all(item.is_dir() for item in archive.infolist())
        except zipfile.BadZipFile:
            raise ActionFailed("ConfigurationError", f"The artifact {artifact.name} is no zip archive.") from None
        if empty:
            raise ActionFailed("ConfigurationError", f"The artifact {artifact.name} has no files: there is no code.")
        return path.read_bytes()


def _ready(context: ActionContext, client: Any, function: str) -> dict[str, Any]:
    """Return the configuration of $LATEST once no update of it is under way."""
    clock = context.records.cloud.clock
    for _ in range(int(_READY_MINUTES * 60 / _TURN)):
        found: dict[str, Any] = client.get_function_configuration(FunctionName=function)
        if found.get("LastUpdateStatus") != "InProgress":
            return found
        context.check_alive()
        clock.wait(context.job.stop, _TURN * clock.time_scale)
    raise ActionFailed("JobFailed", f"The update of {function} was not over after {_READY_MINUTES:g} minutes.")
