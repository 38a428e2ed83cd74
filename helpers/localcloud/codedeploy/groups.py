"""Deployment groups.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html
"""

from __future__ import annotations

import uuid
from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from . import names
from .applications import ApplicationOperations
from .configurations import DEFAULTS, ConfigurationOperations
from .model import Deployment, Group

Request = dict[str, Any]
_KEPT = (
    "onPremisesInstanceTagFilters", "onPremisesTagSet", "ec2TagFilters", "ec2TagSet", "alarmConfiguration",
    "autoRollbackConfiguration", "outdatedInstancesStrategy", "deploymentStyle", "blueGreenDeploymentConfiguration",
    "loadBalancerInfo", "ecsServices",
)  # fmt: skip
_LONGEST_WAIT = 2880
_MOST_ALARMS = 10
_STYLES = {
    "Server": ("IN_PLACE", "WITHOUT_TRAFFIC_CONTROL"),
    "Lambda": ("BLUE_GREEN", "WITH_TRAFFIC_CONTROL"),
    "ECS": ("BLUE_GREEN", "WITH_TRAFFIC_CONTROL"),
}


class GroupOperations(ApplicationOperations, ConfigurationOperations):
    """The operations on deployment groups."""

    def create_deployment_group(self, scope: Scope, request: Request) -> Request:
        application = self.application(scope, request["applicationName"])
        name = names.checked(request["deploymentGroupName"], "DeploymentGroup")
        _refuse_unbuilt(request)
        config = request.get("deploymentConfigName") or f"CodeDeployDefault.{DEFAULTS[application.platform]}"
        settings = self._settings(scope, application.platform, config, request)
        group = Group(str(uuid.uuid4()), application.name, name, config, _role(request["serviceRoleArn"]), settings)
        with self.cloud.store.transaction():
            self._refuse_group(scope, group)
            self._groups().put(scope, group.key, group)
            self.put_tags(scope, f"deploymentgroup:{group.key}", request.get("tags", []))
        return {"deploymentGroupId": group.id}

    def update_deployment_group(self, scope: Scope, request: Request) -> Request:
        _refuse_unbuilt(request)
        with self.cloud.store.transaction():
            application = self.application(scope, request["applicationName"])
            group = self.group(scope, application.name, request["currentDeploymentGroupName"])
            old_key = group.key
            group.config = request.get("deploymentConfigName") or group.config
            group.role = _role(request.get("serviceRoleArn", group.role))
            group.settings = self._settings(scope, application.platform, group.config, {**group.settings, **request})
            group.name = names.checked(request.get("newDeploymentGroupName", group.name), "DeploymentGroup")
            if group.key != old_key:
                self._refuse_group(scope, group)
                self._groups().delete(scope, old_key)
            self._groups().put(scope, group.key, group)
        return {"hooksNotCleanedUp": []}

    def get_deployment_group(self, scope: Scope, request: Request) -> Request:
        application = self.application(scope, request["applicationName"])
        group = self.group(scope, application.name, request["deploymentGroupName"])
        return {"deploymentGroupInfo": self._group_document(scope, application.platform, group)}

    def batch_get_deployment_groups(self, scope: Scope, request: Request) -> Request:
        application = self.application(scope, request["applicationName"])
        asked = request["deploymentGroupNames"]
        found = [group for name in asked if (group := self._groups().get(scope, f"{application.name}/{name}"))]
        missing = "" if len(found) == len(asked) else "Some deployment groups do not exist."
        shown = [self._group_document(scope, application.platform, group) for group in found]
        return {"deploymentGroupsInfo": shown, "errorMessage": missing or None}

    def list_deployment_groups(self, scope: Scope, request: Request) -> Request:
        application = self.application(scope, request["applicationName"])
        found = [group.name for group in self._groups().list(scope, f"{application.name}/")]
        shown, token = page(found, request.get("nextToken"), 100, "InvalidNextTokenException")
        return {"applicationName": application.name, "deploymentGroups": shown, "nextToken": token}

    def delete_deployment_group(self, scope: Scope, request: Request) -> Request:
        key = f"{request['applicationName']}/{request['deploymentGroupName']}"
        with self.cloud.store.transaction():
            self._refuse_running(scope, request["applicationName"])
            self._groups().delete(scope, key)
        return {"hooksNotCleanedUp": []}

    def group(self, scope: Scope, application: str, name: str) -> Group:
        """Return a deployment group. Raises DeploymentGroupDoesNotExistException."""
        found: Group | None = self._groups().get(scope, f"{application}/{name}")
        if found is None:
            raise ServiceError(
                "DeploymentGroupDoesNotExistException", f"No deployment group found for name: {name} in {application}"
            )
        return found

    def checked_config(self, scope: Scope, platform: str, name: str) -> None:
        """Refuse a configuration that is not there or is of another platform."""
        config = self.config(scope, name)
        if config.platform != platform:
            raise ServiceError(
                "InvalidDeploymentConfigNameException",
                f"{name} is for {config.platform}; the application is deployed to {platform}.",
            )

    def _settings(self, scope: Scope, platform: str, config: str, given: Request) -> Request:
        """Return what a group keeps of `given`, checked."""
        self.checked_config(scope, platform, config)
        settings = {name: given[name] for name in _KEPT if name in given}
        kind, option = _STYLES[platform]
        style = settings.setdefault("deploymentStyle", {"deploymentType": kind, "deploymentOption": option})
        if (style.get("deploymentType", kind), style.get("deploymentOption", option)) != (kind, option):
            raise ServiceError(
                "InvalidDeploymentStyleException", f"For {platform}, {kind} {option} is modelled, and nothing else."
            )
        check_alarms(settings.get("alarmConfiguration", {}))
        check_rollback(settings.get("autoRollbackConfiguration", {}))
        _check_waits(settings.get("blueGreenDeploymentConfiguration", {}))
        if platform == "ECS":
            _check_ecs(settings)
        return settings

    def _refuse_group(self, scope: Scope, group: Group) -> None:
        if self._groups().get(scope, group.key):
            raise ServiceError("DeploymentGroupAlreadyExistsException", f"Deployment group {group.key} already exists.")

    def _group_document(self, scope: Scope, platform: str, group: Group) -> Request:
        return {
            **group.settings,
            "applicationName": group.application,
            "deploymentGroupId": group.id,
            "deploymentGroupName": group.name,
            "deploymentConfigName": group.config,
            "serviceRoleArn": group.role,
            "targetRevision": group.target_revision,
            "computePlatform": platform,
            "lastSuccessfulDeployment": self._summary(scope, group.last_successful),
            "lastAttemptedDeployment": self._summary(scope, group.last_attempted),
        }

    def _summary(self, scope: Scope, id_: str) -> Request | None:
        found = self.cloud.store.collection("codedeploy.deployment", Deployment).get(scope, id_) if id_ else None
        if found is None:
            return None
        return {
            "deploymentId": found.id, "status": found.status, "createTime": found.created, "endTime": found.completed
        }  # fmt: skip


