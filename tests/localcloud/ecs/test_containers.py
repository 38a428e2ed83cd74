"""Images that bring their own system: they run in the machine's Docker engine, and say so where there is none."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from helpers import aws, base_image, containers
from helpers.localcloud.runtime import engine as engines
from tests.localcloud.ecs.bench import SERVER, Bench
from tests.localcloud.ecs.systems import push_system, python_base
from tests.localcloud.ecs.test_services import running, steady, update
from tests.localcloud.elbv2.balancing import Balancer, forward, load
from tests.localcloud.support import TestCloud, eventually

LOG = {
    "logDriver": "awslogs",
    "options": {"awslogs-group": "/shop", "awslogs-region": "us-east-1", "awslogs-create-group": "true"},
}
# As SERVER, in a network of its own.
OPEN_SERVER = SERVER.replace(b'"127.0.0.1"', b'os.environ.get("HOST", "0.0.0.0")')


def until(bench: Bench, arn: str, status: str) -> dict[str, Any]:
    """As `Bench.until`, for what an engine does: it may have to take in an image of 70 MB on a busy machine."""
    return bench.until(arn, status, seconds=120)


def variables(**values: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


@functools.lru_cache(maxsize=1)
def engine() -> engines.Engine | None:
    return engines.find(Path(tempfile.gettempdir(), "workbook-docker-configuration"))


needs_engine = pytest.mark.skipif(engine() is None, reason="no Docker engine answers on this machine")


def docker(*arguments: str) -> str:
    """Return what the engine says."""
    found = engine()
    assert found is not None
    ran = subprocess.run(found.call(*arguments), capture_output=True, text=True, timeout=60, check=True)
    return ran.stdout.strip()


def containers_of(account: str) -> list[str]:
    """Return the names of all containers of tasks of `account`, in whatever state."""
    form = '{{.Names}} {{.Label "workbook.container"}}'
    lines = docker("ps", "--all", "--filter", "label=workbook.container", "--format", form).splitlines()
    return [line.partition(" ")[0] for line in lines if f":{account}:" in line]


@pytest.fixture(scope="module")
def pushed() -> Iterator[list[str]]:
    """The digests of images that the module pushed; the engine forgets them at the end."""
    digests: list[str] = []
    yield digests
    for digest in set(digests):
        if engine() is not None:
            subprocess.run(
                engine().call("image", "rm", f"localcloud.invalid/image:{digest}"), capture_output=True, check=False
            )


@pytest.fixture
def box(private_cloud_factory: Callable[..., TestCloud], pushed: list[str]) -> Iterator[Bench]:
    """A cluster in a local cloud of one's own, of which no container is left at the end."""
    bench = Bench(private_cloud_factory())
    yield bench
    bench.cloud.stop()
    if engine() is not None:
        eventually(lambda: containers_of(bench.cloud.account) == [], what="the end of all containers")


@pytest.fixture
def push(box: Bench, pushed: list[str]) -> Callable[..., str]:
    """Pushes an image of the packed Python that runs `source`."""

    def made(source: bytes = OPEN_SERVER) -> str:
        uri = push_system(box, "1", {"app/main.py": source}, Cmd=["python", "main.py"], WorkingDir="/app")
        pushed.append(uri.rpartition(":")[2])
        return uri

    return made


