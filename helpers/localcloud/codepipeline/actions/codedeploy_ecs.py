"""Deploy: a service of ECS blue/green by CodeDeploy, from templates with placeholders.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from . import artifacts, codedeploy
from .context import ActionContext, ActionFailed, Outcome

TASK_DEFINITION = "<TASK_DEFINITION>"
_IMAGES = range(1, 5)


def run(context: ActionContext) -> Outcome:
    """Register the task definition with its images in place, and deploy it by the AppSpec that names it."""
    if context.run.external_id:
        return codedeploy.deploy(context, {})
    definition = _registered(context)
    content = _template(context, "AppSpecTemplate", "appspec.yaml").replace(TASK_DEFINITION, definition)
    if definition not in content:
        raise ActionFailed("ConfigurationError", f"The AppSpec has no {TASK_DEFINITION}, in whose place the ARN comes.")
    digest = hashlib.sha256(content.encode()).hexdigest()
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content, "sha256": digest}}
    return codedeploy.deploy(context, revision)


def _registered(context: ActionContext) -> str:
    """Return the ARN of the task definition; a run registers it only once."""
    if not context.run.continuation:
        client = context.client("ecs")
        try:
            answer = client.register_task_definition(**_definition(context))
        except client.exceptions.ClientError as error:
            message = error.response["Error"]["Message"]
            raise ActionFailed("ConfigurationError", f"The task definition was not taken: {message}") from None
        context.run.continuation = answer["taskDefinition"]["taskDefinitionArn"]
        context.save()
    return context.run.continuation


def _definition(context: ActionContext) -> dict[str, Any]:
    text = _template(context, "TaskDefinitionTemplate", "taskdef.json")
    for placeholder, uri in _images(context):
        if f"<{placeholder}>" not in text:
            raise ActionFailed("ConfigurationError", f"The task definition has no placeholder <{placeholder}>.")
        text = text.replace(f"<{placeholder}>", uri)
    try:
        given = json.loads(text)
        return registrable(context, given)
    except (ValueError, AttributeError) as error:
        raise ActionFailed("ConfigurationError", f"The task definition is no JSON object: {error}") from None


def registrable(context: ActionContext, definition: dict[str, Any]) -> dict[str, Any]:
    """Return what RegisterTaskDefinition takes of a definition, which may be one that was described."""
    model = context.client("ecs").meta.service_model.operation_model("RegisterTaskDefinition")
    return {name: value for name, value in definition.items() if name in model.input_shape.members}


def _images(context: ActionContext) -> Iterator[tuple[str, str]]:
    """Yield (placeholder, image) for each artifact that has an image's imageDetail.json."""
    for number in _IMAGES:
        artifact = context.configuration.get(f"Image{number}ArtifactName")
        if not artifact:
            continue
        placeholder = context.configuration.get(f"Image{number}ContainerName", "IMAGE")
        try:
            yield placeholder, str(json.loads(artifacts.read(context, artifact, "imageDetail.json"))["ImageURI"])
        except (ValueError, KeyError, TypeError):
            raise ActionFailed("ConfigurationError", f"imageDetail.json of {artifact} has no ImageURI.") from None


def _template(context: ActionContext, what: str, default: str) -> str:
    artifact = context.configuration[f"{what}Artifact"]
    path = context.configuration.get(f"{what}Path", default)
    return artifacts.read(context, artifact, path).decode(errors="replace")
