"""The targets of deployments."""

from __future__ import annotations

from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from . import documents
from .deployments import DeploymentOperations
from .model import Deployment, Target

Request = dict[str, Any]
_BATCH = 25


class TargetOperations(DeploymentOperations):
    """The operations on deployment targets, and the older ones on deployment instances."""

    def list_deployment_targets(self, scope: Scope, request: Request) -> Request:
        deployment = self._begun(scope, request["deploymentId"])
        statuses = request.get("targetFilters", {}).get("TargetStatus")
        ids = [one.id for one in deployment.targets if not statuses or one.status in statuses]
        shown, token = page(ids, request.get("nextToken"), 100, "InvalidNextTokenException")
        return {"targetIds": shown, "nextToken": token}

    def get_deployment_target(self, scope: Scope, request: Request) -> Request:
        deployment = self._begun(scope, request["deploymentId"])
        return {"deploymentTarget": documents.target(deployment, _find(deployment, request["targetId"]))}

    def batch_get_deployment_targets(self, scope: Scope, request: Request) -> Request:
        deployment, asked = self._begun(scope, request["deploymentId"]), request["targetIds"]
        if len(asked) > _BATCH:
            raise ServiceError("DeploymentTargetListSizeExceededException", f"At most {_BATCH} targets at once.")
        found = [documents.target(deployment, _find(deployment, id_)) for id_ in asked]
        return {"deploymentTargets": found}

    def list_deployment_instances(self, scope: Scope, request: Request) -> Request:
        deployment = self._of_servers(scope, request["deploymentId"])
        statuses = request.get("instanceStatusFilter")
        ids = [one.id for one in deployment.targets if not statuses or one.status in statuses]
        shown, token = page(ids, request.get("nextToken"), 100, "InvalidNextTokenException")
        return {"instancesList": shown, "nextToken": token}

    def get_deployment_instance(self, scope: Scope, request: Request) -> Request:
        deployment = self._of_servers(scope, request["deploymentId"])
        found = _find(deployment, request["instanceId"], "InstanceDoesNotExistException")
        return {"instanceSummary": documents.instance_summary(deployment, found)}

    def batch_get_deployment_instances(self, scope: Scope, request: Request) -> Request:
        deployment = self._of_servers(scope, request["deploymentId"])
        found = [one for one in deployment.targets if one.id in request["instanceIds"]]
        return {"instancesSummary": [documents.instance_summary(deployment, one) for one in found]}

    def _begun(self, scope: Scope, id_: str) -> Deployment:
        found = self.deployment(scope, id_)
        if not found.targets and not found.ended:
            raise ServiceError("DeploymentNotStartedException", f"Deployment {id_} has no targets yet.")
        return found

    def _of_servers(self, scope: Scope, id_: str) -> Deployment:
        found = self._begun(scope, id_)
        if found.platform != "Server":
            raise ServiceError(
                "InvalidComputePlatformException", f"Deployment {id_} goes to {found.platform}; ask for its targets."
            )
        return found


def _find(deployment: Deployment, id_: str, code: str = "DeploymentTargetDoesNotExistException") -> Target:
    found = next((one for one in deployment.targets if one.id == id_), None)
    if found is None:
        raise ServiceError(code, f"Deployment {deployment.id} has no target {id_}.")
    return found
