"""Deploy: new images for a service of ECS, by its own deployment.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from . import artifacts
from .codedeploy_ecs import registrable
from .context import ActionContext, ActionFailed, Outcome

_FILE = "imagedefinitions.json"
_DEFAULT_MINUTES = 60
_TURN = 0.3
_LOST = ("STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
Document = dict[str, Any]


def run(context: ActionContext) -> Outcome:
    """Register a new revision of the service's task definition with the images, and wait until it is deployed."""
    client = context.client("ecs")
    try:
        if not context.run.continuation:
            context.run.continuation = _registered(context, client)
            context.save()
        if not context.run.external_id:
            context.run.external_id = _update(context, client)
            context.save()
        return _wait(context, client)
    except client.exceptions.ClientError as error:
        raise ActionFailed("ConfigurationError", error.response["Error"]["Message"]) from None


def images(text: bytes) -> dict[str, str]:
    """Return the image per container that a file like [{"name": ..., "imageUri": ...}] says. Raises ActionFailed."""
    try:
        found = {str(entry["name"]): str(entry["imageUri"]) for entry in json.loads(text)}
    except (ValueError, KeyError, TypeError):
        found = {}
    if not found:
        raise ActionFailed(
            "ConfigurationError",
            'The image definitions must be a JSON list like [{"name": "web", "imageUri": "..."}].',
        )
    return found


def _registered(context: ActionContext, client: Any) -> str:
    file = context.configuration.get("FileName", _FILE)
    wanted = images(artifacts.read(context, context.run.inputs[0].name, file))
    current = _service(context, client)["taskDefinition"]
    answer = client.describe_task_definition(taskDefinition=current, include=["TAGS"])
    definition = registrable(context, {**answer["taskDefinition"], "tags": answer.get("tags", [])})
    if not definition["tags"]:
        del definition["tags"]
    containers = {container["name"]: container for container in definition["containerDefinitions"]}
    if unknown := [name for name in wanted if name not in containers]:
        raise ActionFailed(
            "ConfigurationError",
            f"{file} names the container {', '.join(unknown)}; {current} has {', '.join(containers)}.",
        )
    for name, image in wanted.items():
        containers[name]["image"] = image
    return str(client.register_task_definition(**definition)["taskDefinition"]["taskDefinitionArn"])


def _update(context: ActionContext, client: Any) -> str:
    """Return the ARN of the service deployment; one that was begun before a crash is the service's current one."""
    given = context.configuration
    service = _service(context, client)
    if service["taskDefinition"] != context.run.continuation:
        service = client.update_service(
            cluster=given["ClusterName"], service=given["ServiceName"], taskDefinition=context.run.continuation
        )["service"]
    if current := service.get("currentServiceDeployment"):
        return str(current)
    listed = client.list_service_deployments(cluster=given["ClusterName"], service=given["ServiceName"])
    return str(listed["serviceDeployments"][0]["serviceDeploymentArn"])


def _service(context: ActionContext, client: Any) -> Document:
    cluster, name = context.configuration["ClusterName"], context.configuration["ServiceName"]
    found = [
        s for s in client.describe_services(cluster=cluster, services=[name])["services"] if s["status"] == "ACTIVE"
    ]
    if not found:
        raise ActionFailed("ConfigurationError", f"The cluster {cluster} has no active service {name}.")
    return dict(found[0])


def _wait(context: ActionContext, client: Any) -> Outcome:
    minutes = float(context.configuration.get("DeploymentTimeout", _DEFAULT_MINUTES))
    clock = context.records.cloud.clock
    until = context.run.started + timedelta(minutes=minutes) / clock.time_scale
    while True:
        arn = context.run.external_id
        found = client.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"]
        status = found[0]["status"] if found else "STOPPED"
        if status == "SUCCESSFUL":
            return Outcome(summary=f"The service runs {context.run.continuation}")
        if status in _LOST:
            reason = found[0].get("statusReason", "") if found else "It was deleted."
            raise ActionFailed("JobFailed", f"The deployment of {context.run.continuation} is {status}. {reason}")
        if clock.now() >= until:
            raise ActionFailed("JobFailed", f"The deployment took longer than {minutes:g} minutes; it is {status}.")
        context.check_alive()
        with context.records.bell:
            context.records.bell.wait(_TURN)
