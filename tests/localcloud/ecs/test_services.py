"""Services without a load balancer: what is wanted is kept, and releases roll."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.support import LIMIT, eventually

CRASH = b"import sys\nsys.exit(1)\n"
FORBIDDEN_PAUSE = {"targetType": "PAUSE", "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"]}
DAY = 86_400
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


def create(bench: Bench, image: str, desired: int = 2, **members: Any) -> dict[str, Any]:
    definition = bench.define(image)
    answer = bench.ecs.create_service(
        cluster=bench.cluster, serviceName="web", taskDefinition=definition, desiredCount=desired, **members
    )
    return dict(answer["service"])


def service(bench: Bench) -> dict[str, Any]:
    return dict(bench.ecs.describe_services(cluster=bench.cluster, services=["web"])["services"][0])


def update(bench: Bench, **members: Any) -> dict[str, Any]:
    return dict(bench.ecs.update_service(cluster=bench.cluster, service="web", **members)["service"])


def steady(bench: Bench, seconds: float = LIMIT) -> dict[str, Any]:
    """Return the service when its only deployment is complete and all of its tasks run."""

    def there() -> dict[str, Any] | None:
        found = service(bench)
        done = [each["rolloutState"] for each in found["deployments"]] == ["COMPLETED"]
        return found if done and found["runningCount"] == found["desiredCount"] else None

    found = eventually(there, seconds=seconds, what="the steady state")
    assert found
    return found


def messages(found: dict[str, Any]) -> str:
    return "\n".join(event["message"] for event in reversed(found["events"]))


def running(bench: Bench) -> list[dict[str, Any]]:
    arns = bench.ecs.list_tasks(cluster=bench.cluster, serviceName="web")["taskArns"]
    return list(bench.ecs.describe_tasks(cluster=bench.cluster, tasks=arns)["tasks"]) if arns else []


def status_of(bench: Bench) -> str:
    arn = bench.ecs.list_service_deployments(cluster=bench.cluster, service="web")["serviceDeployments"][0]
    return str(arn["status"])


def test_a_service_keeps_its_tasks(bench: Bench) -> None:
    create(bench, bench.push("1", VERSION="1"))
    found = steady(bench)
    assert "(service web) has started 2 tasks: (task " in messages(found)
    assert "(service web) has reached a steady state." in messages(found)
    victim = running(bench)[0]["taskArn"]
    bench.ecs.stop_task(cluster=bench.cluster, task=victim)
    eventually(
        lambda: victim not in [task["taskArn"] for task in running(bench)] and len(running(bench)) == 2,
        what="another task in the place of the stopped one",
    )
    steady(bench)
    update(bench, desiredCount=1)
    eventually(lambda: len(running(bench)) == 1, what="one task")
    assert status_of(bench) == "SUCCESSFUL"


def test_a_release_rolls_and_the_old_one_goes(bench: Bench) -> None:
    create(bench, bench.push("1", VERSION="1"))
    steady(bench)
    new = bench.define(bench.push("2", VERSION="2"))
    answer = update(bench, taskDefinition=new)
    assert {each["status"] for each in answer["deployments"]} == {"PRIMARY", "ACTIVE"}
    found = steady(bench)
    assert found["taskDefinition"] == new
    assert {bench.get(task)["version"] for task in running(bench)} == {"2"}
    assert "deployment completed." in messages(found)
    latest, first = bench.ecs.list_service_deployments(cluster=bench.cluster, service="web")["serviceDeployments"]
    assert (latest["status"], first["status"]) == ("SUCCESSFUL", "SUCCESSFUL")
    arn = latest["targetServiceRevisionArn"]
    revision = bench.ecs.describe_service_revisions(serviceRevisionArns=[arn])["serviceRevisions"][0]
    assert revision["taskDefinition"] == new


def test_force_replaces_all_tasks(bench: Bench) -> None:
    create(bench, bench.push("1"), desired=1)
    steady(bench)
    before = running(bench)[0]["taskArn"]
    update(bench, forceNewDeployment=True)
    steady(bench)
    assert [task["taskArn"] for task in running(bench)] != [before]


def test_one_task_at_50_and_150_cannot_progress(bench: Bench) -> None:
    bounds = {"minimumHealthyPercent": 50, "maximumPercent": 150}
    create(bench, bench.push("1", VERSION="1"), desired=1, deploymentConfiguration=bounds)
    steady(bench)
    update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2")))
    eventually(
        lambda: "unable to stop or start tasks during a deployment" in messages(service(bench)), what="the event"
    )
    assert [bench.get(task)["version"] for task in running(bench)] == ["1"]
    update(bench, deploymentConfiguration={"minimumHealthyPercent": 0})
    update(bench, forceNewDeployment=True)
    steady(bench)
    assert [bench.get(task)["version"] for task in running(bench)] == ["2"]


@pytest.mark.parametrize("broken", ["crash", "no image"])
def test_the_circuit_breaker_rolls_back(bench: Bench, broken: str) -> None:
    create(bench, bench.push("1", VERSION="1"), deploymentConfiguration=BREAKER)
    steady(bench)
    image = bench.push("2", CRASH) if broken == "crash" else f"{bench.uri}:none"
    failed = update(bench, taskDefinition=bench.define(image))["deployments"][0]["id"]
    eventually(lambda: status_of(bench) == "ROLLBACK_SUCCESSFUL", what="the rollback")
    found = steady(bench)
    assert {bench.get(task)["version"] for task in running(bench)} == {"1"}
    assert f"(service web) (deployment {failed}) deployment failed: tasks failed to start." in messages(found)
    assert "rolling back to (deployment ecs-svc/" in messages(found)
    arn = bench.ecs.list_service_deployments(cluster=bench.cluster, service="web")["serviceDeployments"][0]
    described = bench.ecs.describe_service_deployments(serviceDeploymentArns=[arn["serviceDeploymentArn"]])
    breaker = described["serviceDeployments"][0]["deploymentCircuitBreaker"]
    assert (breaker["status"], breaker["threshold"]) == ("TRIGGERED", 3)
    assert breaker["failureCount"] >= 3


def test_a_first_deployment_has_nothing_to_go_back_to(bench: Bench) -> None:
    create(bench, bench.push("1", CRASH), deploymentConfiguration=BREAKER)
    eventually(lambda: status_of(bench) == "ROLLBACK_FAILED", what="the end of the deployment")
    found = service(bench)
    assert found["deployments"][0]["rolloutState"] == "FAILED"
    assert found["deployments"][0]["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start."


def test_without_a_circuit_breaker_it_goes_on_trying(bench: Bench) -> None:
    create(bench, bench.push("1", CRASH), desired=1)
    eventually(lambda: "unable to consistently start tasks successfully" in messages(service(bench)))
    assert service(bench)["deployments"][0]["rolloutState"] == "IN_PROGRESS"


def test_a_task_whose_health_check_never_passes_is_replaced_and_rolled_back(bench: Bench) -> None:
    create(bench, bench.push("1", VERSION="1"), desired=1, deploymentConfiguration=BREAKER)
    steady(bench)
    check = {"command": ["CMD", "false"], "interval": 5, "retries": 1}
    update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2"), healthCheck=check))
    eventually(lambda: status_of(bench) == "ROLLBACK_SUCCESSFUL", what="the rollback")
    assert "failed container health checks." in messages(service(bench))
    assert [bench.get(task)["version"] for task in running(bench)] == ["1"]


def alarm(bench: Bench, value: float, period: int = DAY) -> None:
    """Put an alarm; with periods of a day a deployment is watched for longer than a test lasts."""
    cloudwatch = bench.cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors", Namespace="Shop", MetricName="Errors", Statistic="Sum", Period=period, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore",
    )  # fmt: skip
    # Nobody reports errors, so the state stays until it is set again.
    cloudwatch.set_alarm_state(
        AlarmName="errors", StateValue="ALARM" if value else "OK", StateReason="as the test wants it"
    )


def test_an_alarm_rolls_back(bench: Bench) -> None:
    alarm(bench, 0)
    alarms = {"alarms": {"alarmNames": ["errors"], "enable": True, "rollback": True}}
    create(bench, bench.push("1", VERSION="1"), desired=1)
    steady(bench)
    update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2")), deploymentConfiguration=alarms)
    eventually(lambda: status_of(bench) == "IN_PROGRESS", what="the deployment")
    alarm(bench, 1)
    eventually(lambda: status_of(bench) == "ROLLBACK_SUCCESSFUL", what="the rollback")
    assert "deployment failed: alarm detected." in messages(service(bench))
    assert [bench.get(task)["version"] for task in running(bench)] == ["1"]


def test_alarms_go_on_watching_a_rolling_deployment_for_the_time_that_they_need(bench: Bench) -> None:
    alarm(bench, 0, period=60)
    alarms = {"alarms": {"alarmNames": ["errors"], "enable": True, "rollback": True}}
    create(bench, bench.push("1", VERSION="1"), desired=1)
    steady(bench)
    old = running(bench)[0]["taskArn"]
    update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2")), deploymentConfiguration=alarms)
    eventually(lambda: status_of(bench) == "SUCCESSFUL", what="the end of the deployment")
    ended = bench.ecs.list_service_deployments(cluster=bench.cluster, service="web")["serviceDeployments"][0]
    stopped = bench.ecs.describe_tasks(cluster=bench.cluster, tasks=[old])["tasks"][0]["stoppedAt"]
    # A period of 60 s: what the alarm looks at, as long once more, and a period.
    assert ended["finishedAt"] - stopped >= timedelta(seconds=180 / bench.cloud.time_scale)


def test_a_deployment_is_stopped_by_rollback(bench: Bench) -> None:
    create(bench, bench.push("1", VERSION="1"), desired=1)
    steady(bench)
    update(bench, taskDefinition=bench.define(bench.push("2", CRASH)))
    arn = bench.ecs.list_service_deployments(cluster=bench.cluster, service="web")["serviceDeployments"][0]
    bench.ecs.stop_service_deployment(serviceDeploymentArn=arn["serviceDeploymentArn"], stopType="ROLLBACK")
    eventually(lambda: status_of(bench) == "ROLLBACK_SUCCESSFUL", what="the rollback")
    steady(bench)
    with pytest.raises(ClientError, match="ConflictException"):
        bench.ecs.stop_service_deployment(serviceDeploymentArn=arn["serviceDeploymentArn"])


def test_an_aborted_deployment_leaves_what_runs(bench: Bench) -> None:
    create(bench, bench.push("1", VERSION="1"), desired=1)
    steady(bench)
    first = running(bench)[0]["taskArn"]
    update(bench, taskDefinition=bench.define(bench.push("2", CRASH)))
    arn = bench.ecs.list_service_deployments(cluster=bench.cluster, service="web")["serviceDeployments"][0]
    bench.ecs.stop_service_deployment(serviceDeploymentArn=arn["serviceDeploymentArn"], stopType="ABORT")
    eventually(lambda: status_of(bench) == "STOPPED", what="the stop")
    assert bench.get(bench.task(first))["version"] == "1"
    # A release after it goes its own way.
    update(bench, taskDefinition=bench.define(bench.push("3", VERSION="3")))
    steady(bench)
    assert [bench.get(task)["version"] for task in running(bench)] == ["3"]


def test_a_service_is_deleted_when_it_is_scaled_down_or_by_force(bench: Bench) -> None:
    create(bench, bench.push("1"), desired=1)
    steady(bench)
    with pytest.raises(ClientError, match="scaled above 0"):
        bench.ecs.delete_service(cluster=bench.cluster, service="web")
    bench.ecs.delete_service(cluster=bench.cluster, service="web", force=True)
    eventually(lambda: service(bench)["status"] == "INACTIVE", what="the end of the service")
    assert bench.ecs.list_tasks(cluster=bench.cluster)["taskArns"] == []
    assert bench.ecs.list_services(cluster=bench.cluster)["serviceArns"] == []
    create(bench, bench.push("2"), desired=0)


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"schedulingStrategy": "DAEMON"}, "UnsupportedFeatureException"),
        (
            {"deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 100}},
            "this will block deployments",
        ),
        ({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}}, "bakeTimeInMinutes"),
        ({"deploymentConfiguration": {"lifecycleHooks": [FORBIDDEN_PAUSE]}}, "PAUSE"),
        ({"loadBalancers": [{"targetGroupArn": "arn:x", "containerName": "web", "containerPort": 1}]}, "container p"),
    ],
)
def test_what_makes_no_sense_is_refused(bench: Bench, members: dict[str, Any], error: str) -> None:
    with pytest.raises(ClientError, match=error):
        create(bench, bench.push("1"), **members)
    assert bench.ecs.list_services(cluster=bench.cluster)["serviceArns"] == []
