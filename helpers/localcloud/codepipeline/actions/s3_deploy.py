"""Deploy: the files of an artifact, or the artifact itself, into a bucket.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html
"""

from __future__ import annotations

import mimetypes
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from . import artifacts
from .context import ActionContext, ActionFailed, Outcome


def run(context: ActionContext) -> Outcome:
    """Put what was built where it is served from. Done again after a crash it gives the same."""
    configuration = context.configuration
    artifact = context.run.inputs[0]
    extract = configuration["Extract"].lower() == "true"
    if not extract and not configuration.get("ObjectKey"):
        raise ActionFailed("ConfigurationError", "Without Extract an ObjectKey is needed.")
    s3 = context.client("s3")
    with tempfile.TemporaryDirectory(prefix="deploy-") as folder:
        path = Path(folder) / "artifact.zip"
        artifacts.fetch(context, artifact, path)
        try:
            count = _extract(s3, context, path) if extract else _copy(s3, context, path)
        except s3.exceptions.ClientError as error:
            target = configuration["BucketName"]
            message = f"The deployment to s3://{target} failed: {error.response['Error']['Message']}"
            raise ActionFailed("JobFailed", message) from None
    return Outcome(summary=f"Deployed {count} object{'s' if count != 1 else ''}")


def _extract(s3: Any, context: ActionContext, path: Path) -> int:
    prefix = context.configuration.get("ObjectKey", "").strip("/")
    try:
        with zipfile.ZipFile(path) as archive:
            files = [item for item in archive.infolist() if not item.is_dir()]
            for item in files:
                key = f"{prefix}/{item.filename}" if prefix else item.filename
                _put(s3, context, key, archive.read(item))
    except zipfile.BadZipFile:
        raise ActionFailed("JobFailed", "The artifact is no zip archive; use Extract false to copy it.") from None
    return len(files)


def _copy(s3: Any, context: ActionContext, path: Path) -> int:
    _put(s3, context, context.configuration["ObjectKey"], path.read_bytes())
    return 1


def _put(s3: Any, context: ActionContext, key: str, body: bytes) -> None:
    configuration = context.configuration
    options = {"ContentType": mimetypes.guess_type(key)[0] or "application/octet-stream"}
    if "CannedACL" in configuration:
        options["ACL"] = configuration["CannedACL"]
    if "CacheControl" in configuration:
        options["CacheControl"] = configuration["CacheControl"]
    # Whoever looks at a deployed object can tell which artifact it came from.
    trace = {"codepipeline-artifact-sha256": context.run.inputs[0].sha256}
    s3.put_object(Bucket=configuration["BucketName"], Key=key, Body=body, Metadata=trace, **options)
