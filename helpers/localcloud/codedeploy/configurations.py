"""Deployment configurations: the predefined ones, and one's own.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import Service, ServiceError
from ..traffic_shift import ALL_AT_ONCE, canary, linear
from . import names
from .model import Config, Group

Request = dict[str, Any]
_PREFIX = "CodeDeployDefault."
_MADE = datetime(2014, 11, 12, tzinfo=UTC)
DEFAULTS = {"Server": "OneAtATime", "Lambda": "LambdaAllAtOnce", "ECS": "ECSAllAtOnce"}


def _predefined() -> dict[str, Config]:
    routed: dict[str, dict[str, Request]] = {
        "ECS": {
            "ECSLinear10PercentEvery1Minutes": linear(10, 1),
            "ECSLinear10PercentEvery3Minutes": linear(10, 3),
            "ECSCanary10Percent5Minutes": canary(10, 5),
            "ECSCanary10Percent15Minutes": canary(10, 15),
            "ECSAllAtOnce": ALL_AT_ONCE,
        },
        "Lambda": {
            **{f"LambdaCanary10Percent{minutes}Minutes": canary(10, minutes) for minutes in (5, 10, 15, 30)},
            "LambdaLinear10PercentEvery1Minute": linear(10, 1),
            **{f"LambdaLinear10PercentEvery{minutes}Minutes": linear(10, minutes) for minutes in (2, 3, 10)},
            "LambdaAllAtOnce": ALL_AT_ONCE,
        },
    }
    healthy = {"OneAtATime": 99, "HalfAtATime": 50, "AllAtOnce": 0}
    found = [
        Config(_id(name), _PREFIX + name, "Server", _MADE, {"type": "FLEET_PERCENT", "value": value})
        for name, value in healthy.items()
    ]
    for platform, configs in routed.items():
        found += [Config(_id(name), _PREFIX + name, platform, _MADE, None, rule) for name, rule in configs.items()]
    return {config.name: config for config in found}


def _id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


PREDEFINED = _predefined()


class ConfigurationOperations(Service):
    """The operations on deployment configurations."""

    def create_deployment_config(self, scope: Scope, request: Request) -> Request:
        name = names.checked(request["deploymentConfigName"], "DeploymentConfig")
        if name.startswith(_PREFIX):
            raise ServiceError("InvalidDeploymentConfigNameException", f"{name}: names with {_PREFIX} are AWS's own.")
        platform = request.get("computePlatform", "Server")
        healthy, routing = _rules(platform, request)
        config = Config(str(uuid.uuid4()), name, platform, self.cloud.clock.now(), healthy, routing)
        with self.cloud.store.transaction():
            if self._configs().get(scope, name):
                raise ServiceError("DeploymentConfigAlreadyExistsException", f"{name} exists already.")
            self._configs().put(scope, name, config)
        return {"deploymentConfigId": config.id}

    def get_deployment_config(self, scope: Scope, request: Request) -> Request:
        return {"deploymentConfigInfo": _document(self.config(scope, request["deploymentConfigName"]))}

    def list_deployment_configs(self, scope: Scope, request: Request) -> Request:
        found = [*PREDEFINED, *(config.name for config in self._configs().list(scope))]
        shown, token = page(found, request.get("nextToken"), 100, "InvalidNextTokenException")
        return {"deploymentConfigsList": shown, "nextToken": token}

    def delete_deployment_config(self, scope: Scope, request: Request) -> Request:
        name = request["deploymentConfigName"]
        if name in PREDEFINED:
            raise ServiceError("InvalidOperationException", f"{name} is AWS's own and cannot be deleted.")
        groups = self.cloud.store.collection("codedeploy.group", Group)
        users = [group.key for group in groups.list(scope) if group.config == name]
        if users:
            raise ServiceError("DeploymentConfigInUseException", f"{name} is used by {', '.join(users)}.")
        self._configs().delete(scope, name)
        return {}

    def config(self, scope: Scope, name: str) -> Config:
        """Return the configuration `name`. Raises DeploymentConfigDoesNotExistException."""
        found = PREDEFINED.get(name) or self._configs().get(scope, name)
        if found is None:
            raise ServiceError(
                "DeploymentConfigDoesNotExistException",
                f"There is no deployment configuration {name}; list_deployment_configs names those that are.",
            )
        return found

    def _configs(self) -> Any:
        return self.cloud.store.collection("codedeploy.config", Config)


def _rules(platform: str, request: Request) -> tuple[Request | None, Request | None]:
    """Return the minimum of healthy hosts (servers), or the routing of traffic (the others)."""
    healthy, routing = request.get("minimumHealthyHosts"), request.get("trafficRoutingConfig")
    if "zonalConfig" in request:
        raise ServiceError(
            "InvalidZonalDeploymentConfigurationException", "zonalConfig is not modelled: hosts here have no zones."
        )
    if platform == "Server":
        if routing:
            raise ServiceError("InvalidComputePlatformException", "trafficRoutingConfig is for Lambda and ECS.")
        return _checked_healthy(healthy), None
    if healthy:
        raise ServiceError("InvalidComputePlatformException", "minimumHealthyHosts is for the platform Server.")
    return None, _checked_routing(routing or {})


def _checked_healthy(rule: Request | None) -> Request:
    value = (rule or {}).get("value", -1)
    limit = 100 if rule and rule.get("type") == "FLEET_PERCENT" else 10**6
    if not rule or "type" not in rule or not 0 <= value < limit:
        raise ServiceError(
            "InvalidMinimumHealthyHostValueException",
            "minimumHealthyHosts needs a type (HOST_COUNT, FLEET_PERCENT) and a value: 0 or more, below 100 percent.",
        )
    return rule


def _checked_routing(routing: Request) -> Request:
    kind = routing.get("type", "AllAtOnce")
    if kind == "AllAtOnce":
        return {"type": kind}
    member, percent, interval = {
        "TimeBasedCanary": ("timeBasedCanary", "canaryPercentage", "canaryInterval"),
        "TimeBasedLinear": ("timeBasedLinear", "linearPercentage", "linearInterval"),
    }[kind]
    given = routing.get(member, {})
    if not 1 <= given.get(percent, 0) <= 99 or not 1 <= given.get(interval, 0) <= 2880:
        raise ServiceError(
            "InvalidTrafficRoutingConfigurationException",
            f"{kind} needs {member} with {percent} (1 to 99) and {interval} (minutes, 1 to 2880).",
        )
    return {"type": kind, member: given}


def _document(config: Config) -> Request:
    return {
        "deploymentConfigId": config.id,
        "deploymentConfigName": config.name,
        "createTime": config.created,
        "computePlatform": config.platform,
        "minimumHealthyHosts": config.minimum_healthy,
        "trafficRoutingConfig": config.routing,
    }
