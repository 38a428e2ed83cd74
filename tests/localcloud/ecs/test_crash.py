"""kill -9 of the local cloud: tasks go on and are adopted, deployments go on, nothing is left over."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import psutil

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.support import eventually


def marked(bench: Bench) -> list[psutil.Process]:
    """Return all processes of tasks of the account."""
    found = []
    for process in psutil.process_iter():
        try:
            owner = process.environ().get("WORKBOOK_OWNER", "")
            if f":{bench.cloud.account}:container/" in owner and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def answers(task: dict[str, Any]) -> str:
    port = task["containers"][0]["networkBindings"][0]["hostPort"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
        return str(json.load(response)["version"])


def rollout(bench: Bench) -> list[str]:
    found = bench.ecs.describe_services(cluster=bench.cluster, services=["web"])["services"][0]
    return [each["rolloutState"] for each in found["deployments"]]


def tasks(bench: Bench) -> list[dict[str, Any]]:
    arns = bench.ecs.list_tasks(cluster=bench.cluster)["taskArns"]
    return list(bench.ecs.describe_tasks(cluster=bench.cluster, tasks=arns)["tasks"]) if arns else []


def test_a_task_serves_on_and_is_adopted(private_bench: Bench) -> None:
    bench = private_bench
    image = bench.push("1", VERSION="1")
    first, second = bench.run(bench.define(image)), bench.run(bench.define(image))
    before = {arn: bench.until(arn, "RUNNING") for arn in (first, second)}
    for task in before.values():
        bench.get(task)
    bench.cloud.kill()
    assert [answers(task) for task in before.values()] == ["1", "1"]
    victim = before[second]["containers"][0]["containerArn"]
    for process in marked(bench):
        if process.environ().get("WORKBOOK_OWNER") == victim and "supervisor.py" not in " ".join(process.cmdline()):
            process.kill()
    bench.cloud.restart()
    stopped = bench.until(second, "STOPPED")
    assert (stopped["containers"][0]["exitCode"], stopped["stopCode"]) == (137, "EssentialContainerExited")
    adopted = bench.task(first)
    assert (adopted["lastStatus"], adopted["containers"]) == ("RUNNING", before[first]["containers"])
    bench.ecs.stop_task(cluster=bench.cluster, task=first)
    assert bench.until(first, "STOPPED")["containers"][0]["exitCode"] == 0
    assert not marked(bench)


def test_a_rolling_deployment_goes_on(private_bench: Bench) -> None:
    bench = private_bench
    image = bench.push("2", VERSION="2")
    bench.ecs.create_service(
        cluster=bench.cluster, serviceName="web", taskDefinition=bench.define(bench.push("1", VERSION="1")),
        desiredCount=3, deploymentConfiguration={"minimumHealthyPercent": 100, "maximumPercent": 134},
    )  # fmt: skip
    eventually(lambda: rollout(bench) == ["COMPLETED"], what="the first deployment")
    new = bench.define(image)
    bench.ecs.update_service(cluster=bench.cluster, service="web", taskDefinition=new)
    eventually(lambda: any(task["taskDefinitionArn"] == new for task in tasks(bench)), what="a new task")
    bench.cloud.kill()
    bench.cloud.restart()
    eventually(lambda: rollout(bench) == ["COMPLETED"], what="the end of the deployment")
    assert [bench.get(task)["version"] for task in tasks(bench)] == ["2", "2", "2"]


def test_nothing_is_alive_after_a_stop_and_a_service_comes_back(private_bench: Bench) -> None:
    bench = private_bench
    bench.ecs.create_service(
        cluster=bench.cluster, serviceName="web", taskDefinition=bench.define(bench.push("1", VERSION="1")),
        desiredCount=2,
    )  # fmt: skip
    eventually(lambda: rollout(bench) == ["COMPLETED"], what="the deployment")
    assert marked(bench)
    bench.cloud.stop()
    assert not marked(bench)
    bench.cloud.restart()
    eventually(lambda: sum(task["lastStatus"] == "RUNNING" for task in tasks(bench)) == 2, what="the tasks again")
    assert [bench.get(task)["version"] for task in tasks(bench)] == ["1", "1"]
