"""Clusters, task definitions and services that stacks make are those of our service, and their tasks run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.ecs.test_services import CRASH
from tests.localcloud.stacks import Document, Stack, att, ref, resource
from tests.localcloud.support import TestCloud, eventually

BREAKER = {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}}


class World:
    """An account with images, in which a stack has a cluster and a service."""

    def __init__(self, cloud: TestCloud) -> None:
        self.cloud, self.stack = cloud, Stack(cloud)
        self.bench = Bench(cloud)

    @property
    def ecs(self) -> Any:
        return self.cloud.client("ecs")

    def versions(self) -> set[str]:
        """What the tasks of the stack's service answer."""
        cluster = self.stack.id_of("Cluster")
        arns = self.ecs.list_tasks(cluster=cluster)["taskArns"]
        tasks = self.ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
        return {str(self.bench.get(task)["version"]) for task in tasks if task["lastStatus"] == "RUNNING"}

    def services(self) -> list[Document]:
        cluster = self.stack.id_of("Cluster")
        arns = self.ecs.list_services(cluster=cluster)["serviceArns"]
        return list(self.ecs.describe_services(cluster=cluster, services=arns)["services"]) if arns else []

    def left(self) -> list[str]:
        """Return what there is of ECS beside the cluster that the bench has made."""
        clusters = [arn for arn in self.ecs.list_clusters()["clusterArns"] if not arn.endswith("/shop")]
        return [*clusters, *self.ecs.list_task_definitions()["taskDefinitionArns"]]


@pytest.fixture
def world(cloud: TestCloud) -> World:
    return World(cloud)


def resources(image: str, desired: int | str = 1, container: Document | None = None, **service: Any) -> Document:
    web = {"Name": "web", "Image": image, "PortMappings": [{"ContainerPort": "8080"}], **(container or {})}
    return {
        "Cluster": resource("ECS::Cluster", Tags=[{"Key": "team", "Value": "shop"}]),
        "Task": resource("ECS::TaskDefinition", Family="web", ContainerDefinitions=[web]),
        "Service": resource(
            "ECS::Service",
            **{"Cluster": ref("Cluster"), "TaskDefinition": ref("Task"), "DesiredCount": desired, **service},
        ),
    }


OUTPUTS = {
    "Cluster": att("Cluster", "Arn"),
    "Task": att("Task", "TaskDefinitionArn"),
    "Service": ref("Service"),
    "Name": att("Service", "Name"),
}


def test_a_service_runs_when_its_stack_is_complete_and_a_release_rolls(world: World) -> None:
    image = world.bench.push("1", VERSION="1")
    made = world.stack.create(resources(image, "2"), outputs=OUTPUTS, Tags=[{"Key": "lab", "Value": "stacks"}])
    (service,) = world.services()
    assert (service["runningCount"], service["taskDefinition"]) == (2, made["Task"])
    assert (made["Service"], made["Name"]) == (service["serviceArn"], service["serviceName"])
    assert made["Cluster"] == service["clusterArn"]
    assert world.ecs.list_tags_for_resource(resourceArn=made["Service"])["tags"] == [{"key": "lab", "value": "stacks"}]
    assert world.versions() == {"1"}
    after = world.stack.update(resources(world.bench.push("2", VERSION="2"), "2"), outputs=OUTPUTS)
    assert (after["Service"], after["Task"][:-1]) == (made["Service"], made["Task"][:-1])
    assert world.versions() == {"2"}
    deployments = world.ecs.list_service_deployments(cluster=made["Cluster"], service=made["Name"])
    assert [each["status"] for each in deployments["serviceDeployments"]] == ["SUCCESSFUL", "SUCCESSFUL"]
    assert world.ecs.list_task_definitions()["taskDefinitionArns"] == [after["Task"]]
    world.stack.update(resources(world.bench.push("3", VERSION="2"), 1))
    assert world.services()[0]["runningCount"] == 1
    world.stack.delete()
    assert world.left() == []


