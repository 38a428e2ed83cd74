"""Projects and the lists of builds through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codebuild.bench import ENVIRONMENT, Bench, phases, plain, spec
from tests.localcloud.support import TestCloud, eventually, new_account


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_a_project_is_described_as_it_was_made(cloud: TestCloud) -> None:
    bench = Bench(cloud, description="builds the shop", tags=[{"key": "lab", "value": "pipeline"}], timeoutInMinutes=30)
    (found,) = bench.client.batch_get_projects(names=[bench.name])["projects"]
    assert found["arn"] == f"arn:aws:codebuild:{cloud.region}:{cloud.account}:project/shop"
    assert found["description"] == "builds the shop"
    assert found["tags"] == [{"key": "lab", "value": "pipeline"}]
    assert (found["timeoutInMinutes"], found["queuedTimeoutInMinutes"]) == (30, 480)
    assert found["environment"] == ENVIRONMENT


def test_an_update_changes_what_it_names_and_nothing_else(bench: Bench) -> None:
    source = {"type": "NO_SOURCE", "buildspec": spec(build="echo new")}
    bench.client.update_project(name=bench.name, source=source, description="new")
    (found,) = bench.client.batch_get_projects(names=[bench.name])["projects"]
    assert found["description"] == "new"
    assert found["environment"] == ENVIRONMENT
    assert bench.output(bench.run()) == ["new"]


@pytest.mark.parametrize(
    ("call", "arguments", "code"),
    [
        ("create_project", {}, "ResourceAlreadyExistsException"),
        ("create_project", {"name": "_shop"}, "InvalidInputException"),
        ("create_project", {"name": "new", "source": {"type": "GITHUB"}}, "InvalidInputException"),
        ("create_project", {"name": "new", "source": {"type": "NO_SOURCE"}}, "InvalidInputException"),
        ("create_project", {"name": "new", "source": {"type": "S3"}}, "InvalidInputException"),
        ("create_project", {"name": "new", "artifacts": {"type": "S3"}}, "InvalidInputException"),
        ("create_project", {"name": "new", "artifacts": {"type": "CODEPIPELINE"}}, "InvalidInputException"),
    ],
)
def test_a_project_that_cannot_be_made(bench: Bench, call: str, arguments: dict[str, Any], code: str) -> None:
    assert refusal(getattr(bench.client, call), **{**bench.project(), **arguments}) == code


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("update_project", {"name": "none"}),
        ("start_build", {"projectName": "none"}),
        ("retry_build", {"id": "shop:none"}),
        ("list_builds_for_project", {"projectName": "none"}),
    ],
)
def test_what_is_not_there_is_named_so(bench: Bench, call: str, arguments: dict[str, Any]) -> None:
    assert refusal(getattr(bench.client, call), **arguments) == "ResourceNotFoundException"


def test_projects_are_listed_by_name_in_pages(bench: Bench) -> None:
    for number in range(101):
        bench.client.create_project(**{**bench.project(), "name": f"p{number:03}"})
    pages = list(bench.client.get_paginator("list_projects").paginate(sortBy="NAME", sortOrder="ASCENDING"))
    assert [len(page["projects"]) for page in pages] == [100, 2]
    assert [name for page in pages for name in page["projects"]] == [
        *(f"p{number:03}" for number in range(101)),
        "shop",
    ]
    assert refusal(bench.client.list_projects, nextToken="none") == "InvalidInputException"
    found = bench.client.batch_get_projects(names=["p007", "none"])
    assert [project["name"] for project in found["projects"]] == ["p007"]
    assert found["projectsNotFound"] == ["none"]


def test_builds_are_listed_from_the_newest(bench: Bench) -> None:
    bench.client.create_project(**{**bench.project(), "name": "other"})
    ids = [bench.start() for _ in range(3)]
    other = bench.client.start_build(projectName="other")["build"]["id"]
    assert bench.client.list_builds()["ids"] == [other, *reversed(ids)]
    assert bench.client.list_builds(sortOrder="ASCENDING")["ids"] == [*ids, other]
    assert bench.client.list_builds_for_project(projectName=bench.name)["ids"] == ids[::-1]
    found = bench.client.batch_get_builds(ids=[ids[0], "shop:none"])
    assert [build["id"] for build in found["builds"]] == [ids[0]]
    assert found["buildsNotFound"] == ["shop:none"]
    assert [bench.finished(id_)["buildNumber"] for id_ in ids] == [1, 2, 3]
    assert bench.finished(other)["buildNumber"] == 1


def test_a_build_may_be_named_by_its_arn(bench: Bench) -> None:
    build = bench.run()
    assert bench.client.batch_get_builds(ids=[build["arn"]])["builds"][0]["id"] == build["id"]


def test_a_retry_repeats_the_overrides(bench: Bench) -> None:
    build = bench.run(spec(build="echo $A"), environmentVariablesOverride=plain(A="again"))
    retried = bench.finished(bench.client.retry_build(id=build["id"])["build"]["id"])
    assert retried["buildNumber"] == 2
    assert bench.output(retried) == ["again"]


def test_builds_that_are_over_can_be_deleted(bench: Bench) -> None:
    done, running = bench.run(), bench.start(spec(build="tail -f /dev/null"))
    answer = bench.client.batch_delete_builds(ids=[done["id"], running, "shop:none"])
    assert answer["buildsDeleted"] == [done["id"]]
    assert {entry["id"] for entry in answer["buildsNotDeleted"]} == {running, "shop:none"}
    assert bench.client.list_builds()["ids"] == [running]
    bench.client.stop_build(id=running)
    assert bench.finished(running)["buildStatus"] == "STOPPED"


def test_one_token_starts_one_build(bench: Bench) -> None:
    first = bench.start(idempotencyToken="t1")
    assert bench.start(idempotencyToken="t1") == first
    assert bench.start(idempotencyToken="t2") != first
    arguments = {"projectName": bench.name, "sourceVersion": "x", "idempotencyToken": "t1"}
    assert refusal(bench.client.start_build, **arguments) == "InvalidInputException"
    assert len(bench.client.list_builds()["ids"]) == 2
    assert bench.finished(first)["buildNumber"] == 1


def test_accounts_and_regions_do_not_see_each_other(bench: Bench) -> None:
    build = bench.run()
    elsewhere = [
        bench.cloud.client("codebuild", account=new_account()),
        bench.cloud.client("codebuild", region="eu-west-1"),
    ]
    for client in elsewhere:
        assert client.list_projects()["projects"] == []
        assert client.list_builds()["ids"] == []
        assert client.batch_get_builds(ids=[build["id"]])["buildsNotFound"] == [build["id"]]
        assert refusal(client.start_build, projectName=bench.name) == "ResourceNotFoundException"
        assert refusal(client.stop_build, id=build["id"]) == "ResourceNotFoundException"


def test_a_project_goes_with_its_builds(bench: Bench) -> None:
    bench.run()
    bench.client.delete_project(name=bench.name)
    bench.client.delete_project(name=bench.name)
    assert bench.client.list_projects()["projects"] == []
    assert bench.client.list_builds()["ids"] == []


@pytest.mark.parametrize(("command", "status"), [("true", "SUCCEEDED"), ("exit 5", "FAILED")])
def test_events_reach_eventbridge(bench: Bench, command: str, status: str) -> None:
    sqs, rules = bench.cloud.client("sqs"), bench.cloud.client("events")
    queue = sqs.create_queue(QueueName="builds")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rules.put_rule(Name="builds", EventPattern=json.dumps({"source": ["aws.codebuild"]}))
    rules.put_targets(Rule="builds", Targets=[{"Id": "q", "Arn": arn}])
    build = bench.run(spec(build=command))
    events: list[dict[str, Any]] = []

    def ended() -> bool:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        events.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return any(event["detail"].get("build-status") == status for event in events)

    eventually(ended, what="the event of the build's end")
    assert {event["source"] for event in events} == {"aws.codebuild"}
    assert all(event["resources"] == [build["arn"]] for event in events)
    states = [event["detail"] for event in events if event["detail-type"] == "CodeBuild Build State Change"]
    assert {detail["build-status"] for detail in states} == {"IN_PROGRESS", status}
    assert {(detail["project-name"], detail["build-id"]) for detail in states} == {(bench.name, build["arn"])}
    last = next(detail for detail in states if detail["build-status"] == status)
    assert last["current-phase"] == "COMPLETED"
    assert last["additional-information"]["build-complete"] is True
    changes = [event["detail"] for event in events if event["detail-type"] == "CodeBuild Build Phase Change"]
    assert {d["completed-phase"]: d["completed-phase-status"] for d in changes} == phases(build)
