"""What an action says of a stack: template, parameters, tags, capabilities.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
"""

from __future__ import annotations

import json
from typing import Any

from . import artifacts
from .context import ActionContext, ActionFailed

_ATTRIBUTES = ("BucketName", "ObjectKey", "URL")
Document = dict[str, Any]


def request(context: ActionContext) -> Document:
    """Return the arguments that CreateStack, UpdateStack and CreateChangeSet have in common.

    Raises ActionFailed for files that are missing and for JSON that is none.
    """
    configuration = context.configuration
    found: Document = {
        "StackName": configuration["StackName"],
        "TemplateBody": _at(context, "TemplatePath").decode(errors="replace"),
        "Capabilities": configuration.get("Capabilities", "").replace(",", " ").split(),
    }
    settings = _settings(context)
    parameters = {**settings.get("Parameters", {}), **_overrides(context)}
    found["Parameters"] = [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in parameters.items()]
    if tags := settings.get("Tags"):
        found["Tags"] = [{"Key": key, "Value": str(value)} for key, value in tags.items()]
    if role := configuration.get("RoleArn"):
        found["RoleARN"] = role
    return found


def _at(context: ActionContext, key: str) -> bytes:
    """Return the content of the file that `key` of the configuration names as Artifact::path/in/it."""
    artifact, colons, path = context.configuration.get(key, "").partition("::")
    if not (artifact and colons and path):
        raise ActionFailed(
            "ConfigurationError", f"{key} is '{artifact}'; the form Artifact::path/of/the/file is expected."
        )
    return artifacts.read(context, artifact, path)


def _settings(context: ActionContext) -> Document:
    """The file of TemplateConfiguration has Parameters, Tags and a StackPolicy (which is not modelled)."""
    if not context.configuration.get("TemplateConfiguration"):
        return {}
    found = _json(_at(context, "TemplateConfiguration"), "The file of TemplateConfiguration")
    if "StackPolicy" in found:
        raise ActionFailed("ConfigurationError", "A StackPolicy in the TemplateConfiguration is not modelled.")
    if not all(isinstance(found.get(part, {}), dict) for part in ("Parameters", "Tags")):
        raise ActionFailed("ConfigurationError", "Parameters and Tags in the TemplateConfiguration must be objects.")
    return found


def _overrides(context: ActionContext) -> Document:
    given = _json(context.configuration.get("ParameterOverrides") or "{}", "ParameterOverrides")
    return {key: _value(context, value) for key, value in given.items()}


def _value(context: ActionContext, value: Any) -> Any:
    """Resolve Fn::GetArtifactAtt and Fn::GetParam, which CodePipeline has for values of parameters."""
    match value:
        case {"Fn::GetArtifactAtt": [str(name), str(attribute)]} if attribute in _ATTRIBUTES:
            artifact = artifacts.given(context, name)
            url = f"https://{artifact.bucket}.s3.{context.scope.region}.amazonaws.com/{artifact.key}"
            return {"BucketName": artifact.bucket, "ObjectKey": artifact.key, "URL": url}[attribute]
        case {"Fn::GetParam": [str(name), str(file), str(key)]}:
            found = _json(artifacts.read(context, name, file), f"The file {file} of {name}")
            if key not in found:
                raise ActionFailed("ConfigurationError", f"The file {file} of {name} has no {key}.")
            return found[key]
        case dict() | list():
            raise ActionFailed(
                "ConfigurationError",
                f"{json.dumps(value)} is no value of a parameter; Fn::GetArtifactAtt (with {', '.join(_ATTRIBUTES)})"
                " and Fn::GetParam are known.",
            )
    return value


def _json(text: str | bytes, what: str) -> Document:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ActionFailed("ConfigurationError", f"{what} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise ActionFailed("ConfigurationError", f"{what} must be a JSON object.")
    return found
