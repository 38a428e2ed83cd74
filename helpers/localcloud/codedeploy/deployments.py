"""Deployments: begun, stopped, continued, listed.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html
"""

from __future__ import annotations

from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from ..workers import Job
from . import documents, names, revisions
from .groups import GroupOperations, check_alarms, check_rollback
from .model import Deployment, Group, Wishes
from .revisions import RevisionOperations
from .rollbacks import KIND

Request = dict[str, Any]
_BATCH = 25
_OVERRIDES = {
    "autoRollbackConfiguration": "autoRollbackConfiguration",
    "overrideAlarmConfiguration": "alarmConfiguration",
    "fileExistsBehavior": "fileExistsBehavior",
    "ignoreApplicationStopFailures": "ignoreApplicationStopFailures",
}


class DeploymentOperations(GroupOperations, RevisionOperations):
    """The operations on deployments."""

    def start(self) -> None:
        super().start()
        self.cloud.workers.register(KIND, self._work)

    def create_deployment(self, scope: Scope, request: Request) -> Request:
        application = self.application(scope, request["applicationName"])
        group = self.group(scope, application.name, _group_name(request))
        _refuse_unbuilt(request)
        if "revision" not in request:
            raise ServiceError("RevisionRequiredException", "A deployment needs a revision.")
        revision = revisions.checked(request["revision"], application.platform)
        config = request.get("deploymentConfigName") or group.config
        self.checked_config(scope, application.platform, config)
        with self.cloud.store.transaction():
            group = self.group(scope, application.name, group.name)
            self._refuse_second(scope, group)
            deployment = self._deployment(application.platform, group, config, revision, request)
            self.use_revision(scope, application.name, group.name, revision)
            self._begin(scope, group, deployment)
        return {"deploymentId": deployment.id}

    def get_deployment(self, scope: Scope, request: Request) -> Request:
        return {"deploymentInfo": documents.deployment(self.deployment(scope, request["deploymentId"]))}

    def batch_get_deployments(self, scope: Scope, request: Request) -> Request:
        asked = request["deploymentIds"]
        if len(asked) > _BATCH:
            raise ServiceError("BatchLimitExceededException", f"At most {_BATCH} deployments can be asked for at once.")
        found = [one for id_ in asked if (one := self._deployments().get(scope, id_))]
        return {"deploymentsInfo": [documents.deployment(one) for one in found]}

    def list_deployments(self, scope: Scope, request: Request) -> Request:
        if "applicationName" in request:
            self.application(scope, request["applicationName"])
        found = [one for one in self._deployments().list(scope) if _wanted(one, request)]
        found.sort(key=lambda one: one.created, reverse=True)
        ids, token = page([one.id for one in found], request.get("nextToken"), 100, "InvalidNextTokenException")
        return {"deployments": ids, "nextToken": token}

    def stop_deployment(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            deployment = self._running(scope, request["deploymentId"])
            wishes = self._wishes(scope, deployment.id)
            wishes.stop, wishes.roll_back = True, request.get("autoRollbackEnabled")
            self.cloud.store.collection("codedeploy.wishes", Wishes).put(scope, deployment.id, wishes)
        return {"status": "Pending", "statusMessage": "The deployment is being stopped."}

    def continue_deployment(self, scope: Scope, request: Request) -> Request:
        id_ = request.get("deploymentId", "")
        if request.get("deploymentWaitType", "READY_WAIT") == "TERMINATION_WAIT":
            return self.skip_wait_time_for_instance_termination(scope, {"deploymentId": id_})
        with self.cloud.store.transaction():
            if self._running(scope, id_).status != "Ready":
                raise ServiceError(
                    "DeploymentIsNotInReadyStateException",
                    f"Deployment {id_} does not wait for traffic to be rerouted (status Ready).",
                )
            wishes = self._wishes(scope, id_)
            wishes.continue_ready = True
            self.cloud.store.collection("codedeploy.wishes", Wishes).put(scope, id_, wishes)
        return {}

    def skip_wait_time_for_instance_termination(self, scope: Scope, request: Request) -> Request:
        id_ = request.get("deploymentId", "")
        with self.cloud.store.transaction():
            if not self._running(scope, id_).progress.get("termination_wait"):
                raise ServiceError(
                    "UnsupportedActionForDeploymentTypeException",
                    f"Deployment {id_} does not wait for the termination of what it replaced.",
                )
            wishes = self._wishes(scope, id_)
            wishes.continue_termination = True
            self.cloud.store.collection("codedeploy.wishes", Wishes).put(scope, id_, wishes)
        return {}

    def deployment(self, scope: Scope, id_: str) -> Deployment:
        """Return a deployment. Raises DeploymentDoesNotExistException."""
        found: Deployment | None = self._deployments().get(scope, id_)
        if found is None:
            raise ServiceError("DeploymentDoesNotExistException", f"The deployment {id_} could not be found")
        return found

    def _running(self, scope: Scope, id_: str) -> Deployment:
        found = self.deployment(scope, id_)
        if found.ended:
            raise ServiceError("DeploymentAlreadyCompletedException", f"Deployment {id_} is {found.status} already.")
        return found

    def _deployment(self, platform: str, group: Group, config: str, revision: Request, request: Request) -> Deployment:
        overrides = {kept: request[name] for name, kept in _OVERRIDES.items() if name in request}
        check_alarms(overrides.get("alarmConfiguration", {}))
        check_rollback(overrides.get("autoRollbackConfiguration", {}))
        return Deployment(
            id=names.deployment_id(),
            application=group.application,
            group=group.name,
            group_id=group.id,
            platform=platform,
            config=config,
            revision=revision,
            previous_revision=group.target_revision,
            created=self.cloud.clock.now(),
            settings={**group.settings, **overrides},
            description=request.get("description", ""),
        )

    def _begin(self, scope: Scope, group: Group, deployment: Deployment) -> None:
        group.last_attempted = deployment.id
        self._groups().put(scope, group.key, group)
        self._deployments().put(scope, deployment.id, deployment)
        self.cloud.store.collection("codedeploy.wishes", Wishes).put(scope, deployment.id, Wishes())
        self.cloud.workers.start(KIND, scope, deployment.id)

    def _refuse_second(self, scope: Scope, group: Group) -> None:
        running = [one.id for one in self._deployments().list(scope) if one.group_id == group.id and not one.ended]
        if running:
            raise ServiceError(
                "DeploymentLimitExceededException",
                f"The Deployment Group '{group.name}' already has an active Deployment '{running[0]}'",
            )

    def _work(self, job: Job) -> None:
        """Run the deployment of `job`, or go on with the one that ran when the local cloud died."""
        deployment: Deployment | None = self._deployments().get(job.scope, job.key)
        if deployment is None or deployment.ended:
            return
        from .run import DeploymentRun

        config = self.config(job.scope, deployment.config)
        DeploymentRun(self.cloud, job.scope, deployment, config, job).execute()

    def _wishes(self, scope: Scope, id_: str) -> Wishes:
        return self.cloud.store.collection("codedeploy.wishes", Wishes).get(scope, id_) or Wishes()

    def _deployments(self) -> Any:
        return self.cloud.store.collection("codedeploy.deployment", Deployment)


def _group_name(request: Request) -> str:
    name = request.get("deploymentGroupName")
    if not name:
        raise ServiceError("DeploymentGroupNameRequiredException", "A deployment needs a deploymentGroupName.")
    return str(name)


def _refuse_unbuilt(request: Request) -> None:
    if request.get("deploymentMode", "STANDARD") != "STANDARD":
        raise ServiceError("InvalidInputException", "deploymentMode RESTART is not modelled.")
    if request.get("targetInstances"):
        raise ServiceError("InvalidTargetInstancesException", "targetInstances are for EC2 blue/green: not modelled.")
    if request.get("updateOutdatedInstancesOnly"):
        raise ServiceError(
            "InvalidUpdateOutdatedInstancesOnlyValueException", "updateOutdatedInstancesOnly is not modelled."
        )


def _wanted(deployment: Deployment, request: Request) -> bool:
    if request.get("applicationName") not in (None, deployment.application):
        return False
    if request.get("deploymentGroupName") not in (None, deployment.group):
        return False
    statuses = request.get("includeOnlyStatuses")
    if statuses and deployment.status not in statuses:
        return False
    moments = request.get("createTimeRange", {})
    start, end = moments.get("start"), moments.get("end")
    return (not start or start <= deployment.created) and (not end or deployment.created <= end)
