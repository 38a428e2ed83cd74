"""What a task definition says, as options of `docker run`; and the variables that go with each network."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.localcloud.ecs.container_environment import environment
from helpers.localcloud.ecs.engine_options import options
from helpers.localcloud.ecs.model import ContainerRun
from helpers.localcloud.scope import Scope

PUBLISHED = ["--publish=127.0.0.1:20001:8080"]


def run(container: str = "wb-1-web") -> ContainerRun:
    return ContainerRun("web", "image", ports={"8080": 20001}, container=container)


@pytest.mark.parametrize(
    ("task", "container", "expected"),
    [
        ({}, {}, PUBLISHED),
        ({"networkMode": "awsvpc"}, {}, PUBLISHED),
        ({"networkMode": "host"}, {}, ["--network=host"]),
        ({"networkMode": "none"}, {}, ["--network=none"]),
        ({"cpu": "256", "memory": "512"}, {}, [*PUBLISHED, "--memory=512m", "--cpus=0.25"]),
        ({"cpu": "4 vCPU", "memory": "8 GB"}, {}, [*PUBLISHED, "--memory=8192m", "--cpus=2"]),
        ({"memory": "1024"}, {"memory": 256}, [*PUBLISHED, "--memory=256m"]),
        ({}, {"memoryReservation": 128, "cpu": 1}, [*PUBLISHED, "--memory-reservation=128m", "--cpu-shares=2"]),
        ({}, {"user": "1000:50", "workingDirectory": "/srv"}, [*PUBLISHED, "--user=1000:50", "--workdir=/srv"]),
        ({}, {"readonlyRootFilesystem": True}, [*PUBLISHED, "--read-only"]),
        ({}, {"linuxParameters": {"initProcessEnabled": True}}, [*PUBLISHED, "--init"]),
    ],
)
def test_options(task: dict[str, Any], container: dict[str, Any], expected: list[str]) -> None:
    assert options(task, container, run(), processors=2) == expected


class _Cloud:
    def environment(self, scope: Scope) -> dict[str, str]:
        return {"AWS_REGION": scope.region}


@pytest.mark.parametrize(
    ("task", "container", "port", "host"),
    [
        ({}, "wb-1-web", "8080", None),
        ({"networkMode": "host"}, "wb-1-web", "20001", "127.0.0.1"),
        ({}, "", "20001", "127.0.0.1"),
    ],
)
def test_ports_and_address(task: dict[str, Any], container: str, port: str, host: str | None) -> None:
    cloud: Any = _Cloud()
    scope = Scope("1" * 12, "eu-west-1")
    found = environment(cloud, scope, task, {"environment": []}, run(container), {"KEY": "secret"})
    assert (found["PORT"], found["PORT_8080"], found.get("HOST")) == (port, port, host)
    assert (found["AWS_REGION"], found["KEY"]) == ("eu-west-1", "secret")


@pytest.mark.parametrize(("container", "port", "host"), [("wb-1-web", "9000", "0.0.0.0"), ("", "20001", "127.0.0.1")])
def test_a_definition_decides_in_a_network_of_its_own_and_not_on_that_of_the_machine(
    container: str, port: str, host: str
) -> None:
    cloud: Any = _Cloud()
    own = {"environment": [{"name": "PORT", "value": "9000"}, {"name": "HOST", "value": "0.0.0.0"}]}
    found = environment(cloud, Scope("1" * 12, "eu-west-1"), {}, own, run(container), {})
    assert (found["PORT"], found["HOST"]) == (port, host)
