"""A hook of the deployment: asks the new version for one price and tells CodeDeploy whether it is right."""

import json
import os
import traceback
from typing import Any

import boto3

QUESTION, ANSWER = {"cart": {"sticker": 20}, "country": "AT"}, 4500


def handler(event: dict[str, str], context: object) -> None:
    """Say Succeeded or Failed, whatever happens: CodeDeploy would wait for an hour."""
    deploy = boto3.client("codedeploy")
    status = "Succeeded" if _judged(deploy, event["DeploymentId"]) else "Failed"
    deploy.put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=status,
    )


def _judged(deploy: Any, deployment: str) -> bool:
    try:
        return _right(deploy, deployment)
    except Exception:
        traceback.print_exc()
        return False


def _right(deploy: Any, deployment: str) -> bool:
    target = deploy.list_deployment_targets(deploymentId=deployment)["targetIds"][0]
    found = deploy.get_deployment_target(deploymentId=deployment, targetId=target)["deploymentTarget"]
    said = boto3.client("lambda").invoke(
        FunctionName=os.environ["FUNCTION"],
        Qualifier=found["lambdaTarget"]["lambdaFunctionInfo"]["targetVersion"],
        Payload=json.dumps(QUESTION).encode(),
    )
    answer: dict[str, Any] = json.loads(said["Payload"].read())
    return answer.get("total") == ANSWER
