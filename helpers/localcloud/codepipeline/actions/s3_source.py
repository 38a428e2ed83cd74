"""Source: an object in S3.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from .context import ActionContext, ActionFailed, Outcome


def run(context: ActionContext) -> Outcome:
    """Take the object as it is now, or the version that the start chose; its bytes become the artifact."""
    s3 = context.client("s3")
    bucket = context.configuration["S3Bucket"]
    key = context.chosen.get("S3_OBJECT_KEY", context.configuration["S3ObjectKey"])
    version = {"VersionId": v} if (v := context.chosen.get("S3_OBJECT_VERSION_ID")) else {}
    with tempfile.TemporaryDirectory(prefix="source-") as folder:
        path = Path(folder) / "source.zip"
        try:
            answer = s3.get_object(Bucket=bucket, Key=key, **version)
            with path.open("wb") as file:
                for chunk in answer["Body"].iter_chunks(1 << 20):
                    file.write(chunk)
        except s3.exceptions.ClientError as error:
            message = f"s3://{bucket}/{key} cannot be read: {error.response['Error']['Message']}"
            raise ActionFailed("ConfigurationError", message) from None
        artifact = context.put_artifact(context.output_names[0], path)
    taken = str(answer.get("VersionId") or "null")
    tag = answer["ETag"].strip('"')
    variables = {"BucketName": bucket, "ETag": tag, "ObjectKey": key, "VersionId": taken}
    return Outcome([artifact], variables, f"Amazon S3 version id: {taken}", tag if taken == "null" else taken)
