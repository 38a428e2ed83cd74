"""Task sets, as a deployment controller uses them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.support import eventually


@pytest.fixture
def external(bench: Bench) -> Bench:
    """A service under CodeDeploy, with its first task set."""
    bench.ecs.create_service(
        cluster=bench.cluster, serviceName="web", taskDefinition=bench.define(bench.push("1", VERSION="1")),
        desiredCount=2, deploymentController={"type": "CODE_DEPLOY"},
    )  # fmt: skip
    stable(bench, 0)
    return bench


def task_sets(bench: Bench) -> list[dict[str, Any]]:
    return list(bench.ecs.describe_services(cluster=bench.cluster, services=["web"])["services"][0]["taskSets"])


def stable(bench: Bench, number: int) -> dict[str, Any]:
    def there() -> dict[str, Any] | None:
        found = task_sets(bench)[number]
        return found if found["stabilityStatus"] == "STEADY_STATE" else None

    found = eventually(there, what="the steady state of the task set")
    assert found
    return found


def test_a_replacement_becomes_primary_and_the_old_one_goes(external: Bench) -> None:
    blue = task_sets(external)[0]
    assert (blue["status"], blue["computedDesiredCount"], blue["runningCount"]) == ("PRIMARY", 2, 2)
    names = {"cluster": external.cluster, "service": "web"}
    new = external.define(external.push("2", VERSION="2"))
    green = external.ecs.create_task_set(
        **names, taskDefinition=new, externalId="d-1", scale={"value": 50.0, "unit": "PERCENT"}
    )["taskSet"]
    assert (green["status"], green["externalId"]) == ("ACTIVE", "d-1")
    assert stable(external, 1)["runningCount"] == 1
    external.ecs.update_task_set(**names, taskSet=green["id"], scale={"value": 100.0, "unit": "PERCENT"})
    eventually(lambda: stable(external, 1)["runningCount"] == 2, what="the second task")
    external.ecs.update_service_primary_task_set(**names, primaryTaskSet=green["taskSetArn"])
    with pytest.raises(ClientError, match="is primary"):
        external.ecs.delete_task_set(**names, taskSet=green["id"])
    with pytest.raises(ClientError, match="scaled above 0"):
        external.ecs.delete_task_set(**names, taskSet=blue["id"])
    external.ecs.delete_task_set(**names, taskSet=blue["id"], force=True)
    eventually(
        lambda: [each["id"] for each in task_sets(external)] == [green["id"]], what="the end of the old task set"
    )
    found = external.ecs.describe_services(cluster=external.cluster, services=["web"])["services"][0]
    assert (found["taskDefinition"], found["deployments"]) == (new, [])


def test_its_definition_is_not_changed_by_the_service(external: Bench) -> None:
    with pytest.raises(ClientError, match="CODE_DEPLOY deployment controller"):
        external.ecs.update_service(cluster=external.cluster, service="web", taskDefinition="shop")
    with pytest.raises(ClientError, match="TaskSetNotFoundException"):
        external.ecs.delete_task_set(cluster=external.cluster, service="web", taskSet="ecs-svc/1")
