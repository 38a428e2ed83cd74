"""What CreateService and UpdateService refuse, and the defaults that they fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..service import ServiceError
from .model import Definition, Document, Target
from .service_model import PRIMARY
from .shifting import group_of

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_SHIFTING = ("BLUE_GREEN", "LINEAR", "CANARY")
_NO_PAUSE = ("TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT")
_LONGEST = 1440


def check_name(name: str) -> None:
    """Raise InvalidParameterException for a name that is none."""
    if not _NAME.fullmatch(name):
        raise _wrong(f"Service name {name!r}: up to 255 letters, digits, hyphens and underscores.")


def check_request(request: Mapping[str, Any]) -> None:
    """Raise for what the local cloud does not have, and for numbers that make no sense."""
    if request.get("schedulingStrategy", "REPLICA") != "REPLICA":
        raise _unsupported("The scheduling strategy DAEMON needs container instances, which the local cloud has not.")
    for member in ("serviceRegistries", "serviceConnectConfiguration", "vpcLatticeConfigurations"):
        if request.get(member):
            raise _unsupported(f"{member}: the local cloud reaches services through load balancers only.")
    if request.get("deploymentConfiguration", {}).get("earlySuccessCriteria", {}).get("enable"):
        raise _unsupported("earlySuccessCriteria: the local cloud ends a deployment when all of its tasks are healthy.")
    if request.get("desiredCount", 0) < 0:
        raise _wrong(f"desiredCount is {request['desiredCount']}; it is 0 or more.")


def configuration_of(request: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Document:
    """Return the deployment configuration of a request over the one `before`, with AWS's defaults, checked.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
    """
    found: Document = {
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "strategy": "ROLLING",
        **(before or {}),
        **request.get("deploymentConfiguration", {}),
    }
    found["lifecycleHooks"] = [{"targetType": "AWS_LAMBDA", **hook} for hook in found.get("lifecycleHooks", [])]
    _check_percents(found)
    _check_hooks(found["lifecycleHooks"])
    if found["strategy"] == "BLUE_GREEN" and "bakeTimeInMinutes" not in found:
        raise _wrong("bakeTimeInMinutes must be provided with the strategy BLUE_GREEN.")
    return found


def _check_percents(found: Mapping[str, Any]) -> None:
    minimum, maximum = found["minimumHealthyPercent"], found["maximumPercent"]
    if not 0 <= minimum <= 100 or maximum < 100:
        raise _wrong(f"minimumHealthyPercent {minimum} is from 0 to 100, maximumPercent {maximum} is 100 or more.")
    if minimum == 100 and maximum == 100:
        raise _wrong("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.")
    step = found.get("linearConfiguration", {}).get("stepPercent", 10.0)
    canary = found.get("canaryConfiguration", {}).get("canaryPercent", 5.0)
    if not 3.0 <= step <= 100.0:
        raise _wrong(f"stepPercent is {step}; it is from 3.0 to 100.0.")
    if not 0.1 <= canary <= 100.0:
        raise _wrong(f"canaryPercent is {canary}; it is from 0.1 to 100.0.")
    for group, member in (
        ("linearConfiguration", "stepBakeTimeInMinutes"), ("canaryConfiguration", "canaryBakeTimeInMinutes"),
    ):  # fmt: skip
        if not 0 <= found.get(group, {}).get(member, 0) <= _LONGEST:
            raise _wrong(f"{member} is from 0 to {_LONGEST}.")
    if not 0 <= found.get("bakeTimeInMinutes", 0) <= _LONGEST:
        raise _wrong(f"bakeTimeInMinutes is from 0 to {_LONGEST}.")


def _check_hooks(hooks: Sequence[Mapping[str, Any]]) -> None:
    for hook in hooks:
        kind, stages = hook["targetType"], hook.get("lifecycleStages", [])
        if not stages:
            raise _wrong("A lifecycle hook names at least one of the lifecycleStages.")
        if kind == "PAUSE" and any(stage in _NO_PAUSE for stage in stages):
            raise _wrong(f"A PAUSE hook cannot be at {' or '.join(_NO_PAUSE)}.")
        if kind == "AWS_LAMBDA" and not hook.get("hookTargetArn"):
            raise _wrong("A lifecycle hook of AWS_LAMBDA needs the function's ARN as hookTargetArn.")
        if not 1 <= hook.get("timeoutConfiguration", {}).get("timeoutInMinutes", _LONGEST) <= _LONGEST:
            raise _wrong(f"timeoutInMinutes of a lifecycle hook is from 1 to {_LONGEST}.")


def targets_of(balancers: Sequence[Document], definition: Definition, slot: str = PRIMARY) -> list[Target]:
    """Return where tasks of `definition` are registered. Raises InvalidParameterException."""
    containers = {each["name"]: each for each in definition.content["containerDefinitions"]}
    found: list[Target] = []
    for balancer in balancers:
        name, port = balancer.get("containerName", ""), balancer.get("containerPort", 0)
        ports = [each["containerPort"] for each in containers.get(name, {}).get("portMappings", [])]
        if port not in ports:
            raise _wrong(f"The container {name} did not have a container port {port} defined.")
        group = group_of(balancer)[slot] if balancer.get("targetGroupArn") else ""
        if not group:
            raise _wrong("A load balancer of a service needs targetGroupArn; classic load balancers are not there.")
        found.append(Target(group, name, port))
    return found


def check_strategy(configuration: Mapping[str, Any], balancers: Sequence[Document]) -> None:
    """Raise InvalidParameterException if traffic is to be shifted, but it is not said where."""
    if configuration["strategy"] not in _SHIFTING:
        return
    for balancer in balancers:
        advanced = balancer.get("advancedConfiguration", {})
        if not advanced.get("alternateTargetGroupArn") or not advanced.get("productionListenerRule"):
            raise _wrong(
                f"The strategy {configuration['strategy']} needs advancedConfiguration of each load balancer, with"
                " alternateTargetGroupArn and productionListenerRule."
            )


def _wrong(message: str) -> ServiceError:
    return ServiceError("InvalidParameterException", message)


def _unsupported(message: str) -> ServiceError:
    return ServiceError("UnsupportedFeatureException", message)