def check_alarms(configuration: Request) -> None:
    """Refuse an AlarmConfiguration that has too many alarms, or is on without any."""
    alarms = configuration.get("alarms", [])
    if len(alarms) > _MOST_ALARMS:
        raise ServiceError("AlarmsLimitExceededException", f"{len(alarms)} alarms; at most {_MOST_ALARMS} are allowed.")
    if configuration.get("enabled") and not alarms:
        raise ServiceError("InvalidAlarmConfigException", "alarmConfiguration is enabled and has no alarms.")
    if any(not alarm.get("name") for alarm in alarms):
        raise ServiceError("InvalidAlarmConfigException", "An alarm of alarmConfiguration has no name.")


def check_rollback(configuration: Request) -> None:
    """Refuse an AutoRollbackConfiguration that is on without events."""
    if configuration.get("enabled") and not configuration.get("events"):
        raise ServiceError("InvalidAutoRollbackConfigException", "autoRollbackConfiguration is enabled without events.")


def _check_waits(configuration: Request) -> None:
    waits = (
        configuration.get("terminateBlueInstancesOnDeploymentSuccess", {}).get("terminationWaitTimeInMinutes", 0),
        configuration.get("deploymentReadyOption", {}).get("waitTimeInMinutes", 0),
    )
    if not all(0 <= wait <= _LONGEST_WAIT for wait in waits):
        raise ServiceError(
            "InvalidBlueGreenDeploymentConfigurationException", f"A wait is from 0 to {_LONGEST_WAIT} minutes."
        )


def _check_ecs(settings: Request) -> None:
    services = settings.get("ecsServices", [])
    if len(services) != 1 or not services[0].get("serviceName"):
        raise ServiceError("InvalidECSServiceException", "ecsServices needs exactly one service with serviceName.")
    pairs = settings.get("loadBalancerInfo", {}).get("targetGroupPairInfoList", [])
    if len(pairs) != 1:
        raise ServiceError("InvalidLoadBalancerInfoException", "loadBalancerInfo needs one targetGroupPairInfoList.")
    if len(pairs[0].get("targetGroups", [])) != 2:
        raise ServiceError("InvalidTargetGroupPairException", "targetGroups must be the names of two target groups.")
    if len(pairs[0].get("prodTrafficRoute", {}).get("listenerArns", [])) != 1:
        raise ServiceError("InvalidTargetGroupPairException", "prodTrafficRoute needs the ARN of one listener.")


def _refuse_unbuilt(request: Request) -> None:
    if request.get("triggerConfigurations"):
        raise ServiceError(
            "InvalidTriggerConfigException", "Triggers are not modelled: let an EventBridge rule watch aws.codedeploy."
        )
    if request.get("autoScalingGroups") or request.get("ec2TagFilters") or request.get("ec2TagSet"):
        raise ServiceError(
            "InvalidEC2TagException",
            "There are no EC2 instances here: register hosts of this machine as on-premises instances and choose them"
            " with onPremisesInstanceTagFilters.",
        )


def _role(arn: str) -> str:
    if not arn.startswith("arn:"):
        raise ServiceError("InvalidRoleException", f"{arn!r} is no ARN of a role.")
    return arn
