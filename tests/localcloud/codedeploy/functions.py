"""A function with versions and an alias, and hooks for its deployments."""

from __future__ import annotations

import json
from typing import Any

from tests.localcloud.codedeploy.bench import ROLE, Bench, content, zipped
from tests.localcloud.support import eventually

SAYS = "def handler(event, context):\n    return {answer!r}\n"
TELLS = """import boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl={queue!r}, MessageBody={answer!r})
"""
HOOK = """import boto3

def handler(event, context):
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"], lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status={status!r})
"""
# Reports only when the object that it waits for is there, and so not before a test lets it.
PATIENT = """import boto3, time

def handler(event, context):
    s3 = boto3.client("s3")
    while not s3.list_objects_v2(Bucket={bucket!r}).get("KeyCount"):
        time.sleep(0.1)
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"], lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="Succeeded")
"""
SILENT = "def handler(event, context):\n    return None\n"


def make_function(bench: Bench, name: str, source: str) -> None:
    bench.cloud.client("lambda").create_function(
        FunctionName=name, Runtime="python3.11", Role=ROLE, Handler="index.handler",
        Code={"ZipFile": zipped({"index.py": source})}, Timeout=30,
    )  # fmt: skip


def make_versions(bench: Bench, count: int = 2) -> None:
    """Make the function `shop` with versions that answer their number, and the alias `live` at version 1."""
    api = bench.cloud.client("lambda")
    make_function(bench, "shop", SAYS.format(answer="1"))
    for number in range(1, count + 1):
        if number > 1:
            api.update_function_code(FunctionName="shop", ZipFile=zipped({"index.py": SAYS.format(answer=str(number))}))
        assert api.publish_version(FunctionName="shop")["Version"] == str(number)
    api.create_alias(FunctionName="shop", Name="live", FunctionVersion="1")


def make_hook(bench: Bench, name: str, status: str) -> None:
    make_function(bench, name, HOOK.format(status=status))


def spec(current: str = "1", target: str = "2", **hooks: str) -> dict[str, Any]:
    properties = {"Name": "shop", "Alias": "live", "CurrentVersion": current, "TargetVersion": target}
    resources = [{"shop": {"Type": "AWS::Lambda::Function", "Properties": properties}}]
    return content({"version": 0.0, "Resources": resources, "Hooks": [{event: name} for event, name in hooks.items()]})


def alias(bench: Bench) -> tuple[str, dict[str, float]]:
    """Return the main version of the alias, and the weights of the others."""
    found = bench.cloud.client("lambda").get_alias(FunctionName="shop", Name="live")
    return found["FunctionVersion"], found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})


def at_weight(bench: Bench, weight: float) -> None:
    eventually(lambda: alias(bench)[1].get("2") == weight, what=f"weight {weight}")


def answers(bench: Bench, count: int) -> list[str]:
    """Call the alias `count` times."""
    api = bench.cloud.client("lambda")
    return [json.loads(api.invoke(FunctionName="shop", Qualifier="live")["Payload"].read()) for _ in range(count)]
