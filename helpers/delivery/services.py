"""Services of ECS: a cluster, task definitions, a service that keeps tasks running, and how its deployments go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers import aws
from helpers.cicd import pairs
from helpers.delivery.network import Network

Document = dict[str, Any]
PORT = 8080
LIMIT = 900.0
"""Seconds that a deployment may take; on AWS a task needs half a minute to start and another to be called healthy."""
GRACE_SECONDS = 300
"""For so long a starting task may fail its health checks."""
_EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def cluster(lab: str) -> str:
    """Make the lab's cluster (or find it) and return its name."""
    name = aws.name(lab)
    aws.client("ecs").create_cluster(clusterName=name, tags=_tags(lab))
    return name


def task_definition(
    thing: str, image: str, lab: str, environment: Mapping[str, str] | None = None, **container: Any
) -> str:
    """Register a revision of the task definition for `thing` and return its ARN.

    Args:
        image: address of a container image by digest.
        environment: variables of the container.
        container: further members of the API's ContainerDefinition, such as stopTimeout.
    """
    name = aws.name(thing)
    given = [{"name": key, "value": value} for key, value in {"PORT": str(PORT), **(environment or {})}.items()]
    described = {
        "name": thing, "image": image, "essential": True, "environment": given,
        "portMappings": [{"containerPort": PORT, "protocol": "tcp"}],
        "logConfiguration": _logs(lab), **container,
    }  # fmt: skip
    made = aws.client("ecs").register_task_definition(
        family=name, networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
        executionRoleArn=_execution_role(lab), containerDefinitions=[described], tags=_tags(lab),
    )  # fmt: skip
    return str(made["taskDefinition"]["taskDefinitionArn"])


def _logs(lab: str) -> Document:
    group = aws.name(f"{lab}-tasks")
    aws.created(aws.client("logs").create_log_group, logGroupName=group, tags=aws.tags(lab))
    options = {"awslogs-group": group, "awslogs-region": aws.region(), "awslogs-stream-prefix": "task"}
    return {"logDriver": "awslogs", "options": options}


def _execution_role(lab: str) -> str:
    """The role with which ECS pulls images and writes logs; not the application's own."""
    iam, name = aws.client("iam"), aws.name(f"{lab}-execution")
    trusted = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    aws.created(iam.create_role, RoleName=name, AssumeRolePolicyDocument=document, Tags=pairs(aws.tags(lab)))
    iam.attach_role_policy(RoleName=name, PolicyArn=_EXECUTION_POLICY)
    return str(iam.get_role(RoleName=name)["Role"]["Arn"])


@dataclass(frozen=True)
class Service:
    """A service by its cluster, its name and the name of its container."""

    cluster: str
    name: str
    container: str

    def describe(self) -> Document:
        """Return what ECS says of it. Raises WorkbookError if there is no such service."""
        found = self._described()
        if found is None:
            raise aws.WorkbookError(f"There is no service {self.name} in the cluster {self.cluster}.")
        return found

    def exists(self) -> bool:
        """Return whether it is there and has not been deleted."""
        return self._described() is not None

    def _described(self) -> Document | None:
        ecs = aws.client("ecs")
        try:
            found = ecs.describe_services(cluster=self.cluster, services=[self.name])["services"]
        except ecs.exceptions.ClusterNotFoundException:
            return None
        return next((each for each in found if each["status"] == "ACTIVE"), None)

    def update(self, **changes: Any) -> str:
        """Change it (members of UpdateService) and return the id of its newest deployment."""
        answer = aws.client("ecs").update_service(cluster=self.cluster, service=self.name, **changes)
        return str(primary(answer["service"])["id"])

    def events(self) -> list[str]:
        """Return what the service has told, the earliest first, without its name at the front of each line."""
        told = [event["message"] for event in reversed(self.describe()["events"])]
        return [
            message.removeprefix(f"(service {self.name}) ").removeprefix(f"(service {self.name}, ") for message in told
        ]


def find(thing: str, lab: str) -> Service:
    """Return the learner's service for `thing` in the lab's cluster, whether or not it is there."""
    return Service(aws.name(lab), aws.name(thing), thing)


def service(
    thing: str,
    definition: str,
    lab: str,
    network: Network,
    target_group: str,
    *,
    count: int,
    deployment: Mapping[str, Any] | None = None,
) -> Service:
    """Make a service of `count` tasks behind `target_group` (or bring it up to date), wait until it is steady.

    Args:
        thing: the container of the task definition has this name.
        definition: ARN of a task definition.
        target_group: ARN of a target group that a listener forwards to.
        deployment: the API's deploymentConfiguration; AWS's own defaults are 100 and 200 percent, and no breaker.
    """
    made = find(thing, lab)
    chosen: Document = {
        "taskDefinition": definition, "desiredCount": count, "healthCheckGracePeriodSeconds": GRACE_SECONDS,
        "deploymentConfiguration": dict(deployment or {"minimumHealthyPercent": 100, "maximumPercent": 200}),
    }  # fmt: skip
    if made.exists():
        made.update(**chosen)
    else:
        aws.client("ecs").create_service(
            cluster=made.cluster, serviceName=made.name, launchType="FARGATE", tags=_tags(lab),
            networkConfiguration=network.configuration, propagateTags="SERVICE",
            loadBalancers=[{"targetGroupArn": target_group, "containerName": thing, "containerPort": PORT}], **chosen,
        )  # fmt: skip
    ended(made)
    return made


def primary(service: Mapping[str, Any]) -> Document:
    """Return the deployment that a described service is going to."""
    return next(dict(each) for each in service["deployments"] if each["status"] == "PRIMARY")


def is_over(service: Mapping[str, Any]) -> bool:
    """Return whether a described service has one deployment left, and that has ended."""
    return len(service["deployments"]) == 1 and primary(service)["rolloutState"] != "IN_PROGRESS"


def ended(service: Service, *, limit: float = LIMIT) -> Document:
    """Wait until a service has one deployment left and that has ended; return it. Raises WaitTimeout."""

    def over() -> Document | None:
        found = service.describe()
        return primary(found) if is_over(found) else None

    return aws.wait(f"{service.name} to be steady", over, limit=limit)


def bounds(desired: int, minimum_percent: int, maximum_percent: int) -> tuple[int, int]:
    """Return how many tasks at least run and are healthy, and at most run or start, during a rolling deployment.

    The lower bound is rounded up, the upper one down (DeploymentConfiguration in the ECS API reference).
    """
    return -(-desired * minimum_percent // 100), desired * maximum_percent // 100


def _tags(lab: str) -> list[dict[str, str]]:
    return pairs(aws.tags(lab), key="key", value="value")
