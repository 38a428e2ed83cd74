"""Pipelines for tests: a repository, a build project, buckets, and waiting for what comes of them."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from tests.localcloud.support import TestCloud, eventually

ROLE = "arn:aws:iam::111122223333:role/pipeline"
OVER = ("Succeeded", "Failed", "Stopped", "Superseded", "Cancelled")
BUILDSPEC = """version: 0.2
phases:
  build:
    commands:
      - mkdir -p out && cp page.html out/index.html
artifacts:
  base-directory: out
  files: ['**/*']
"""

Document = dict[str, Any]


def action(name: str, type_: str, inputs: str = "", outputs: str = "", **more: Any) -> Document:
    """Return an action declaration; `type_` is "Category/Provider", artifacts are given by name, split by spaces."""
    category, provider = type_.split("/")
    configuration = {k: v for k, v in more.items() if k[0].isupper()}
    rest = {k: v for k, v in more.items() if not k[0].isupper()}
    return {
        "name": name,
        "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": configuration,
        "inputArtifacts": [{"name": n} for n in inputs.split()],
        "outputArtifacts": [{"name": n} for n in outputs.split()],
        **rest,
    }


def stage(name: str, *actions: Document, **more: Any) -> Document:
    return {"name": name, "actions": list(actions), **more}


def pipeline(*stages: Document, name: str = "shop", bucket: str = "", **more: Any) -> Document:
    return {
        "name": name,
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": bucket or "artifacts"},
        "pipelineType": "V2",
        "stages": list(stages),
        **more,
    }


def zipped(files: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()


class Bench:
    """An account with the buckets, the repository and the project that pipelines of a test use."""

    def __init__(self, cloud: TestCloud, folder: Path) -> None:
        self.cloud, self.folder = cloud, folder
        self.artifacts, self.site, self.source = (f"{kind}-{cloud.account}" for kind in ("artifacts", "site", "source"))
        for bucket in (self.artifacts, self.site, self.source):
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_bucket_versioning(Bucket=self.source, VersioningConfiguration={"Status": "Enabled"})

    @property
    def s3(self) -> Any:
        return self.cloud.client("s3")

    @property
    def api(self) -> Any:
        return self.cloud.client("codepipeline")

    # What pipelines are made of

    def drop(self, **files: str) -> None:
        """Put a new version of the source object."""
        body = zipped({name.replace("_", "."): text for name, text in files.items()} or {"page.html": "one"})
        self.s3.put_object(Bucket=self.source, Key="source.zip", Body=body)

    def from_s3(self) -> Document:
        return action(
            "Object", "Source/S3", outputs="Code", S3Bucket=self.source, S3ObjectKey="source.zip",
            PollForSourceChanges="false", namespace="Origin",
        )  # fmt: skip

    def approval(self, name: str = "Ask", **more: Any) -> Document:
        return action(name, "Approval/Manual", **more)

    def deploy(self, artifact: str = "Code", **more: Any) -> Document:
        given = {"BucketName": self.site, "Extract": "true", **more}
        return action("Site", "Deploy/S3", artifact, **given)

    def project(self, name: str, buildspec: str = BUILDSPEC, **more: Any) -> None:
        self.cloud.client("codebuild").create_project(
            name=name,
            source={"type": "CODEPIPELINE", "buildspec": buildspec},
            artifacts={"type": "CODEPIPELINE"},
            environment={"type": "LINUX_CONTAINER", "image": "local", "computeType": "BUILD_GENERAL1_SMALL"},
            serviceRole=ROLE,
            **more,
        )

    def repository(self, name: str = "web") -> Path:
        """Make a repository and return a clone with a first commit, pushed."""
        url = self.cloud.client("codecommit").create_repository(repositoryName=name)
        clone = self.folder / name
        self.git(self.folder, "init", "--quiet", "--initial-branch=main", str(clone))
        self.git(clone, "remote", "add", "origin", url["repositoryMetadata"]["cloneUrlHttp"])
        self.push(clone, "first", {"page.html": "one"})
        return clone

    def push(self, clone: Path, message: str, files: dict[str, str]) -> str:
        for path, text in files.items():
            (clone / path).write_text(text)
        self.git(clone, "add", "--all")
        self.git(clone, "-c", "user.name=Ana", "-c", "user.email=ana@example.com", "commit", "-qm", message)
        self.git(clone, "push", "--quiet", "origin", "main")
        return self.git(clone, "rev-parse", "HEAD").strip()

    def git(self, folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=self.cloud.environ(), capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    # What comes of them

    def create(self, *stages: Document, **more: Any) -> str:
        """Create the pipeline and return the id of the execution that its creation starts."""
        declaration = pipeline(*stages, bucket=more.pop("bucket", self.artifacts), **more)
        self.api.create_pipeline(pipeline=declaration)
        return str(self.executions(declaration["name"])[0]["pipelineExecutionId"])

    def executions(self, name: str = "shop") -> list[Document]:
        return list(self.api.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"])

    def start(self, name: str = "shop", **more: Any) -> str:
        return str(self.api.start_pipeline_execution(name=name, **more)["pipelineExecutionId"])

    def status(self, execution: str, name: str = "shop") -> str:
        return str(next(e for e in self.executions(name) if e["pipelineExecutionId"] == execution)["status"])

    def ended(self, execution: str, name: str = "shop", seconds: float = 60) -> str:
        """Wait for the end of an execution and return its status."""

        def verdict() -> str:
            status = self.status(execution, name)
            return status if status in OVER else ""

        return eventually(verdict, seconds=seconds, what=f"the end of {execution}")

    def nth(self, number: int, name: str = "shop") -> Document:
        """Wait until the pipeline has `number` executions and return the newest."""
        eventually(lambda: len(self.executions(name)) == number, what=f"execution number {number}")
        return self.executions(name)[0]

    def runs(self, execution: str, name: str = "shop") -> dict[str, Document]:
        """Return the last run of each action of an execution."""
        found = self.api.list_action_executions(pipelineName=name, filter={"pipelineExecutionId": execution})
        return {run["actionName"]: run for run in reversed(found["actionExecutionDetails"])}

    def error(self, execution: str, action: str, name: str = "shop") -> Document:
        return dict(self.runs(execution, name)[action]["output"]["executionResult"]["errorDetails"])

    def state(self, stage: str, name: str = "shop") -> Document:
        return next(s for s in self.api.get_pipeline_state(name=name)["stageStates"] if s["stageName"] == stage)

    def action_state(self, stage: str, action: str, name: str = "shop") -> Document:
        found = next(a for a in self.state(stage, name)["actionStates"] if a["actionName"] == action)
        return dict(found.get("latestExecution", {}))

    def token(self, stage: str, action: str = "Ask", execution: str = "") -> str:
        """Wait until an approval is open (of `execution`, if given) and return its token."""

        def open_token() -> str:
            latest = self.state(stage).get("latestExecution", {})
            if execution and latest.get("pipelineExecutionId") != execution:
                return ""
            return str(self.action_state(stage, action).get("token", ""))

        return eventually(open_token, what=f"the open approval {action}")

    def answer(self, stage: str, action: str = "Ask", status: str = "Approved", token: str = "") -> None:
        self.api.put_approval_result(
            pipelineName="shop", stageName=stage, actionName=action, token=token or self.token(stage, action),
            result={"status": status, "summary": "seen"},
        )  # fmt: skip
