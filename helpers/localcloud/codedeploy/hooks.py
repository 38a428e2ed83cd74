"""Hooks that are Lambda functions: called, and waited for until they report.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..service import Service, ServiceError
from .model import Deployment, DeploymentFailed, Hook, Target
from .pace import Pace
from .recorder import Recorder

# Seconds within which a hook must report.
LIMIT = 3600.0


class HookOperations(Service):
    """The operation with which a hook function reports."""

    def put_lifecycle_event_hook_execution_status(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        id_, status = request.get("lifecycleEventHookExecutionId", ""), request.get("status", "")
        if status not in ("Succeeded", "Failed"):
            raise ServiceError(
                "InvalidLifecycleEventHookExecutionStatusException", f"status is {status!r}; use Succeeded or Failed."
            )
        stored = self.cloud.store.collection("codedeploy.hook", Hook)
        with self.cloud.store.transaction():
            hook = stored.get(scope, id_)
            if hook is None or hook.deployment != request.get("deploymentId"):
                raise ServiceError(
                    "InvalidLifecycleEventHookExecutionIdException",
                    f"Deployment {request.get('deploymentId')} runs no hook {id_}.",
                )
            if hook.status != "InProgress" or self._has_ended(scope, hook.deployment):
                raise ServiceError(
                    "LifecycleEventAlreadyCompletedException", f"The lifecycle event {hook.event} has ended already."
                )
            hook.status = status
            stored.put(scope, id_, hook)
        return {"lifecycleEventHookExecutionId": id_}

    def _has_ended(self, scope: Scope, id_: str) -> bool:
        found = self.cloud.store.collection("codedeploy.deployment", Deployment).get(scope, id_)
        return found is None or found.ended


class HookRunner:
    """Calls the hooks of one deployment."""

    def __init__(self, cloud: Cloud, scope: Scope, recorder: Recorder, pace: Pace) -> None:
        self._cloud = cloud
        self._scope = scope
        self._recorder = recorder
        self._pace = pace
        self._stored = cloud.store.collection("codedeploy.hook", Hook)

    def run(self, target: Target, event: str, function: str) -> None:
        """Call `function` for `event` and wait for its word.

        After a crash it is called again, with the execution id that it had. Raises DeploymentFailed.
        """
        begun = self._recorder.begin_event(target, event)
        hook = self._hook(event)
        self._call(function, hook)
        assert begun.start is not None
        self._pace.wait_until(begun.start + self._pace.scaled(LIMIT), lambda: self._status(hook) != "InProgress")
        if (status := self._status(hook)) == "Succeeded":
            return
        raise DeploymentFailed("HOOK_EXECUTION_FAILURE", _reason(event, function, status))

    def _hook(self, event: str) -> Hook:
        known = self._recorder.deployment.progress.get("hooks", {})
        if event in known and (found := self._stored.get(self._scope, known[event])):
            return found
        hook = Hook(str(uuid.uuid4()), self._recorder.deployment.id, event)
        with self._cloud.store.transaction():
            self._stored.put(self._scope, hook.id, hook)
            self._recorder.note(hooks={**known, event: hook.id})
        return hook

    def _call(self, function: str, hook: Hook) -> None:
        from botocore.exceptions import ClientError

        payload = {"DeploymentId": hook.deployment, "LifecycleEventHookExecutionId": hook.id}
        try:
            self._cloud.client("lambda", self._scope).invoke(
                FunctionName=function, InvocationType="Event", Payload=json.dumps(payload)
            )
        except ClientError as error:
            raise DeploymentFailed(
                "HOOK_EXECUTION_FAILURE", f"The hook {hook.event} could not call {function}: {error}"
            ) from None

    def _status(self, hook: Hook) -> str:
        found = self._stored.get(self._scope, hook.id)
        return found.status if found else "Failed"


def _reason(event: str, function: str, status: str) -> str:
    if status == "Failed":
        return (
            f"One or more of the lifecycle event validation functions failed: {function} reported Failed for {event}."
        )
    return (
        f"{function} did not report for {event} within one hour. A hook function must call"
        " PutLifecycleEventHookExecutionStatus with the DeploymentId and LifecycleEventHookExecutionId of its event."
    )