@needs_engine
def test_a_container_serves_with_a_network_and_limits_of_its_own(box: Bench, push: Callable[..., str]) -> None:
    definition = box.ecs.register_task_definition(
        family="web", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
        containerDefinitions=[{
            "name": "web", "image": push(), "portMappings": [{"containerPort": 8080}], "user": "1000",
            "environment": [{"name": "WORD", "value": "two\nlines"}, {"name": "HOME", "value": "/app"}],
            "logConfiguration": LOG,
        }],
    )["taskDefinition"]["taskDefinitionArn"]  # fmt: skip
    arn = box.run(definition, networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}})
    task = until(box, arn, "RUNNING")
    seen = box.get(task)["environment"]
    assert (seen["PORT"], seen["WORD"], seen["HOME"]) == ("8080", "two\nlines", "/app")
    assert "HOST" not in seen and "WORKBOOK_OWNER" not in seen
    (name,) = containers_of(box.cloud.account)
    told = json.loads(docker("inspect", name))[0]
    assert (told["HostConfig"]["Memory"], told["HostConfig"]["NanoCpus"]) == (512 * 1024 * 1024, 250_000_000)
    assert told["Config"]["User"] == "1000"
    port = str(task["containers"][0]["networkBindings"][0]["hostPort"])
    assert told["HostConfig"]["PortBindings"] == {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": port}]}
    box.ecs.stop_task(cluster=box.cluster, task=arn)
    assert until(box, arn, "STOPPED")["containers"][0]["exitCode"] == 0
    assert {"listening", "served /", "draining"} <= set(box.messages("/shop"))
    assert containers_of(box.cloud.account) == []


@needs_engine
def test_no_value_is_in_an_argument(box: Bench, push: Callable[..., str]) -> None:
    box.cloud.client("ssm").put_parameter(Name="/shop/key", Value="very secret", Type="SecureString")
    definition = box.define(push(), secrets=[{"name": "KEY", "valueFrom": "/shop/key"}])
    task = until(box, box.run(definition), "RUNNING")
    assert box.get(task)["environment"]["KEY"] == "very secret"
    lines = [" ".join(each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"])]
    assert [line for line in lines if f"wb-{task['taskArn'].rpartition('/')[2]}" in line]
    assert not [line for line in lines if "very secret" in line]


@needs_engine
def test_one_that_ignores_its_stop_signal_is_killed(box: Bench, push: Callable[..., str]) -> None:
    arn = box.run(box.define(push(), environment=variables(STUBBORN="yes"), stopTimeout=30))
    box.get(until(box, arn, "RUNNING"))
    box.ecs.stop_task(cluster=box.cluster, task=arn)
    assert until(box, arn, "STOPPED")["containers"][0]["exitCode"] == 137
    assert containers_of(box.cloud.account) == []


@needs_engine
def test_the_exit_code_of_the_container_is_told(box: Bench, push: Callable[..., str]) -> None:
    image = push(b"import os\nprint('I am', os.getpid(), flush=True)\nos._exit(3)\n")
    stopped = until(box, box.run(box.define(image, logConfiguration=LOG)), "STOPPED")
    assert (stopped["containers"][0]["exitCode"], stopped["stopCode"]) == (3, "EssentialContainerExited")
    assert box.messages("/shop") == ["I am 1"]


@needs_engine
def test_what_the_engine_refuses_is_the_reason(box: Bench, push: Callable[..., str]) -> None:
    stopped = until(box, box.run(box.define(push(), user="nobody-of-that-name")), "STOPPED")
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith("CannotStartContainerError: Error response from daemon: ")
    assert "nobody-of-that-name" in stopped["stoppedReason"]


@needs_engine
@pytest.mark.parametrize(
    ("program", "health"),
    [("import os; assert os.getpid() != 1 and os.path.samefile('.', '/app')", "HEALTHY"), ("1 / 0", "UNHEALTHY")],
)
def test_health_is_checked_inside(box: Bench, push: Callable[..., str], program: str, health: str) -> None:
    check = {"command": ["CMD", "python", "-c", program], "interval": 5, "timeout": 60, "retries": 2}
    arn = box.run(box.define(push(), healthCheck=check))
    until(box, arn, "RUNNING")
    eventually(lambda: box.task(arn)["healthStatus"] == health, seconds=120, what="the verdict")


@needs_engine
def test_on_the_network_of_the_host_a_container_reaches_the_local_cloud(box: Bench, push: Callable[..., str]) -> None:
    source = b"""
import os, urllib.request, urllib.error
try:
    urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"])
except urllib.error.HTTPError as error:
    print("answered", os.environ["HOST"], os.environ["PORT"])
"""
    image = push(source)
    container = {"name": "web", "image": image, "portMappings": [{"containerPort": 8080}], "logConfiguration": LOG}
    box.ecs.register_task_definition(family="host", networkMode="host", containerDefinitions=[container])
    stopped = until(box, box.run("host"), "STOPPED")
    port = stopped["containers"][0]["networkBindings"][0]["hostPort"]
    assert box.messages("/shop") == [f"answered 127.0.0.1 {port}"]


@needs_engine
def test_a_service_of_containers_is_released_without_a_lost_request(box: Bench, push: Callable[..., str]) -> None:
    balancer = Balancer(box.cloud)
    group = balancer.group("blue", HealthCheckIntervalSeconds=10, HealthyThresholdCount=2)
    balancer.client.modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]
    )
    listener = balancer.listener(forward((group, 100)))
    wiring = {"targetGroupArn": group, "containerName": "web", "containerPort": 8080}
    image = push()
    first = box.define(image, environment=variables(VERSION="1"))
    box.ecs.create_service(
        cluster=box.cluster, serviceName="web", taskDefinition=first, desiredCount=2, loadBalancers=[wiring]
    )
    steady(box, seconds=120)
    with load(listener["Port"], keep_alive=2, new=1) as seen:
        update(box, taskDefinition=box.define(image, environment=variables(VERSION="2")))
        steady(box, seconds=120)
        eventually(lambda: seen.by_server["2"] > 50, what="answers of the new release")
    assert not seen.failures
    assert seen.by_server["1"]
    names = containers_of(box.cloud.account)
    assert sorted(names) == sorted(f"wb-{task['taskArn'].rpartition('/')[2]}-web" for task in running(box))


@needs_engine
def test_a_container_outlives_a_crash_of_the_cloud_and_is_adopted(box: Bench, push: Callable[..., str]) -> None:
    definition = box.define(push(), environment=variables(VERSION="1"), logConfiguration=LOG)
    first, second = box.run(definition), box.run(definition)
    before = {arn: until(box, arn, "RUNNING") for arn in (first, second)}
    for task in before.values():
        box.get(task)
    box.cloud.kill()
    assert [box.get(task)["version"] for task in before.values()] == ["1", "1"]
    docker("kill", f"wb-{second.rpartition('/')[2]}-web")
    box.cloud.restart()
    stopped = until(box, second, "STOPPED")
    assert (stopped["containers"][0]["exitCode"], stopped["stopCode"]) == (137, "EssentialContainerExited")
    adopted = box.task(first)
    assert (adopted["lastStatus"], adopted["containers"]) == ("RUNNING", before[first]["containers"])
    box.ecs.stop_task(cluster=box.cluster, task=first)
    assert until(box, first, "STOPPED")["containers"][0]["exitCode"] == 0
    assert "draining" in box.messages("/shop")


@needs_engine
def test_a_crash_while_containers_start_leaves_none(box: Bench, push: Callable[..., str]) -> None:
    definition = box.define(push())
    arns = [box.run(definition) for _ in range(3)]
    eventually(lambda: containers_of(box.cloud.account), seconds=120, what="the first container")
    box.cloud.kill()
    box.cloud.restart()
    for arn in arns:
        box.ecs.stop_task(cluster=box.cluster, task=arn)
    for arn in arns:
        until(box, arn, "STOPPED")
    assert containers_of(box.cloud.account) == []


@needs_engine
def test_a_lost_client_ends_its_task(box: Bench, push: Callable[..., str]) -> None:
    arn = box.run(box.define(push()))
    until(box, arn, "RUNNING")
    name = f"wb-{arn.rpartition('/')[2]}-web"
    for process in psutil.process_iter(["cmdline"]):
        if f"--name={name}" in (process.info["cmdline"] or []):
            process.kill()
    assert until(box, arn, "STOPPED")["stopCode"] == "EssentialContainerExited"
    assert containers_of(box.cloud.account) == []


@needs_engine
def test_the_guardian_ends_containers_of_a_cloud_that_is_gone_for_good(box: Bench, push: Callable[..., str]) -> None:
    box.get(until(box, box.run(box.define(push(), environment=variables(STUBBORN="yes"))), "RUNNING"))
    box.cloud.kill()
    assert len(containers_of(box.cloud.account)) == 1
    # Who deletes the folder wants nothing back.
    (box.cloud.home / "cloud" / "running.json").unlink()
    eventually(lambda: containers_of(box.cloud.account) == [], what="the end of the container")


@pytest.fixture
def as_on_aws(box: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The learner ada, whose images stand upon the packed Python as they would upon the public one."""
    monkeypatch.setenv("WORKBOOK_HOME", str(box.cloud.home))
    monkeypatch.setenv("WORKBOOK_ACCOUNT", box.cloud.account)
    monkeypatch.setattr(aws, "needs_base_image", lambda: True)
    monkeypatch.setattr(base_image, "fetch", {base_image.PYTHON: python_base()}.__getitem__)
    aws.configure(learner="ada")
    yield
    monkeypatch.undo()
    aws.configure()


@needs_engine
def test_the_image_of_the_shop_that_goes_to_aws_serves_in_a_container(
    box: Bench, pushed: list[str], as_on_aws: None
) -> None:
    image = containers.shop("2.0.0", containers.repository("shop", "tiny"))
    pushed.append(image.rpartition(":")[2])
    task = until(box, box.run(box.define(image, environment=variables(PORT="8080"))), "RUNNING")
    assert box.get(task, "/version") == {"service": "catalog", "version": "2.0.0"}
    assert len(containers_of(box.cloud.account)) == 1


@pytest.fixture
def without_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that does not answer, whatever the machine has."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")


@pytest.mark.usefixtures("without_engine")
def test_without_an_engine_a_python_is_that_of_the_workbook(private_cloud_factory: Callable[..., TestCloud]) -> None:
    bench = Bench(private_cloud_factory())
    image = push_system(
        bench, "1", {"app/main.py": SERVER}, Cmd=["/usr/local/bin/python", "main.py"], WorkingDir="/app"
    )
    task = bench.until(bench.run(bench.define(image)), "RUNNING")
    seen = bench.get(task)["environment"]
    assert seen["PORT"] == str(task["containers"][0]["networkBindings"][0]["hostPort"])
    assert seen["HOST"] == "127.0.0.1"


@pytest.mark.usefixtures("without_engine")
def test_without_an_engine_another_system_says_what_it_needs(private_cloud_factory: Callable[..., TestCloud]) -> None:
    bench = Bench(private_cloud_factory())
    image = push_system(bench, "1", {"server": b"\x7fELF"}, Entrypoint=["/server"])
    stopped = until(bench, bench.run(bench.define(image)), "STOPPED")
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"] == stopped["containers"][0]["reason"]
    assert stopped["stoppedReason"].startswith("CannotStartContainerError: the image brings /server ")
    assert "needs a Docker engine: none answers" in stopped["stoppedReason"]


@pytest.mark.skipif(os.name == "nt", reason="a script without an extension is not a program of Windows")
@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "exec sleep 600",
        "echo tcp://192.0.2.1:2375",
        'test "$1" = context && echo unix:///nowhere || { echo 0; exit 1; }',
    ],
    ids=["fails", "hangs", "is elsewhere", "is down"],
)
def test_an_engine_that_is_no_good_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(engines, "ANSWER_LIMIT", 1.0)
    assert engines.find(tmp_path / "configuration") is None
