"""Runs one deployment to its end: succeeded, failed or stopped, with the rollback that this asks for."""

from __future__ import annotations

import logging
from typing import Any, Protocol

from ..cloud import Cloud
from ..scope import Scope
from ..traffic_shift import ALL_AT_ONCE, timeline
from ..workers import Job
from . import rollbacks
from .alarms import AlarmActive, AlarmWatch
from .model import Config, Deployment, DeploymentFailed, Group
from .pace import Interrupted, Pace, StopAsked
from .recorder import Recorder

log = logging.getLogger(__name__)


class Platform(Protocol):
    """What deploys to one platform."""

    def execute(self) -> None:
        """Deploy the revision, or go on after a crash."""
        ...

    def revert(self, failed: dict[str, Any]) -> None:
        """Undo what the deployment with the progress `failed` did."""
        ...


class DeploymentRun:
    """One deployment, from its start or from where a crash left it."""

    def __init__(self, cloud: Cloud, scope: Scope, deployment: Deployment, config: Config, job: Job) -> None:
        self._cloud = cloud
        self._scope = scope
        self._config = config
        self._recorder = Recorder(cloud, scope, deployment)
        # Rolling back must not be stopped by the very alarm that asked for it.
        alarms = None if deployment.rollback_of else AlarmWatch(cloud, scope, _alarms(deployment))
        self._pace = Pace(cloud, scope, deployment.id, job, alarms)
        self._job = job

    def execute(self) -> None:
        """Run until there is a verdict; none if the local cloud closes."""
        deployment = self._recorder.deployment
        try:
            if deployment.status != "Ready":
                self._recorder.enter("InProgress")
            self._pace.check()
            self._deploy()
        except Interrupted:
            return
        except DeploymentFailed as error:
            self._end("Failed", error.code, str(error), rollbacks.configured(deployment, rollbacks.FAILURE))
        except AlarmActive as error:
            self._end("Stopped", "ALARM_ACTIVE", str(error), rollbacks.configured(deployment, rollbacks.ALARM))
        except StopAsked as error:
            asked = error.roll_back
            roll_back = rollbacks.configured(deployment, rollbacks.REQUEST) if asked is None else asked
            self._end("Stopped", error.code, str(error), roll_back)
        except Exception as error:
            self._unexpected(error)
        else:
            self._succeed()

    def _deploy(self) -> None:
        platform, reverts = self._platform(), self._recorder.deployment.progress.get("reverts")
        if reverts is None:
            platform.execute()
        else:
            platform.revert(reverts)

    def _platform(self) -> Platform:
        """The modules of a platform are loaded with its first deployment."""
        deployment = self._recorder.deployment
        arguments = (self._cloud, self._scope, self._recorder, self._pace)
        if deployment.platform == "Server":
            from .server_run import ServerRun

            return ServerRun(*arguments, self._config)
        steps = timeline(self._config.routing or ALL_AT_ONCE)
        if deployment.platform == "Lambda":
            from .lambda_run import LambdaRun

            return LambdaRun(*arguments, steps)
        from .ecs_run import EcsRun

        return EcsRun(*arguments, steps)

    def _succeed(self) -> None:
        with self._cloud.store.transaction():
            self._recorder.finish("Succeeded")
            deployment = self._recorder.deployment
            groups = self._cloud.store.collection("codedeploy.group", Group)
            group = groups.get(self._scope, f"{deployment.application}/{deployment.group}")
            if group:
                group.last_successful, group.target_revision = deployment.id, deployment.revision
                groups.put(self._scope, group.key, group)

    def _unexpected(self, error: Exception) -> None:
        if self._job.stop.is_set():
            return  # what it needed has gone already
        log.exception("The deployment %s ended with an error nobody foresaw", self._recorder.deployment.id)
        roll_back = rollbacks.configured(self._recorder.deployment, rollbacks.FAILURE)
        self._end("Failed", "INTERNAL_ERROR", f"{type(error).__name__}: {error}", roll_back)

    def _end(self, status: str, code: str, message: str, roll_back: bool) -> None:
        with self._recorder.change() as deployment:
            self._recorder.finish(status, code, message)
            if roll_back:
                rollbacks.start(self._cloud, self._scope, deployment)


def _alarms(deployment: Deployment) -> dict[str, Any]:
    found: dict[str, Any] = deployment.settings.get("alarmConfiguration", {})
    return found
