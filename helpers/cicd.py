"""What a notebook on delivery says in one line: commit, build, release, and look at what came of it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from helpers import aws, show

LIMIT = 600.0
"""Seconds that a build or an execution may take; on a real account a build waits for its machine first."""

IMAGE = "aws/codebuild/standard:7.0"
_OVER = ("Succeeded", "Failed", "Stopped", "Superseded", "Cancelled")
Document = dict[str, Any]


def git(*arguments: str, folder: Path) -> show.Picture:
    """Run git with the account's keys in `folder` and show the command, its exit code and its output."""
    command = ["git", "-c", "user.name=Learner", "-c", "user.email=learner@example.com", *arguments]
    done = subprocess.run(command, cwd=folder, env=aws.environ(), capture_output=True, text=True, timeout=LIMIT)
    return show.command(subprocess.CompletedProcess(["git", *arguments], done.returncode, done.stdout, done.stderr))


def commit(
    repository: str, message: str, put: Mapping[str, str | bytes], *, delete: Iterable[str] = (), branch: str = "main"
) -> str:
    """Commit the files `put` (content by path) onto the tip of `branch` and return the id of the tip.

    Content that is there already makes no new commit, so that a cell can be run twice.
    """
    client = aws.client("codecommit")
    parent = tip(repository, branch)
    request: Document = {"repositoryName": repository, "branchName": branch, "commitMessage": message}
    request["putFiles"] = [{"filePath": path, "fileContent": _bytes(content)} for path, content in put.items()]
    request["deleteFiles"] = [{"filePath": path} for path in delete]
    if parent:
        request["parentCommitId"] = parent
    try:
        return str(client.create_commit(**{key: value for key, value in request.items() if value})["commitId"])
    except client.exceptions.NoChangeException:
        return str(parent)


def tip(repository: str, branch: str = "main") -> str | None:
    """Return the commit at the tip of `branch`, or None if there is no such branch or repository."""
    client = aws.client("codecommit")
    try:
        return str(client.get_branch(repositoryName=repository, branchName=branch)["branch"]["commitId"])
    except (client.exceptions.BranchDoesNotExistException, client.exceptions.RepositoryDoesNotExistException):
        return None


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def read(repository: str, path: str, commit: str = "main") -> str:
    """Return the text of the file `path` at a branch or commit."""
    answer = aws.client("codecommit").get_file(repositoryName=repository, commitSpecifier=commit, filePath=path)
    return bytes(answer["fileContent"]).decode()


def bucket(thing: str, lab: str) -> str:
    """Make a bucket for `thing`, tagged as the lab's, and return its name."""
    client, name = aws.client("s3"), aws.bucket_name(thing)
    aws.created(client.create_bucket, Bucket=name, **aws.bucket_place())
    tagging = {"TagSet": [{"Key": key, "Value": value} for key, value in aws.tags(lab).items()]}
    client.put_bucket_tagging(Bucket=name, Tagging=tagging)
    return name


def service_role(service: str, lab: str, policy: Path) -> str:
    """Make the role that `service` ("codebuild") takes on, with the permissions in `policy`; return its ARN."""
    client, name = aws.client("iam"), aws.name(f"{lab}-{service}")
    trusted = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    aws.created(client.create_role, RoleName=name, AssumeRolePolicyDocument=document, Tags=pairs(aws.tags(lab)))
    client.put_role_policy(RoleName=name, PolicyName="lab", PolicyDocument=policy.read_text())
    return str(client.get_role(RoleName=name)["Role"]["Arn"])


