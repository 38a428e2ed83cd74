"""Target groups of a task: registered when it runs, drained before it stops. All through the API of elbv2."""

from __future__ import annotations

import logging
import threading
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from .model import Target, Task

log = logging.getLogger(__name__)

ADDRESS = "127.0.0.1"
_LOOK_AGAIN = 5.0
# AWS's longest deregistration delay is an hour; one that never ends must not keep a task for ever.
_LONGEST_DRAIN = 3700.0


class Balancing:
    """What ECS asks of the load balancer."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def register(self, scope: Scope, task: Task) -> str:
        """Register the task's ports with its target groups; return what went wrong, or ""."""
        from botocore.exceptions import ClientError

        for target in task.targets:
            try:
                self._client(scope).register_targets(TargetGroupArn=target.group, Targets=[_address(task, target)])
            except ClientError as error:
                return f"unable to register with {target.group}: {error.response['Error']['Message']}"
        return ""

    def deregister(self, scope: Scope, task: Task) -> None:
        """Let the load balancer send no new requests to the task; returns at once."""
        from botocore.exceptions import ClientError

        for target in task.targets:
            try:
                self._client(scope).deregister_targets(TargetGroupArn=target.group, Targets=[_address(task, target)])
            except ClientError as error:
                log.info("A target of task %s could not be deregistered: %s", task.id, error)

    def drained(self, scope: Scope, task: Task, ending: threading.Event) -> None:
        """Wait until no target of the task is draining any more, or `ending` is set."""
        clock = self._cloud.clock
        pause = max(_LOOK_AGAIN, 0.05 * clock.time_scale)
        waited = 0.0
        while waited < _LONGEST_DRAIN and any(self._is_draining(scope, task, each) for each in task.targets):
            if clock.wait(ending, pause):
                return
            waited += pause

    def health(self, scope: Scope, group: str) -> dict[int, str]:
        """Return the state of each target (by port) of a target group; nothing if the group is gone."""
        from botocore.exceptions import ClientError

        try:
            found = self._client(scope).describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        except ClientError:
            return {}
        return {each["Target"]["Port"]: each["TargetHealth"]["State"] for each in found}

    def _is_draining(self, scope: Scope, task: Task, target: Target) -> bool:
        return self.health(scope, target.group).get(task.ports_of(target)) == "draining"

    def _client(self, scope: Scope) -> Any:
        return self._cloud.client("elbv2", scope)


def _address(task: Task, target: Target) -> dict[str, Any]:
    return {"Id": ADDRESS, "Port": task.ports_of(target)}
