"""Tasks: they run, answer, log, are checked, and stop in order."""

from __future__ import annotations

import json
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.support import eventually

LOG = {"logDriver": "awslogs", "options": {"awslogs-group": "/shop", "awslogs-region": "us-east-1"}}
CREATED_LOG = {**LOG, "options": {**LOG["options"], "awslogs-create-group": "true", "awslogs-stream-prefix": "web"}}


def running_below(bench: Bench, task: dict[str, Any]) -> list[psutil.Process]:
    """Return the processes that carry the mark of the task's container."""
    arn = task["containers"][0]["containerArn"]
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("WORKBOOK_OWNER") == arn and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_a_task_runs_answers_and_stops_with_its_own_exit_code(bench: Bench) -> None:
    arn = bench.run(bench.define(bench.push("1", VERSION="1.0"), logConfiguration=CREATED_LOG))
    task = bench.until(arn, "RUNNING")
    assert bench.get(task)["version"] == "1.0"
    assert running_below(bench, task)
    bench.ecs.stop_task(cluster=bench.cluster, task=arn, reason="enough")
    stopped = bench.until(arn, "STOPPED")
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "enough")
    assert stopped["containers"][0]["exitCode"] == 0
    assert {"listening", "served /", "draining"} <= set(bench.messages("/shop"))
    assert not running_below(bench, task)


def test_a_task_that_ignores_sigterm_is_killed_after_its_grace(bench: Bench) -> None:
    arn = bench.run(bench.define(bench.push("1", STUBBORN="yes"), stopTimeout=30))
    bench.get(bench.until(arn, "RUNNING"))
    bench.ecs.stop_task(cluster=bench.cluster, task=arn)
    stopped = bench.until(arn, "STOPPED")
    assert stopped["containers"][0]["exitCode"] == 137
    assert stopped["stoppedReason"] == "Task stopped by user"


def test_an_essential_container_that_exits_takes_the_task_along(bench: Bench) -> None:
    image = bench.push("1", b"import sys\nprint('no configuration')\nsys.exit(3)\n")
    arn = bench.run(bench.define(image, logConfiguration=CREATED_LOG))
    stopped = bench.until(arn, "STOPPED")
    assert (stopped["stopCode"], stopped["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert stopped["containers"][0]["exitCode"] == 3
    assert bench.messages("/shop") == ["no configuration"]


def test_a_killed_process_is_noticed(bench: Bench) -> None:
    arn = bench.run(bench.define(bench.push("1")))
    task = bench.until(arn, "RUNNING")
    bench.get(task)
    for process in running_below(bench, task):
        process.kill()
    stopped = bench.until(arn, "STOPPED")
    assert (stopped["containers"][0]["exitCode"], stopped["stopCode"]) == (137, "EssentialContainerExited")


def test_environment_secrets_and_ports_arrive(bench: Bench) -> None:
    bench.cloud.client("ssm").put_parameter(Name="/shop/key", Value="from ssm", Type="SecureString")
    secret = bench.cloud.client("secretsmanager").create_secret(
        Name="shop", SecretString=json.dumps({"user": "ada", "password": "p"})
    )
    definition = bench.define(
        bench.push("1", FROM_IMAGE="yes"),
        environment=[{"name": "PLAIN", "value": "one"}, {"name": "PORT", "value": "8080"}],
        secrets=[
            {"name": "KEY", "valueFrom": "/shop/key"},
            {"name": "DB", "valueFrom": f"{secret['ARN']}:user::"},
        ],
    )
    override = {"containerOverrides": [{"name": "web", "environment": [{"name": "PLAIN", "value": "two"}]}]}
    task = bench.until(bench.run(definition, overrides=override), "RUNNING")
    seen = bench.get(task)["environment"]
    port = str(task["containers"][0]["networkBindings"][0]["hostPort"])
    assert (seen["KEY"], seen["DB"], seen["PLAIN"], seen["FROM_IMAGE"]) == ("from ssm", "ada", "two", "yes")
    assert seen["PORT"] == seen["PORT_8080"] == port
    assert "VIRTUAL_ENV" not in seen


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"secrets": [{"name": "A", "valueFrom": "/no/such"}]}, "ResourceInitializationError: unable to pull secrets"),
        ({"logConfiguration": LOG}, "ResourceInitializationError: failed to validate logger args"),
        ({"entryPoint": ["no-such-program"]}, ""),
    ],
)
def test_what_cannot_start_says_why(bench: Bench, members: dict[str, Any], expected: str) -> None:
    stopped = bench.until(bench.run(bench.define(bench.push("1"), **members)), "STOPPED")
    if expected:
        assert stopped["stopCode"] == "TaskFailedToStart"
        assert stopped["stoppedReason"].startswith(expected)
    else:
        assert stopped["containers"][0]["exitCode"] == 127


