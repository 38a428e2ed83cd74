"""What tests of cleanups need: a running service with all that it stands on."""

from __future__ import annotations

from helpers import aws, containers, delivery
from helpers.cicd import pairs

FILES = {"app.py": b"import signal\nsignal.pause()\n"}


def running_service(thing: str, lab: str) -> delivery.Service:
    """A running service behind a load balancer, with all that it stands on."""
    network = delivery.network(lab)
    balancer = delivery.load_balancer(thing, lab, network)
    group = delivery.target_group(thing, lab, network)
    delivery.listener(balancer, group, lab)
    delivery.cluster(lab)
    image = containers.push(containers.repository(thing, lab), "1", FILES, ["python", "app.py"])
    for _ in range(2):
        definition = delivery.task_definition(thing, image, lab)
    made = delivery.find(thing, lab)
    aws.client("ecs").create_service(
        cluster=made.cluster, serviceName=made.name, taskDefinition=definition, desiredCount=1, launchType="FARGATE",
        networkConfiguration=network.configuration, tags=pairs(aws.tags(lab), key="key", value="value"),
    )  # fmt: skip
    return made
