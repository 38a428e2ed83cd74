"""Build and test: a CodeBuild project over the artifacts of earlier actions.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html
"""

from __future__ import annotations

import json
from typing import Any

from ..model import ArtifactRef
from .context import ActionContext, ActionFailed, Interrupted, Outcome

# The bus tells of the end at once; looking now and then is for a bell that a restart has swallowed.
_TURN = 0.25
_LOOK_EVERY = 8


def run(context: ActionContext) -> Outcome:
    """Start the build (or go on with the one that was started before a crash), and wait for its end."""
    if not context.run.external_id:
        _start(context)
    try:
        build = _wait(context, context.run.external_id)
    except Interrupted:
        raise
    finally:
        context.watch.forget(context.run.external_id)
    if build["buildStatus"] != "SUCCEEDED":
        raise ActionFailed("JobFailed", _reason(build))
    exported = {v["name"]: v["value"] for v in build.get("exportedEnvironmentVariables", [])}
    return Outcome(_outputs(context, build), exported, summary=f"Build #{build['buildNumber']} succeeded")


def _start(context: ActionContext) -> None:
    client = context.client("codebuild")
    try:
        build = client.start_build(**_request(context))["build"]
    except client.exceptions.ClientError as error:
        message = error.response["Error"]["Message"]
        raise ActionFailed("ConfigurationError", f"The build could not be started: {message}") from None
    context.run.external_id = build["id"]
    context.run.external_url = build["logs"]["deepLink"]
    context.save()


def _request(context: ActionContext) -> dict[str, Any]:
    primary, others = _inputs(context)
    names = context.output_names
    request: dict[str, Any] = {
        "projectName": context.configuration["ProjectName"],
        "idempotencyToken": context.run.id,
        "sourceTypeOverride": "CODEPIPELINE",
        "sourceLocationOverride": f"{primary.bucket}/{primary.key}",
        "sourceVersion": next((revision.id for revision in context.execution.revisions), ""),
        "secondarySourcesOverride": [
            {"type": "CODEPIPELINE", "location": f"{ref.bucket}/{ref.key}", "sourceIdentifier": ref.name}
            for ref in others
        ],
        "environmentVariablesOverride": _variables(context),
        "artifactsOverride": {"type": "NO_ARTIFACTS"},
    }
    if len(names) == 1:
        request["artifactsOverride"] = _artifacts(context, names[0])
    elif names:
        request["secondaryArtifactsOverride"] = [
            {**_artifacts(context, name), "artifactIdentifier": name} for name in names
        ]
    return request


def _inputs(context: ActionContext) -> tuple[ArtifactRef, list[ArtifactRef]]:
    wanted = context.configuration.get("PrimarySource", context.run.inputs[0].name)
    primary = next(ref for ref in context.run.inputs if ref.name == wanted)
    return primary, [ref for ref in context.run.inputs if ref is not primary]


def _artifacts(context: ActionContext, name: str) -> dict[str, str]:
    return {"type": "CODEPIPELINE", "location": context.bucket, "path": context.new_key(name), "packaging": "ZIP"}


def _variables(context: ActionContext) -> list[dict[str, str]]:
    try:
        given = json.loads(context.configuration.get("EnvironmentVariables", "[]"))
        own = [{"type": "PLAINTEXT", **variable} for variable in given]
    except (ValueError, TypeError):
        raise ActionFailed("ConfigurationError", "EnvironmentVariables is no JSON list of variables.") from None
    return [*own, {"name": "CODEBUILD_INITIATOR", "value": f"codepipeline/{context.execution.pipeline}"}]


def _wait(context: ActionContext, build_id: str) -> dict[str, Any]:
    bell = context.watch.bell_for(build_id)
    turn = 0
    while True:
        if turn % _LOOK_EVERY == 0 or bell.is_set():
            builds = context.client("codebuild").batch_get_builds(ids=[build_id])["builds"]
            if not builds:
                raise ActionFailed("JobFailed", f"The build {build_id} was deleted while the action waited for it.")
            if builds[0]["buildComplete"]:
                return dict(builds[0])
        bell.wait(_TURN)
        turn += 1
        context.check_alive()


def _reason(build: dict[str, Any]) -> str:
    for phase in build["phases"]:
        if phase.get("phaseStatus", "SUCCEEDED") != "SUCCEEDED":
            message = phase["contexts"][0].get("message", "")
            return f"Build {build['buildStatus'].lower()} in phase {phase['phaseType']}. {message}".strip()
    return f"Build {build['buildStatus'].lower()}"


def _outputs(context: ActionContext, build: dict[str, Any]) -> list[ArtifactRef]:
    made = [build["artifacts"]] if len(context.output_names) == 1 else build.get("secondaryArtifacts", [])
    outputs = []
    for name, artifact in zip(context.output_names, made, strict=True):
        bucket, _, key = artifact["location"].removeprefix("arn:aws:s3:::").partition("/")
        outputs.append(ArtifactRef(name, bucket, key, artifact["sha256sum"]))
    return outputs
