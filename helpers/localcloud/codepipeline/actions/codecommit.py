"""Source: a commit of a CodeCommit repository, as a zip.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from ...runtime.environment import git_environment
from .context import ActionContext, ActionFailed, Outcome

_LIMIT = 300


def run(context: ActionContext) -> Outcome:
    """Take the tip of the branch, or the commit that the start chose."""
    client = context.client("codecommit")
    repository, branch = context.configuration["RepositoryName"], context.configuration["BranchName"]
    try:
        found = client.get_branch(repositoryName=repository, branchName=branch)["branch"]["commitId"]
        tip = context.chosen.get("COMMIT_ID", found)
        commit = client.get_commit(repositoryName=repository, commitId=tip)["commit"]
        url = client.get_repository(repositoryName=repository)["repositoryMetadata"]["cloneUrlHttp"]
    except client.exceptions.ClientError as error:
        raise ActionFailed("ConfigurationError", error.response["Error"]["Message"]) from None
    with tempfile.TemporaryDirectory(prefix="source-") as folder:
        archive = _archive(context, url, tip, Path(folder))
        artifact = context.put_artifact(context.output_names[0], archive)
    return Outcome([artifact], _variables(repository, branch, commit), commit["message"].strip(), tip, url)


def _archive(context: ActionContext, url: str, commit: str, folder: Path) -> Path:
    environment = {**git_environment(), **context.records.cloud.environment(context.scope)}
    archive = folder / "source.zip"
    for command in (
        ["clone", "--quiet", "--bare", url, str(folder / "repository")],
        ["--git-dir", str(folder / "repository"), "archive", "--format=zip", f"--output={archive}", commit],
    ):
        done = subprocess.run(
            ["git", *command], env=environment, capture_output=True, text=True, timeout=_LIMIT, check=False
        )
        if done.returncode:
            raise ActionFailed("JobFailed", f"git {command[0]} failed: {done.stderr.strip()}")
    return archive


def _variables(repository: str, branch: str, commit: dict[str, Any]) -> dict[str, str]:
    return {
        "AuthorDate": commit["author"]["date"],
        "BranchName": branch,
        "CommitId": commit["commitId"],
        "CommitMessage": commit["message"].strip(),
        "CommitterDate": commit["committer"]["date"],
        "RepositoryName": repository,
    }
