"""Other people's clients drive the same services: the aws CLI and git, with nothing but the printed environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.localcloud.support import TestCloud, eventually

BUILDSPEC = """version: 0.2
phases:
  build:
    commands:
      - mkdir -p dist && cp index.html dist/
artifacts:
  base-directory: dist
  files: ['**/*']
"""


class Cli:
    """The aws CLI in the account's environment."""

    def __init__(self, cloud: TestCloud, folder: Path) -> None:
        self._environment = {**cloud.environ(), "AWS_PAGER": ""}
        self._folder = folder

    def __call__(self, *arguments: str, fails: bool = False) -> Any:
        command = [sys.executable, "-m", "awscli", *arguments, "--output", "json"]
        done = subprocess.run(
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert (done.returncode != 0) is fails, done.stderr
        return done.stderr if fails else json.loads(done.stdout or "{}")

    def git(self, *arguments: str, folder: str = ".") -> str:
        """Run git the same way."""
        done = subprocess.run(
            ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", *arguments],
            cwd=self._folder / folder, env=self._environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def file(self, name: str, content: Any) -> str:
        """Write a JSON argument to a file and return how the CLI is told of it."""
        (self._folder / name).write_text(json.dumps(content))
        return f"file://{name}"


def action(name: str, category: str, provider: str, configuration: dict[str, str], **artifacts: str) -> dict[str, Any]:
    return {
        "name": name,
        "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": configuration,
        **{f"{kind}Artifacts": [{"name": artifact}] for kind, artifact in artifacts.items()},
    }


def project() -> dict[str, Any]:
    return {
        "name": "site",
        "source": {"type": "CODEPIPELINE"},
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": {
            "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL",
        },
        "serviceRole": "arn:aws:iam::111122223333:role/build",
    }  # fmt: skip


def pipeline(account: str) -> dict[str, Any]:
    source = {"RepositoryName": "site", "BranchName": "main"}
    target = {"BucketName": f"site-{account}", "Extract": "true"}
    actions = [
        action("Source", "Source", "CodeCommit", source, output="source"),
        action("Build", "Build", "CodeBuild", {"ProjectName": "site"}, input="source", output="site"),
        action("Deploy", "Deploy", "S3", target, input="site"),
    ]
    return {
        "name": "site",
        "roleArn": "arn:aws:iam::111122223333:role/pipeline",
        "pipelineType": "V2",
        "artifactStore": {"type": "S3", "location": f"artifacts-{account}"},
        "stages": [{"name": each["name"], "actions": [each]} for each in actions],
    }


def test_from_a_push_to_a_deployed_page_with_the_cli_and_git_alone(cloud: TestCloud, tmp_path: Path) -> None:
    aws = Cli(cloud, tmp_path)
    for bucket in ("artifacts", "site"):
        aws("s3api", "create-bucket", "--bucket", f"{bucket}-{cloud.account}")
    url = aws("codecommit", "create-repository", "--repository-name", "site")["repositoryMetadata"]["cloneUrlHttp"]
    aws.git("clone", "--quiet", url, "work")
    aws.git("checkout", "-q", "-B", "main", folder="work")
    (tmp_path / "work" / "buildspec.yml").write_text(BUILDSPEC)
    (tmp_path / "work" / "index.html").write_text("<h1>Deployed</h1>")
    aws.git("add", ".", folder="work")
    aws.git("commit", "-qm", "A page", folder="work")
    aws.git("push", "-q", "origin", "main", folder="work")
    commit = aws.git("rev-parse", "HEAD", folder="work")
    aws("codebuild", "create-project", "--cli-input-json", aws.file("project.json", project()))
    aws("codepipeline", "create-pipeline", "--pipeline", aws.file("pipeline.json", pipeline(cloud.account)))

    def over() -> Any:
        found = aws("codepipeline", "list-pipeline-executions", "--pipeline-name", "site")
        latest = found["pipelineExecutionSummaries"][0]
        return latest if latest["status"] not in ("InProgress", "Stopping") else None

    execution = eventually(over, what="the end of the execution")
    assert execution["status"] == "Succeeded"
    assert execution["sourceRevisions"][0]["revisionId"] == commit
    aws("s3api", "get-object", "--bucket", f"site-{cloud.account}", "--key", "index.html", "page.html")
    assert (tmp_path / "page.html").read_text() == "<h1>Deployed</h1>"
    states = aws("codepipeline", "get-pipeline-state", "--name", "site")["stageStates"]
    assert [stage["latestExecution"]["status"] for stage in states] == ["Succeeded"] * 3


def test_the_cli_shows_our_refusals_in_awss_words(cloud: TestCloud, tmp_path: Path) -> None:
    aws = Cli(cloud, tmp_path)
    told = aws("codecommit", "get-repository", "--repository-name", "none", fails=True)
    assert "(RepositoryDoesNotExistException)" in told
    told = aws("codepipeline", "get-pipeline-state", "--name", "none", fails=True)
    assert "(PipelineNotFoundException)" in told
    told = aws("codebuild", "start-build", "--project-name", "none", fails=True)
    assert "(ResourceNotFoundException)" in told
