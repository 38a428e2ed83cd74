"""A rehearsal: asks the new tasks at the test listener before a customer does, and says whether they may go on.

CodeDeploy calls it with the id of a lifecycle event and waits for a report; ECS calls it and reads what it returns.
"""

import json
import os
import traceback
import urllib.error
import urllib.request
from typing import Any

import question  # type: ignore[import-not-found]


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Answer either road in its own way."""
    url = event.get("hookDetails", {}).get("url") or os.environ["TEST_URL"]
    good = _judged(url)
    if "LifecycleEventHookExecutionId" in event:
        _report(event, "Succeeded" if good else "Failed")
    return {"hookStatus": "SUCCEEDED" if good else "FAILED"}


def _judged(url: str) -> bool:
    """Ask the question; one that breaks down refuses, or CodeDeploy would wait an hour for its report."""
    try:
        return bool(question.is_good(lambda path: _ask(url + path)))
    except Exception:
        traceback.print_exc()
        return False


def _ask(url: str) -> tuple[int, Any]:
    """Return the status of a GET and the JSON that came with it (None if there was none)."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as problem:
        return problem.code, None
    except (OSError, ValueError):
        return 0, None


def _report(event: dict[str, Any], status: str) -> None:
    import boto3

    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=status,
    )