def pairs(tags: Mapping[str, str], *, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return tags in the form in which most services want them."""
    return [{key: name, value: content} for name, content in tags.items()]


def build_project(name: str, role: str, lab: str, *, source: Document, artifacts: Document) -> str:
    """Make a CodeBuild project (or bring it up to date) and return its name."""
    client = aws.client("codebuild")
    request = {
        "name": name,
        "source": source,
        "artifacts": artifacts,
        "environment": {"type": "LINUX_CONTAINER", "image": IMAGE, "computeType": "BUILD_GENERAL1_SMALL"},
        "serviceRole": role,
        "tags": pairs(aws.tags(lab), key="key", value="value"),
    }

    def made() -> bool:
        # A new role is known to other services only after some seconds on a real account.
        try:
            if aws.created(client.create_project, **request) is None:
                client.update_project(**request)
            return True
        except client.exceptions.InvalidInputException as problem:
            if "assume" not in str(problem).lower() and "role" not in str(problem).lower():
                raise
            return False

    aws.wait(f"the build project {name}", made, limit=60, every=2)
    return name


def run_build(project: str, **overrides: Any) -> Document:
    """Start a build, wait for its end and return it (the API's Build)."""
    client = aws.client("codebuild")
    id_ = client.start_build(projectName=project, **overrides)["build"]["id"]

    def ended() -> Document | None:
        build: Document = client.batch_get_builds(ids=[id_])["builds"][0]
        return build if build["buildComplete"] else None

    return aws.wait(f"the build of {project}", ended, limit=LIMIT)


def build_log(build: Document) -> list[str]:
    """Return the lines that a build has written."""
    logs = build["logs"]
    answer = aws.client("logs").get_log_events(
        logGroupName=logs["groupName"], logStreamName=logs["streamName"], startFromHead=True
    )
    return [event["message"].rstrip("\n") for event in answer["events"]]


def phases(build: Document) -> show.Picture:
    """Show the phases of a build as a timeline."""
    spans = [
        show.Span(phase["phaseType"], phase["phaseStatus"].capitalize(), phase["startTime"], phase["endTime"])
        for phase in build["phases"]
        if "endTime" in phase
    ]
    return show.timeline(spans, f"Build {build['buildNumber']} of {build['projectName']}")


def action(
    name: str, category: str, provider: str, configuration: Mapping[str, str], *, takes: str = "", gives: str = ""
) -> Document:
    """Return the declaration of a pipeline's action: what it does, and the artifact that it takes and gives."""
    return {
        "name": name,
        "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": dict(configuration),
        "inputArtifacts": [{"name": takes}] if takes else [],
        "outputArtifacts": [{"name": gives}] if gives else [],
    }


def execution_of(pipeline: str, commit: str | None) -> Document | None:
    """Wait for the execution that took `commit` to end, and return its summary; None if there is no such pipeline."""
    if commit is None or _executions(pipeline) is None:
        print(f"There is no pipeline {pipeline} yet.")
        return None

    def ended() -> Document | None:
        for execution in _executions(pipeline) or ():
            taken = [revision["revisionId"] for revision in execution.get("sourceRevisions", ())]
            if commit in taken and execution["status"] in _OVER:
                return execution
        return None

    return aws.wait(f"{pipeline} to take the commit to an end", ended, limit=LIMIT)


def _executions(pipeline: str) -> list[Document] | None:
    client = aws.client("codepipeline")
    try:
        answer = client.list_pipeline_executions(pipelineName=pipeline)
    except client.exceptions.PipelineNotFoundException:
        return None
    return list(answer["pipelineExecutionSummaries"])


def state(pipeline: str) -> show.Picture | None:
    """Show a pipeline's stages as they are now."""
    if _executions(pipeline) is None:
        return None
    return show.pipeline(aws.client("codepipeline").get_pipeline_state(name=pipeline))


def timeline(pipeline: str, execution: Document | None) -> show.Picture | None:
    """Show the actions of an execution in time."""
    return show.executions(_actions(pipeline, execution), f"Execution of {pipeline}") if execution else None


def _actions(pipeline: str, execution: Document) -> list[Document]:
    client = aws.client("codepipeline")
    chosen = {"pipelineExecutionId": execution["pipelineExecutionId"]}
    return list(client.list_action_executions(pipelineName=pipeline, filter=chosen)["actionExecutionDetails"])


def failure(pipeline: str, execution: Document | None) -> str:
    """Return what stopped an execution, in the words of the action that failed; "" if nothing did."""
    for found in _actions(pipeline, execution) if execution else ():
        error = found.get("output", {}).get("executionResult", {}).get("errorDetails")
        if error:
            return f"{found['stageName']}: {error['message']}"
    return ""


def digest_of(place: Mapping[str, str]) -> str:
    """Return the SHA-256 of an object in S3, computed from its bytes; `place` has bucket and key."""
    body = aws.client("s3").get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
    return hashlib.sha256(body).hexdigest()


def trace(pipeline: str, execution: Document | None) -> show.Picture | None:
    """Show one release from build to production: the digest of its archive at each station."""
    if execution is None:
        return None
    actions = {found["input"]["actionTypeId"]["provider"]: found for found in _actions(pipeline, execution)}
    if "S3" not in actions:
        return None
    built = actions["CodeBuild"]["output"]["outputArtifacts"][0]["s3location"]
    taken = actions["S3"]["input"]["inputArtifacts"][0]["s3location"]
    said = _built_digest(actions["CodeBuild"]["output"]["executionResult"]["externalExecutionId"])
    return show.digest_trace(
        [
            show.Step("CodeBuild says", "artifacts.sha256sum", said),
            show.Step("stored", "the build's output", digest_of(built)),
            show.Step("deployed", "the deployment's input", digest_of(taken)),
        ],
        "One release, traced by its digest",
    )


def _built_digest(build_id: str) -> str:
    build = aws.client("codebuild").batch_get_builds(ids=[build_id])["builds"][0]
    return str(build["artifacts"].get("sha256sum", ""))


def same_files(artifact: Mapping[str, str], bucket: str) -> bool:
    """Return whether every file of the archive `artifact` lies in `bucket` byte for byte."""
    client = aws.client("s3")
    archive = client.get_object(Bucket=artifact["bucket"], Key=artifact["key"])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        names = [item.filename for item in content.infolist() if not item.is_dir()]
        return all(_object(bucket, name) == content.read(name) for name in names)


def _object(bucket: str, key: str) -> bytes | None:
    client = aws.client("s3")
    try:
        return bytes(client.get_object(Bucket=bucket, Key=key)["Body"].read())
    except client.exceptions.NoSuchKey:
        return None


def released(bucket: str) -> Document | None:
    """Return what production says of itself (release.json), or None if nothing is deployed."""
    content = _object(bucket, "release.json")
    return json.loads(content) if content else None
