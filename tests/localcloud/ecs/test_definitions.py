"""Task definitions, clusters and tags: what is kept, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.ecs.bench import Bench

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1"
WEB = {"name": "web", "image": IMAGE}
FARGATE = {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512"}


def test_revisions_count_and_never_come_back(bench: Bench) -> None:
    first, second = bench.define(IMAGE), bench.define(IMAGE)
    assert (first[-7:], second[-7:]) == ("/shop:1", "/shop:2")
    assert bench.ecs.describe_task_definition(taskDefinition="shop")["taskDefinition"]["revision"] == 2
    assert bench.ecs.deregister_task_definition(taskDefinition=second)["taskDefinition"]["status"] == "INACTIVE"
    assert bench.ecs.describe_task_definition(taskDefinition="shop")["taskDefinition"]["revision"] == 1
    assert bench.define(IMAGE).endswith("/shop:3")
    listed = bench.ecs.list_task_definitions(familyPrefix="shop")["taskDefinitionArns"]
    assert [arn[-1] for arn in listed] == ["1", "3"]
    assert bench.ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"] == [second]
    with pytest.raises(ClientError, match="inactive"):
        bench.run(second)


def test_families_are_listed(bench: Bench) -> None:
    gone = bench.define(IMAGE, family="old")
    bench.define(IMAGE, family="new")
    bench.ecs.deregister_task_definition(taskDefinition=gone)
    assert bench.ecs.list_task_definition_families(status="ACTIVE")["families"] == ["new"]
    assert bench.ecs.list_task_definition_families(status="INACTIVE")["families"] == ["old"]
    deleted = bench.ecs.delete_task_definitions(taskDefinitions=[gone])
    assert deleted["taskDefinitions"][0]["status"] == "DELETE_IN_PROGRESS"
    with pytest.raises(ClientError, match="Unable to describe task definition"):
        bench.ecs.describe_task_definition(taskDefinition=gone)


@pytest.mark.parametrize(
    ("containers", "members", "error"),
    [
        ([], {}, "Container list cannot be empty"),
        ([WEB, WEB], {}, "must be unique"),
        ([{**WEB, "name": "no name"}], {}, "Container name"),
        ([{"name": "web"}], {}, "image should not be null"),
        ([{**WEB, "essential": False}], {}, "At least one container must be essential"),
        ([{**WEB, "portMappings": [{"containerPort": 0}]}], {}, "from 1 to 65535"),
        ([{**WEB, "stopTimeout": 121}], {}, "up to 120 seconds"),
        ([{**WEB, "healthCheck": {"command": ["curl"]}}], {}, "CMD-SHELL"),
        ([{**WEB, "healthCheck": {"command": ["CMD", "true"], "interval": 1}}], {}, "from 5 to 300"),
        ([{**WEB, "logConfiguration": {"logDriver": "splunk"}}], {}, "awslogs"),
        ([{**WEB, "logConfiguration": {"logDriver": "awslogs", "options": {}}}], {}, "awslogs-group"),
        ([{**WEB, "dependsOn": [{"containerName": "db", "condition": "START"}]}], {}, "depends on db"),
        ([{**WEB, "restartPolicy": {"enabled": True}}], {}, "restartPolicy"),
        ([WEB], {**FARGATE, "networkMode": "bridge"}, "awsvpc"),
        ([WEB], {**FARGATE, "memory": "4096"}, "No Fargate configuration exists"),
    ],
)
def test_what_makes_no_sense_is_refused(
    bench: Bench, containers: list[dict[str, Any]], members: dict[str, Any], error: str
) -> None:
    with pytest.raises(ClientError, match=error):
        bench.ecs.register_task_definition(family="shop", containerDefinitions=containers, **members)
    assert bench.ecs.list_task_definitions()["taskDefinitionArns"] == []


def test_fargate_needs_a_network(bench: Bench) -> None:
    bench.ecs.register_task_definition(family="shop", containerDefinitions=[WEB], **FARGATE)
    with pytest.raises(ClientError, match="Network Configuration must be provided"):
        bench.run("shop")


def test_capacity_providers_are_those_of_fargate(bench: Bench) -> None:
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    bench.ecs.put_cluster_capacity_providers(
        cluster=bench.cluster, capacityProviders=["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy=strategy
    )
    found = bench.ecs.describe_clusters(clusters=[bench.cluster, "none"])
    assert found["clusters"][0]["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert found["failures"][0]["reason"] == "MISSING"
    task = bench.task(bench.run(bench.define(bench.push("1"))))
    assert task["capacityProviderName"] == "FARGATE_SPOT"
    with pytest.raises(ClientError, match="capacity provider MINE was not found"):
        bench.ecs.put_cluster_capacity_providers(
            cluster=bench.cluster, capacityProviders=["MINE"], defaultCapacityProviderStrategy=[]
        )


def test_tags_of_everything(bench: Bench) -> None:
    cluster = bench.ecs.describe_clusters(clusters=[bench.cluster])["clusters"][0]["clusterArn"]
    for arn in (cluster, bench.define(IMAGE)):
        bench.ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
        bench.ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "3"}])
        bench.ecs.untag_resource(resourceArn=arn, tagKeys=["b"])
        assert bench.ecs.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "3"}]
    with pytest.raises(ClientError, match="was not found"):
        bench.ecs.list_tags_for_resource(resourceArn=cluster + "x")
