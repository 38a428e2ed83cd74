"""Service deployments and service revisions: how they are found, stopped, and let go on."""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from ..service import ServiceError
from . import service_documents
from .hooks import answer_pause, run_service
from .model import Document
from .rollout import request_rollback
from .service_model import Deployment
from .task_sets import TaskSets

Request = dict[str, Any]
_STOPPED_BY_USER = "Service deployment rolled back because of a stop request."


class Deployments(TaskSets):
    """The operations on service deployments. API: ListServiceDeployments and its neighbours."""

    def list_service_deployments(self, scope: Scope, request: Request) -> Request:
        service = self._records.service(scope, request.get("cluster"), request["service"])
        moments, wanted = request.get("createdAt", {}), request.get("status", [])
        found = [
            service_documents.brief_deployment(scope, each, service)
            for each in reversed(self._records.deployments_of(scope, service))
            if (not wanted or each.status in wanted)
            and ("after" not in moments or each.created >= moments["after"])
            and ("before" not in moments or each.created <= moments["before"])
        ]
        arns, token = self._page([each["serviceDeploymentArn"] for each in found], request)
        return {
            "serviceDeployments": [each for each in found if each["serviceDeploymentArn"] in arns],
            "nextToken": token,
        }

    def describe_service_deployments(self, scope: Scope, request: Request) -> Request:
        found, failures = [], []
        for arn in request["serviceDeploymentArns"]:
            try:
                found.append(self._deployment(scope, self._records.deployment_by_arn(scope, arn)))
            except ServiceError:
                failures.append({"arn": arn, "reason": "MISSING"})
        return {"serviceDeployments": found, "failures": failures}

    def _deployment(self, scope: Scope, found: Deployment) -> Document:
        service = self._records.services.get(scope, found.service)
        assert service is not None
        return service_documents.deployment(
            scope, found, service, self._records.revisions_of(scope, service), self._records.tasks_of(scope, service)
        )

    def describe_service_revisions(self, scope: Scope, request: Request) -> Request:
        found, failures = [], []
        for arn in request["serviceRevisionArns"]:
            revision = self._records.revisions.get(scope, arn.rpartition("service-revision/")[2])
            if revision is None:
                failures.append({"arn": arn, "reason": "MISSING"})
                continue
            containers = self._records.definition(scope, revision.definition).content["containerDefinitions"]
            found.append(service_documents.revision(scope, revision, containers))
        return {"serviceRevisions": found, "failures": failures}

    def stop_service_deployment(self, scope: Scope, request: Request) -> Request:
        arn, stop_type = request["serviceDeploymentArn"], request.get("stopType", "ROLLBACK")
        with self.cloud.store.transaction():
            found = self._going_on(scope, arn)
            service = self._records.services.get(scope, found.service)
            assert service is not None
            if stop_type == "ABORT":
                found.status, found.reason = "STOP_REQUESTED", "The deployment was stopped on request."
            elif not service.completed or service.completed == found.target:
                raise ServiceError(
                    "ConflictException", f"There is nothing to roll back to: {arn} is the first deployment."
                )
            else:
                _roll_back(found, self.cloud.clock.now(), service.completed, _STOPPED_BY_USER)
            self._records.deployments.put(scope, found.key, found)
        self._records.bell(scope, found.service).set()
        return {"serviceDeploymentArn": arn}

    def continue_service_deployment(self, scope: Scope, request: Request) -> Request:
        arn, hook = request["serviceDeploymentArn"], request.get("hookId", "")
        status = "FAILED" if request.get("action") == "ROLLBACK" else "SUCCEEDED"
        with self.cloud.store.transaction():
            found = self._going_on(scope, arn)
            if not answer_pause(found, hook, status):
                raise ServiceError(
                    "InvalidParameterException",
                    f"The deployment has no pause {hook} that waits; DescribeServiceDeployments lists its hooks.",
                )
            self._records.deployments.put(scope, found.key, found)
        self._records.bell(scope, run_service(found.key)).set()
        return {"serviceDeploymentArn": arn}

    def _going_on(self, scope: Scope, arn: str) -> Deployment:
        found = self._records.deployment_by_arn(scope, arn)
        if found.over or found.rolling_back:
            raise ServiceError("ConflictException", f"The deployment is {found.status}: it cannot be changed any more.")
        return found


def _roll_back(found: Deployment, now: Any, to: str, reason: str) -> None:
    request_rollback(lambda change: change(found), now, to, reason)
