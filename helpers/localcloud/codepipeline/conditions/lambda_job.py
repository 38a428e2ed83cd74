"""LambdaInvoke: a function says yes (PutJobSuccessResult) or no (PutJobFailureResult).

https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-LambdaInvoke.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from .rules import Finding, RuleContext, RuleError

_MINUTES = 20


def broken(_: Mapping[str, str]) -> str:
    """Every configuration with a function's name will do."""
    return ""


def check(context: RuleContext) -> Finding | None:
    """Call the function, then look for its result for at most 20 minutes of the local cloud's time.

    The run's own id is the job's id, so that a function called again after a crash answers the same job.
    """
    function = context.configuration["FunctionName"]
    if not context.run.external_id:
        _invoke(context, function)
        return None
    if context.run.answer:
        result = json.loads(context.run.answer)
        said = result.get("summary") or result.get("message") or "no word"
        return Finding(result["status"] == "Succeeded", f"The function {function} said: {said}")
    if context.minutes_left(_MINUTES) <= 0:
        return Finding(False, f"The function {function} failed to return a result within {_MINUTES} minutes.")
    return None


def _invoke(context: RuleContext, function: str) -> None:
    context.run.external_id = context.run.id
    context.keep()
    key, secret = context.records.cloud.credentials(context.scope.account)
    job = {
        "id": context.run.id,
        "accountId": context.scope.account,
        "data": {
            "actionConfiguration": {"configuration": dict(context.configuration)},
            "inputArtifacts": [],
            "outputArtifacts": [],
            "artifactCredentials": {"accessKeyId": key, "secretAccessKey": secret, "sessionToken": ""},
        },
    }
    client = context.records.cloud.client("lambda", context.scope)
    payload = json.dumps({"CodePipeline.job": job}).encode()
    try:
        client.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
    except client.exceptions.ClientError as error:
        message = error.response["Error"]["Message"]
        raise RuleError("ConfigurationError", f"The function {function} could not be called: {message}") from None