@pytest.mark.parametrize("image", ["{uri}:missing", "{uri}@sha256:" + "0" * 64, "nginx:latest", "not an image"])
def test_an_unknown_image_stops_the_task(bench: Bench, image: str) -> None:
    stopped = bench.until(bench.run(bench.define(image.format(uri=bench.uri))), "STOPPED")
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith("CannotPullContainerError: ")
    assert stopped["containers"][0]["reason"].startswith("CannotPullContainerError: ")


def test_an_image_whose_layer_was_never_uploaded_stops_the_task(bench: Bench) -> None:
    manifest = json.dumps({"config": {"digest": "sha256:" + "1" * 64}, "layers": []})
    bench.cloud.client("ecr").put_image(repositoryName="shop", imageManifest=manifest, imageTag="broken")
    stopped = bench.until(bench.run(bench.define(f"{bench.uri}:broken")), "STOPPED")
    assert "has no layer" in stopped["stoppedReason"]


@pytest.mark.parametrize(
    ("command", "health"),
    [
        (["CMD-SHELL", 'test -n "$PORT" && exit 0 || exit 1'], "HEALTHY"),
        (["CMD", "false"], "UNHEALTHY"),
    ],
)
def test_container_health_is_checked(bench: Bench, command: list[str], health: str) -> None:
    check = {"command": command, "interval": 5, "timeout": 2, "retries": 2}
    arn = bench.run(bench.define(bench.push("1"), healthCheck=check))
    seen = [bench.until(arn, "RUNNING")["healthStatus"]]

    def verdict() -> bool:
        seen.append(bench.task(arn)["healthStatus"])
        return bool(seen[-1] == health)

    eventually(verdict, what="the verdict")
    # A machine that stalls may show the verdict only, and never another.
    assert set(seen) <= {"UNKNOWN", health}


def test_two_containers_start_in_order(bench: Bench) -> None:
    image = bench.push("1")
    setup = {"name": "setup", "image": bench.push("setup", b"print('done')"), "essential": False}
    web = {
        "name": "web",
        "image": image,
        "portMappings": [{"containerPort": 8080}],
        "dependsOn": [{"containerName": "setup", "condition": "SUCCESS"}],
    }
    bench.ecs.register_task_definition(family="two", containerDefinitions=[web, setup])
    task = bench.until(bench.run("two"), "RUNNING")
    assert [(each["name"], each["lastStatus"], each.get("exitCode")) for each in task["containers"]] == [
        ("web", "RUNNING", None),
        ("setup", "STOPPED", 0),
    ]


def test_task_changes_are_announced(bench: Bench) -> None:
    sqs, events = bench.cloud.client("sqs"), bench.cloud.client("events")
    queue = sqs.create_queue(QueueName="changes")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="tasks", EventPattern=json.dumps({"detail-type": ["ECS Task State Change"]}))
    events.put_targets(Rule="tasks", Targets=[{"Id": "1", "Arn": arn}])
    stopped = bench.until(bench.run(bench.define(bench.push("1", b"pass"))), "STOPPED")
    seen: list[str] = []

    def all_seen() -> bool:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            detail = json.loads(message["Body"])["detail"]
            assert detail["taskArn"] == stopped["taskArn"]
            seen.append(detail["lastStatus"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return {"PROVISIONING", "PENDING", "RUNNING", "STOPPED"} <= set(seen)

    eventually(all_seen, what="the events of begin and end")


def test_the_same_token_runs_one_task(bench: Bench) -> None:
    definition = bench.define(bench.push("1"))
    assert bench.run(definition, clientToken="once") == bench.run(definition, clientToken="once")


def test_tasks_are_listed(bench: Bench) -> None:
    definition = bench.define(bench.push("1"))
    first, second = bench.run(definition, startedBy="ada"), bench.run(definition)
    bench.ecs.stop_task(cluster=bench.cluster, task=second)
    bench.until(second, "STOPPED")
    listed = bench.ecs.list_tasks(cluster=bench.cluster)["taskArns"]
    assert listed == [first] == bench.ecs.list_tasks(cluster=bench.cluster, startedBy="ada")["taskArns"]
    assert bench.ecs.list_tasks(cluster=bench.cluster, desiredStatus="STOPPED")["taskArns"] == [second]
    missing = bench.ecs.describe_tasks(cluster=bench.cluster, tasks=["0" * 32])
    assert missing["failures"][0]["reason"] == "MISSING"


def test_a_cluster_with_tasks_is_not_deleted(bench: Bench) -> None:
    arn = bench.run(bench.define(bench.push("1")))
    with pytest.raises(ClientError, match="Tasks are active"):
        bench.ecs.delete_cluster(cluster=bench.cluster)
    bench.ecs.stop_task(cluster=bench.cluster, task=arn)
    bench.until(arn, "STOPPED")
    assert bench.ecs.delete_cluster(cluster=bench.cluster)["cluster"]["status"] == "INACTIVE"
    with pytest.raises(ClientError, match="ClusterNotFoundException"):
        bench.ecs.list_tasks(cluster=bench.cluster)
