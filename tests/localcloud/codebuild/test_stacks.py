"""Projects that stacks make build."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.stacks import Document, Stack, att, ref, resource
from tests.localcloud.support import TestCloud, eventually

ROLE = "arn:aws:iam::111122223333:role/build"


def resources(said: str = "one", **project: Any) -> Document:
    spec = f"version: 0.2\nphases:\n  build:\n    commands:\n      - echo {said} $COLOUR\n"
    variables = [{"Name": "COLOUR", "Value": "red", "Type": "PLAINTEXT"}]
    environment = {
        "Type": "LINUX_CONTAINER", "Image": "local", "ComputeType": "BUILD_GENERAL1_SMALL",
        "EnvironmentVariables": variables, "PrivilegedMode": "false",
    }  # fmt: skip
    given = {
        "Source": {"Type": "NO_SOURCE", "BuildSpec": spec}, "Artifacts": {"Type": "NO_ARTIFACTS"},
        "Environment": environment, "ServiceRole": ROLE,
    }  # fmt: skip
    return {"Project": resource("CodeBuild::Project", **{**given, **project})}


def log_of(cloud: TestCloud, project: str) -> str:
    """Build and return what was logged."""
    client = cloud.client("codebuild")
    build = client.start_build(projectName=project)["build"]["id"]

    def over() -> Document | None:
        found: Document = client.batch_get_builds(ids=[build])["builds"][0]
        return found if found["buildComplete"] else None

    found = eventually(over, what="the end of the build")
    assert found and found["buildStatus"] == "SUCCEEDED", found
    place = {"logGroupName": found["logs"]["groupName"], "logStreamName": found["logs"]["streamName"]}
    return "".join(event["message"] for event in cloud.client("logs").get_log_events(**place)["events"])


def test_a_project_is_made_changed_and_deleted(cloud: TestCloud) -> None:
    client, stack = cloud.client("codebuild"), Stack(cloud)
    outputs = {"Name": ref("Project"), "Arn": att("Project", "Arn")}
    made = stack.create(resources(TimeoutInMinutes="10", Tags=[{"Key": "a", "Value": "b"}]), outputs=outputs)
    (project,) = client.batch_get_projects(names=[made["Name"]])["projects"]
    assert (project["arn"], project["timeoutInMinutes"]) == (made["Arn"], 10)
    assert project["tags"] == [{"key": "a", "value": "b"}]
    assert "one red" in log_of(cloud, made["Name"])
    assert stack.update(resources("two"), outputs=outputs) == made
    (project,) = client.batch_get_projects(names=[made["Name"]])["projects"]
    assert (project["timeoutInMinutes"], project["tags"]) == (60, [])
    assert "two red" in log_of(cloud, made["Name"])
    stack.update(resources("two", Name="web"))
    assert client.list_projects()["projects"] == ["web"]
    stack.delete()
    assert client.list_projects()["projects"] == []


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ({"Triggers": {"Webhook": True}}, "does not have Triggers of AWS::CodeBuild::Project"),
        ({"Source": {"Type": "GITHUB", "Location": "x"}}, "GITHUB is not modelled"),
        ({"Artifacts": {"Type": "NO_ARTIFACTS", "Colour": "red"}}, "Artifacts.Colour"),
    ],
)
def test_what_the_local_cloud_does_not_have_fails_by_name(cloud: TestCloud, project: Document, said: str) -> None:
    stack = Stack(cloud)
    stack.create(resources(**project), "ROLLBACK_COMPLETE")
    assert any(said in reason for reason in stack.reasons()), stack.reasons()
    assert cloud.client("codebuild").list_projects()["projects"] == []
