"""Invoke: a Lambda function that reports back with PutJobSuccessResult or PutJobFailureResult.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from ..model import ArtifactRef
from .context import ActionContext, ActionFailed, Outcome

_MINUTES = 20
_TURN = 1.0
_CONTINUE_SECONDS = 30.0
_SILENT = (
    "The AWS Lambda function {} failed to return a result within {} minutes. Check that it calls PutJobSuccessResult or"
    " PutJobFailureResult with the job's id, and that it may."
)


def run(context: ActionContext) -> Outcome:
    """Call the function with the job and wait for its result, at most 20 minutes of the local cloud's time.

    The run's own id is the job's id, so that a restart goes on waiting for the same job.
    """
    if not context.run.external_id or (context.job.resumed and not context.stored().answer):
        # A function that ran when the local cloud was killed was killed with it.
        _invoke(context, context.run.continuation)
    clock = context.records.cloud.clock
    until = context.run.started + timedelta(minutes=_MINUTES) / clock.time_scale
    while True:
        context.check_alive()
        stored = context.stored()
        if stored.answer:
            return _verdict(context, json.loads(stored.answer))
        if stored.continuation:
            clock.wait(context.job.stop, _CONTINUE_SECONDS)
            context.check_alive()
            _invoke(context, stored.continuation)
        left = (until - clock.now()).total_seconds()
        if left <= 0:
            raise ActionFailed("JobFailed", _SILENT.format(context.configuration["FunctionName"], _MINUTES))
        with context.records.bell:
            context.records.bell.wait(min(left, _TURN))


def _invoke(context: ActionContext, continuation: str = "") -> None:
    client = context.client("lambda")
    function = context.configuration["FunctionName"]
    context.run.external_id, context.run.continuation = context.run.id, ""
    if not context.run.outputs:
        names = context.output_names
        context.run.outputs = [ArtifactRef(name, context.bucket, context.new_key(name)) for name in names]
    context.save()
    job = _job(context)
    if continuation:
        job["data"]["continuationToken"] = continuation
    payload = json.dumps({"CodePipeline.job": job}).encode()
    try:
        client.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
    except client.exceptions.ClientError as error:
        message = error.response["Error"]["Message"]
        raise ActionFailed("ConfigurationError", f"The function {function} could not be called: {message}") from None


def _job(context: ActionContext) -> dict[str, Any]:
    cloud, scope = context.records.cloud, context.scope
    key, secret = cloud.credentials(scope.account)
    return {
        "id": context.run.id,
        "accountId": scope.account,
        "data": {
            "actionConfiguration": {"configuration": context.configuration},
            "inputArtifacts": [_artifact(ref) for ref in context.run.inputs],
            "outputArtifacts": [_artifact(ref) for ref in context.run.outputs],
            "artifactCredentials": {"accessKeyId": key, "secretAccessKey": secret, "sessionToken": ""},
        },
    }


def _artifact(ref: ArtifactRef) -> dict[str, Any]:
    place = {"type": "S3", "s3Location": {"bucketName": ref.bucket, "objectKey": ref.key}}
    return {"name": ref.name, "revision": None, "location": place}


def _verdict(context: ActionContext, result: dict[str, Any]) -> Outcome:
    context.run.answer = json.dumps(result)
    if result["status"] != "Succeeded":
        raise ActionFailed(result.get("type", "JobFailed"), result.get("message", "The function reported a failure."))
    return Outcome(context.run.outputs, result.get("variables", {}), result.get("summary", ""))
