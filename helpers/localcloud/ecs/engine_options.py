"""What a task definition says of a container, as options of `docker run`.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

from __future__ import annotations

from .definition_checks import units
from .model import ContainerRun, Document

_MOST_SHARES = 262_144


def options(task: Document, container: Document, run: ContainerRun, processors: int) -> list[str]:
    """Return network, limits and settings of `container`, which is part of the task definition `task`.

    `processors` is how many the engine has: it takes no limit above that.
    """
    return [*_network(task, run), *_limits(task, container, processors), *_settings(container)]


def shares_network(task: Document) -> bool:
    """Return whether the containers of `task` have this machine's network (networkMode host)."""
    return task.get("networkMode") == "host"


def _network(task: Document, run: ContainerRun) -> list[str]:
    """A network of its own with its ports on our loopback, as awsvpc is nearest to; or none, as host is, too."""
    if shares_network(task):
        return ["--network=host"]
    if task.get("networkMode") == "none":
        return ["--network=none"]
    return [f"--publish=127.0.0.1:{outer}:{inner}" for inner, outer in run.ports.items()]


def _limits(task: Document, container: Document, processors: int) -> list[str]:
    """The limits of the task hold for each container, for want of a limit for all together."""
    memory, cpu = container.get("memory") or units(task.get("memory")), units(task.get("cpu"))
    found = [f"--memory={memory}m"] if memory else []
    if reserved := container.get("memoryReservation"):
        found.append(f"--memory-reservation={reserved}m")
    if cpu:
        found.append(f"--cpus={min(cpu / 1024, processors):g}")
    if shares := container.get("cpu"):
        # Linux takes 2 at least.
        found.append(f"--cpu-shares={min(max(shares, 2), _MOST_SHARES)}")
    return found


def _settings(container: Document) -> list[str]:
    found = [f"--user={container['user']}"] if container.get("user") else []
    if folder := container.get("workingDirectory"):
        found.append(f"--workdir={folder}")
    if container.get("readonlyRootFilesystem"):
        found.append("--read-only")
    if container.get("linuxParameters", {}).get("initProcessEnabled"):
        found.append("--init")
    return found