def test_a_release_that_fails_brings_the_stack_back(world: World) -> None:
    good = resources(world.bench.push("1", VERSION="1"), DeploymentConfiguration=BREAKER)
    world.stack.create(good, outputs=OUTPUTS)
    before = world.services()[0]["taskDefinition"]
    bad = resources(world.bench.push("2", CRASH), DeploymentConfiguration=BREAKER)
    world.stack.update(bad, "UPDATE_ROLLBACK_COMPLETE")
    assert any("Service: Error occurred during operation 'ECS Deployment Circuit" in r for r in world.stack.reasons())
    (service,) = world.services()
    assert (service["taskDefinition"], service["runningCount"]) == (before, 1)
    assert world.versions() == {"1"}
    assert world.ecs.list_task_definitions()["taskDefinitionArns"] == [before]
    world.stack.delete()


def test_a_service_that_never_runs_leaves_nothing(world: World) -> None:
    bad = resources(world.bench.push("1", CRASH), DeploymentConfiguration=BREAKER)
    world.stack.create(bad, "ROLLBACK_COMPLETE")
    assert any("Circuit Breaker was triggered" in reason for reason in world.stack.reasons()), world.stack.reasons()
    assert world.left() == []


WRONG: dict[str, tuple[Callable[[str], Document], str]] = {
    "property": (
        lambda image: resources(image, EnableExecuteCommand=True),
        "EnableExecuteCommand of AWS::ECS::Service",
    ),
    "deep property": (lambda image: resources(image, container={"Colour": "red"}), "ContainerDefinitions[0].Colour"),
    "deeper property": (
        lambda image: resources(image, DeploymentConfiguration={"Alarms": {"Names": ["a"]}}),
        "DeploymentConfiguration.Alarms.Names",
    ),
    "number": (lambda image: resources(image, DesiredCount="many"), "esiredCount"),
    "garbage": (lambda image: resources(image, DeploymentConfiguration="fast"), "Invalid type for parameter"),
    "refusal": (lambda image: resources(image, SchedulingStrategy="DAEMON"), "DAEMON"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_the_local_cloud_does_not_have_fails_by_name(world: World, wrong: str) -> None:
    made, said = WRONG[wrong]
    world.stack.create(made(world.bench.push("1", VERSION="1")), "ROLLBACK_COMPLETE")
    assert any(said in reason for reason in world.stack.reasons()), world.stack.reasons()
    assert world.left() == []


def test_a_cluster_that_somebody_has_is_not_taken_over(world: World) -> None:
    world.stack.create({"Cluster": resource("ECS::Cluster", ClusterName="shop")}, "ROLLBACK_COMPLETE")
    assert any("'shop' already exists" in reason for reason in world.stack.reasons())
    assert [arn.rpartition("/")[2] for arn in world.ecs.list_clusters()["clusterArns"]] == ["shop"]


def test_another_name_is_another_service(world: World) -> None:
    image = world.bench.push("1", VERSION="1")
    world.stack.create(resources(image, ServiceName="web"))
    change = world.stack.api.create_change_set
    change(StackName="shop", ChangeSetName="rename", TemplateBody=_text(resources(image, ServiceName="shop")))
    changes = world.stack.api.describe_change_set(StackName="shop", ChangeSetName="rename")["Changes"]
    found = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Replacement"] for c in changes}
    assert found == {"Service": "True"}
    world.stack.api.execute_change_set(StackName="shop", ChangeSetName="rename")
    world.stack.ended("UPDATE_COMPLETE")
    assert [each["serviceName"] for each in world.services()] == ["shop"]


def _text(template: Document) -> str:
    return json.dumps({"Resources": template})


def test_drift_of_a_service_is_seen(world: World) -> None:
    world.stack.create(resources(world.bench.push("1", VERSION="1")))
    cluster, service = world.stack.id_of("Cluster"), world.stack.id_of("Service")
    assert _drift(world) == {"Cluster": "IN_SYNC", "Service": "IN_SYNC", "Task": "IN_SYNC"}
    world.ecs.update_service(cluster=cluster, service=service, desiredCount=2)
    assert _drift(world)["Service"] == "MODIFIED"
    world.ecs.delete_service(cluster=cluster, service=service, force=True)
    eventually(lambda: _drift(world)["Service"] == "DELETED", what="the end of the service")
    world.stack.delete()
    assert world.left() == []


def _drift(world: World) -> dict[str, str]:
    api = world.stack.api
    asked = api.detect_stack_drift(StackName="shop")["StackDriftDetectionId"]

    def detected() -> bool:
        status = api.describe_stack_drift_detection_status(StackDriftDetectionId=asked)["DetectionStatus"]
        return str(status) != "DETECTION_IN_PROGRESS"

    eventually(detected, what="the end of the detection")
    drifts = api.describe_stack_resource_drifts(StackName="shop")["StackResourceDrifts"]
    return {drift["LogicalResourceId"]: drift["StackResourceDriftStatus"] for drift in drifts}


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_stack_that_was_cut_off_says_so_and_leaves_nothing(private_cloud: TestCloud, how: str) -> None:
    world = World(private_cloud)
    template = resources(world.bench.push("1", CRASH))
    world.stack.api.create_stack(StackName="shop", TemplateBody=_text(template))
    eventually(lambda: _events(world).get("Service") == "CREATE_IN_PROGRESS", what="the creation of the service")
    eventually(lambda: _services_of_stacks(world), what="the service")
    private_cloud.settle()
    getattr(private_cloud, how)()
    private_cloud.restart()
    found = world.stack.found()
    assert (found["StackStatus"], "was stopped in the middle" in found["StackStatusReason"]) == ("CREATE_FAILED", True)
    eventually(lambda: not _services_of_stacks(world), what="the end of the service that no stack knows")
    world.stack.delete()
    assert world.left() == []


def _events(world: World) -> dict[str, str]:
    events = world.stack.api.describe_stack_events(StackName="shop")["StackEvents"]
    return {event["LogicalResourceId"]: event["ResourceStatus"] for event in reversed(events)}


def _services_of_stacks(world: World) -> list[str]:
    clusters = world.ecs.list_clusters()["clusterArns"]
    return [arn for cluster in clusters for arn in world.ecs.list_services(cluster=cluster)["serviceArns"]]


def test_a_stack_that_hangs_can_be_deleted_and_changed_by_nobody_else(world: World) -> None:
    template = resources(world.bench.push("1", CRASH))
    arn = world.stack.api.create_stack(StackName="shop", TemplateBody=_text(template))["StackId"]
    eventually(lambda: _services_of_stacks(world), what="the service")
    with pytest.raises(ClientError, match="is in CREATE_IN_PROGRESS state and can not be updated"):
        world.stack.api.update_stack(StackName="shop", TemplateBody=_text(resources("other")))
    world.stack.delete()
    assert world.stack.found(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert (world.left(), _services_of_stacks(world)) == ([], [])


def test_an_update_that_hangs_can_be_cancelled(world: World) -> None:
    world.stack.create(resources(world.bench.push("1", VERSION="1")))
    before = world.services()[0]["taskDefinition"]
    world.stack.begin_update(resources(world.bench.push("2", CRASH)))
    eventually(lambda: len(world.services()[0]["deployments"]) == 2, what="the release")
    with pytest.raises(ClientError, match="cannot be deleted while in status UPDATE_IN_PROGRESS"):
        world.stack.api.delete_stack(StackName="shop")
    world.stack.api.cancel_update_stack(StackName="shop")
    world.stack.ended("UPDATE_ROLLBACK_COMPLETE")
    assert world.services()[0]["taskDefinition"] == before
    assert world.versions() == {"1"}


LEFT_OUT = ["ECS::TaskSet", "CodePipeline::Webhook", "CodeBuild::ReportGroup", "ElasticLoadBalancingV2::TrustStore"]


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_a_type_that_nobody_has_built_is_refused_in_a_sentence(cloud: TestCloud, kind: str) -> None:
    stack = Stack(cloud)
    stack.create({"It": resource(kind)}, "ROLLBACK_COMPLETE")
    assert any(f"The local cloud does not make AWS::{kind}." in reason for reason in stack.reasons())
