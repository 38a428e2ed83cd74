"""What RegisterTaskDefinition refuses.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..service import ServiceError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
# CPU units of a Fargate task -> its memory in MiB: from, to, step.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
_FARGATE = {
    256: (512, 2048, 512),
    512: (1024, 4096, 1024),
    1024: (2048, 8192, 1024),
    2048: (4096, 16384, 1024),
    4096: (8192, 30720, 1024),
    8192: (16384, 61440, 4096),
    16384: (32768, 122880, 8192),
}
_LONGEST_STOP = 120


def check(request: Mapping[str, Any]) -> None:
    """Raise ClientException, saying what is wrong and what is expected, unless the definition makes sense."""
    if not _NAME.fullmatch(request["family"]):
        raise _wrong(f"Family {request['family']!r}: up to 255 letters, digits, hyphens and underscores.")
    containers = request["containerDefinitions"]
    if not containers:
        raise _wrong("Container list cannot be empty.")
    names = [container.get("name", "") for container in containers]
    if len(set(names)) != len(names):
        raise _wrong(f"Container names must be unique; got {', '.join(names)}.")
    for container in containers:
        _check_container(container, names)
    if not any(container.get("essential", True) for container in containers):
        raise _wrong("At least one container must be essential.")
    if "FARGATE" in request.get("requiresCompatibilities", []):
        _check_fargate(request)


def _check_container(container: Mapping[str, Any], names: list[str]) -> None:
    name = container.get("name", "")
    if not _NAME.fullmatch(name):
        raise _wrong(f"Container name {name!r}: up to 255 letters, digits, hyphens and underscores.")
    if not container.get("image"):
        raise _wrong(f"Container.image should not be null or empty (container {name}).")
    for member in ("environmentFiles", "mountPoints", "volumesFrom"):
        if container.get(member):
            raise _wrong(
                f"Container {name} has {member}, which the local cloud does not have: put files into the image."
            )
    if container.get("restartPolicy", {}).get("enabled"):
        raise _wrong(f"Container {name} has a restartPolicy; in the local cloud a service replaces the whole task.")
    ports = [mapping.get("containerPort") for mapping in container.get("portMappings", [])]
    if len(set(ports)) != len(ports) or not all(isinstance(port, int) and 0 < port < 65536 for port in ports):
        raise _wrong(f"Port mappings of {name}: each containerPort once, from 1 to 65535.")
    for dependency in container.get("dependsOn", []):
        if dependency["containerName"] not in names or dependency["containerName"] == name:
            raise _wrong(
                f"Container {name} depends on {dependency['containerName']}, which is no other one of the task."
            )
    if container.get("stopTimeout", 30) > _LONGEST_STOP:
        raise _wrong(f"stopTimeout of {name}: up to {_LONGEST_STOP} seconds.")
    _check_health(name, container.get("healthCheck"))
    _check_log(name, container.get("logConfiguration"))


def _check_health(name: str, check: Mapping[str, Any] | None) -> None:
    """API shape HealthCheck."""
    if check is None:
        return
    if not check["command"] or check["command"][0] not in ("CMD", "CMD-SHELL", "NONE"):
        raise _wrong(f"healthCheck.command of {name} begins with CMD, CMD-SHELL or NONE.")
    for member, least, most in (
        ("interval", 5, 300), ("timeout", 2, 120), ("retries", 1, 10), ("startPeriod", 0, 300),
    ):  # fmt: skip
        if member in check and not least <= check[member] <= most:
            raise _wrong(f"healthCheck.{member} of {name} is {check[member]}; from {least} to {most}.")


def _check_log(name: str, log: Mapping[str, Any] | None) -> None:
    if log is None or log["logDriver"] == "json-file":
        return
    if log["logDriver"] != "awslogs":
        raise _wrong(f"Container {name}: the local cloud has the log driver awslogs, not {log['logDriver']}.")
    if "awslogs-group" not in log.get("options", {}):
        raise _wrong(f"Container {name}: Log driver awslogs requires options: awslogs-group, awslogs-region.")


def _check_fargate(request: Mapping[str, Any]) -> None:
    if request.get("networkMode") != "awsvpc":
        raise _wrong("Fargate only supports network mode 'awsvpc'.")
    cpu, memory = units(request.get("cpu")), units(request.get("memory"))
    if cpu is None or memory is None:
        raise _wrong(
            "Fargate requires task definition to have cpu and memory, as numbers (256 and 512 for the smallest)."
        )
    sizes = _FARGATE.get(cpu)
    if sizes is None or not (sizes[0] <= memory <= sizes[1] and memory % sizes[2] == 0):
        raise _wrong("No Fargate configuration exists for given values: " + f"{cpu} CPU, {memory} memory.")


def units(text: str | None) -> int | None:
    """Return CPU units or MiB; AWS takes "0.25 vCPU" and "1 GB", too. None for what is neither."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?) *(vCPU|GB)?", text or "", re.IGNORECASE)
    return int(float(match[1]) * (1024 if match[2] else 1)) if match else None


def _wrong(message: str) -> ServiceError:
    return ServiceError("ClientException", message)
