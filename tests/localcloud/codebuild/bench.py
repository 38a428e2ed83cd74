"""A project on a local cloud, its builds, and what they leave: status, phases, log and artifacts."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from functools import cached_property
from typing import Any

import psutil

from tests.localcloud.support import TestCloud, eventually

ENVIRONMENT = {
    "type": "LINUX_CONTAINER",
    "image": "aws/codebuild/standard:7.0",
    "computeType": "BUILD_GENERAL1_SMALL",
}
BUCKET_ARTIFACTS = {"type": "S3", "packaging": "ZIP", "name": "out.zip"}


def spec(**phases: str | list[str]) -> str:
    """Return a buildspec with these phases of commands."""
    return json.dumps({"version": "0.2", "phases": {name: {"commands": commands} for name, commands in phases.items()}})


def plain(**variables: str) -> list[dict[str, str]]:
    """Return variables in the form of the API."""
    return [{"name": name, "value": value, "type": "PLAINTEXT"} for name, value in variables.items()]


def zipped(files: dict[str, str | bytes]) -> bytes:
    """Return a zip archive of `files`."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


class Bench:
    """One project and the bucket of its artifacts."""

    def __init__(self, cloud: TestCloud, name: str = "shop", **settings: Any) -> None:
        self.cloud, self.name = cloud, name
        self.client = cloud.client("codebuild")
        self.client.create_project(**self.project(**settings))

    @property
    def s3(self) -> Any:
        """A client of S3."""
        return self.cloud.client("s3")

    @cached_property
    def bucket(self) -> str:
        """The bucket of the account, made when it is first asked for."""
        self.s3.create_bucket(Bucket=f"bench-{self.cloud.account}")
        return f"bench-{self.cloud.account}"

    def project(self, **settings: Any) -> dict[str, Any]:
        """Return the arguments of CreateProject, with `settings` over the usual ones."""
        return {
            "name": self.name,
            "source": {"type": "NO_SOURCE", "buildspec": spec(build="true")},
            "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": ENVIRONMENT,
            "serviceRole": f"arn:aws:iam::{self.cloud.account}:role/build",
            **settings,
        }

    def start(self, buildspec: str | None = None, **overrides: Any) -> str:
        """Start a build and return its id."""
        if buildspec is not None:
            overrides["buildspecOverride"] = textwrap.dedent(buildspec)
        return str(self.client.start_build(projectName=self.name, **overrides)["build"]["id"])

    def get(self, id_: str) -> dict[str, Any]:
        """Return the build as BatchGetBuilds shows it."""
        return dict(self.client.batch_get_builds(ids=[id_])["builds"][0])

    def finished(self, id_: str, seconds: float = 60.0) -> dict[str, Any]:
        """Return the build once it is complete."""
        eventually(lambda: self.get(id_)["buildComplete"], seconds=seconds, what=f"the end of {id_}")
        return self.get(id_)

    def run(self, buildspec: str | None = None, **overrides: Any) -> dict[str, Any]:
        """Run a build to its end and return it."""
        return self.finished(self.start(buildspec, **overrides))

    def log(self, build: dict[str, Any]) -> list[str]:
        """Return the lines of the build's log."""
        logs = self.cloud.client("logs")
        where = {"logGroupName": build["logs"]["groupName"], "logStreamName": build["logs"]["streamName"]}
        lines: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = logs.get_log_events(**where, startFromHead=True, **token)
            lines += [event["message"] for event in page["events"]]
            if not page["events"] or token.get("nextToken") == page["nextForwardToken"]:
                return lines
            token = {"nextToken": page["nextForwardToken"]}

    def output(self, build: dict[str, Any]) -> list[str]:
        """Return what the commands printed."""
        return [line for line in self.log(build) if not line.startswith("[Container] ")]

    def artifacts(self, **more: Any) -> dict[str, Any]:
        """Return the setting that puts a zip into the bucket."""
        return {**BUCKET_ARTIFACTS, "location": self.bucket, **more}

    def body(self, key: str) -> bytes:
        """Return an object of the bucket."""
        return bytes(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def unzipped(self, key: str = "out.zip") -> dict[str, bytes]:
        """Return the files in a zip of the bucket."""
        with zipfile.ZipFile(io.BytesIO(self.body(key))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def has_line(self, id_: str, line: str) -> bool:
        """Return whether the build has printed `line` by now."""
        try:
            return line in self.log(self.get(id_))
        except self.cloud.client("logs").exceptions.ResourceNotFoundException:
            return False

    def wait_for_line(self, id_: str, line: str) -> None:
        """Return as soon as a running build has printed `line`."""
        eventually(lambda: self.has_line(id_, line), what=f"the line {line!r} in the log of {id_}")


def phases(build: dict[str, Any]) -> dict[str, str]:
    """Return the status of each phase that ended."""
    return {phase["phaseType"]: phase["phaseStatus"] for phase in build["phases"] if "phaseStatus" in phase}


def commands(build: dict[str, Any]) -> dict[str, str]:
    """Return the status of each phase of commands, and of the upload."""
    own = ("INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS")
    return {name: status for name, status in phases(build).items() if name in own}


def reason(build: dict[str, Any], status: str = "FAILED") -> tuple[str, str, str]:
    """Return type, code and message of the first phase that ended with `status`."""
    for phase in build["phases"]:
        if phase.get("phaseStatus") == status:
            return phase["phaseType"], phase["contexts"][0]["statusCode"], phase["contexts"][0]["message"]
    raise AssertionError(f"no phase of {build['id']} is {status}: {phases(build)}")


def alive(pid: int) -> bool:
    """Return whether the process runs (a zombie does not)."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
