"""Names and ARNs. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""

from __future__ import annotations

import re
import secrets

from ..scope import Scope
from ..service import ServiceError

SERVICE = "elasticloadbalancing"
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_LONGEST = 32


def check_name(what: str, name: str) -> None:
    """Raise ServiceError for a name that a load balancer or target group (`what`) cannot have."""
    if len(name) > _LONGEST:
        raise ServiceError("ValidationError", f"The {what} name '{name}' cannot be longer than '{_LONGEST}' characters")
    if not _NAME.fullmatch(name):
        raise ServiceError(
            "ValidationError",
            f"The {what} name '{name}' can only contain characters that are alphanumeric characters and hyphens(-),"
            " and must not begin or end with a hyphen",
        )
    if what == "load balancer" and name.startswith("internal-"):
        raise ServiceError("ValidationError", f"The {what} name '{name}' cannot begin with 'internal-'")


def new_id() -> str:
    """Return the 16 digits with which an ARN ends."""
    return secrets.token_hex(8)


def load_balancer_arn(scope: Scope, name: str) -> str:
    """Return an ARN for a new load balancer."""
    return scope.arn(SERVICE, f"loadbalancer/app/{name}/{new_id()}")


def target_group_arn(scope: Scope, name: str) -> str:
    """Return an ARN for a new target group."""
    return scope.arn(SERVICE, f"targetgroup/{name}/{new_id()}")


def listener_arn(load_balancer: str) -> str:
    """Return an ARN for a new listener of the load balancer with this ARN."""
    return f"{load_balancer.replace(':loadbalancer/', ':listener/')}/{new_id()}"


def rule_arn(listener: str) -> str:
    """Return an ARN for a new rule of the listener with this ARN."""
    return f"{listener.replace(':listener/', ':listener-rule/')}/{new_id()}"


def dimension(arn: str) -> str:
    """Return what metrics call a load balancer ("app/name/id") or a target group ("targetgroup/name/id")."""
    resource = arn.split(":", 5)[5]
    return resource.removeprefix("loadbalancer/")
