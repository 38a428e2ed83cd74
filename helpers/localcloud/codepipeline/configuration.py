"""Holds the configuration of an action against what its provider can do.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from . import lambda_settings
from .model import Document

_STACK_MODES = {
    "CREATE_UPDATE": ("TemplatePath",),
    "REPLACE_ON_FAILURE": ("TemplatePath",),
    "DELETE_ONLY": (),
    "CHANGE_SET_REPLACE": ("TemplatePath", "ChangeSetName"),
    "CHANGE_SET_EXECUTE": ("ChangeSetName",),
}  # fmt: skip


def problem(action: Document) -> str:
    """Return why the configuration of `action` cannot be, in a sentence, or nothing."""
    check = _CHECKS.get(action["actionTypeId"]["provider"])
    return check(action, action.get("configuration", {})) if check else ""


def _codecommit(_: Document, given: dict[str, str]) -> str:
    zipped = given.get("OutputArtifactFormat", "CODE_ZIP") == "CODE_ZIP"
    return "" if zipped else "only the OutputArtifactFormat CODE_ZIP is modelled."


def _codebuild(action: Document, given: dict[str, str]) -> str:
    declared = given.get("EnvironmentVariables")
    if declared is not None and not _is_variables(declared):
        return 'EnvironmentVariables must be a JSON list like [{"name": "A", "value": "1", "type": "PLAINTEXT"}].'
    if given.get("BatchEnabled", "false") == "true":
        return "batch builds are not modelled."
    names = _inputs(action)
    if len(names) > 1 and given.get("PrimarySource") not in names:
        return f"with several inputs, PrimarySource must name one of {', '.join(names)}."
    return ""


def _is_variables(text: str) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, list) and all(isinstance(v, dict) and "name" in v and "value" in v for v in found)


def _s3(_: Document, given: dict[str, str]) -> str:
    extract = given.get("Extract", "true")
    if extract.lower() not in ("true", "false"):
        return f"Extract is '{extract}'; true or false expected."
    if extract.lower() == "false" and not given.get("ObjectKey"):
        return "with Extract false an ObjectKey is needed, the name of the deployed object."
    return ""


def _cloudformation(action: Document, given: dict[str, str]) -> str:
    mode = given["ActionMode"]
    if mode not in _STACK_MODES:
        return f"ActionMode is '{mode}'; {', '.join(_STACK_MODES)} are known."
    if missing := [key for key in _STACK_MODES[mode] if not given.get(key)]:
        return f"with the ActionMode {mode} the configuration needs {', '.join(missing)}."
    for key in ("TemplatePath", "TemplateConfiguration"):
        artifact, _, path = given.get(key, "").partition("::")
        if key in given and (not path or artifact not in _inputs(action)):
            there = ", ".join(_inputs(action)) or "none"
            return f"{key} is '{given[key]}'; InputArtifact::path/of/the/file is expected (inputs: {there})."
    if "OutputFileName" in given and not action.get("outputArtifacts"):
        return "OutputFileName needs an output artifact, in which the file comes."
    return ""


def _codedeploy_ecs(action: Document, given: dict[str, str]) -> str:
    keys = ["TaskDefinitionTemplateArtifact", "AppSpecTemplateArtifact"]
    keys += [key for key in given if key.startswith("Image") and key.endswith("ArtifactName")]
    for key in keys:
        if given[key] not in _inputs(action):
            return f"{key} is '{given[key]}'; one of the inputs {', '.join(_inputs(action))} is expected."
    return ""


def _ecs(_: Document, given: dict[str, str]) -> str:
    minutes = given.get("DeploymentTimeout", "60")
    return "" if minutes.isdecimal() and 1 <= int(minutes) <= 60 else "DeploymentTimeout is 1 to 60 minutes."


def _lambda(action: Document, given: dict[str, str]) -> str:
    if action["actionTypeId"]["category"] != "Deploy":
        return ""
    try:
        lambda_settings.read(given, has_artifact=bool(_inputs(action)))
    except ValueError as problem:
        return str(problem)
    return ""


def _inputs(action: Document) -> list[str]:
    return [artifact["name"] for artifact in action.get("inputArtifacts", [])]


_CHECKS: dict[str, Callable[[Document, dict[str, Any]], str]] = {
    "CodeCommit": _codecommit,
    "CodeBuild": _codebuild,
    "S3": _s3,
    "CloudFormation": _cloudformation,
    "CodeDeployToECS": _codedeploy_ecs,
    "ECS": _ecs,
    "Lambda": _lambda,
}
