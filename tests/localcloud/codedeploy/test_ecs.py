"""Blue/green deployments to ECS, with traffic."""

from __future__ import annotations

import pytest

from tests.localcloud.codedeploy.functions import make_hook
from tests.localcloud.codedeploy.services import Stage
from tests.localcloud.elbv2.balancing import ask, load
from tests.localcloud.support import TestCloud, eventually

ROLLBACK = {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]}


@pytest.fixture
def stage(emptied_cloud: TestCloud) -> Stage:
    return Stage(emptied_cloud)


def test_a_canary_moves_the_service_without_a_failed_request(stage: Stage) -> None:
    canary = {"blue": 90, "green": 10}
    stage.group("ECSCanary10Percent15Minutes")
    with load(stage.production["Port"]) as seen:
        deployment = stage.deploy(stage.release("2"))
        eventually(lambda: stage.weights() == canary, what="the canary")
        assert ask(stage.test["Port"]).server == "2"
        before = seen.by_server
        eventually(lambda: (seen.by_server - before).total() >= 300, what="300 answers")
        during = seen.by_server - before
        assert stage.weights() == canary, "the answers are not all of the canary"
        eventually(lambda: stage.weights() == {"blue": 0, "green": 100}, what="the rest")
        assert stage.deploys.ended(deployment) == "Succeeded", stage.deploys.info(deployment)
        eventually(lambda: stage.task_sets() == [("PRIMARY", 2)], what="the end of blue")
    assert seen.failures == []
    # Four standard deviations below, and more above.
    assert 0.03 < during["2"] / during.total() < 0.25
    assert ask(stage.production["Port"]).server == "2"
    info = stage.deploys.target(deployment)["taskSetsInfo"]
    assert ("Green", 100.0) in [(each["taskSetLabel"], each["trafficWeight"]) for each in info]


def test_an_alarm_brings_blue_back(stage: Stage) -> None:
    alarms = stage.deploys.cloud.client("cloudwatch")
    alarms.put_metric_alarm(
        AlarmName="errors", Namespace="Shop", MetricName="Errors", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore",
    )  # fmt: skip
    alarms.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="a test says so")
    configuration = {"enabled": True, "alarms": [{"name": "errors"}]}
    stage.group("ECSCanary10Percent15Minutes", autoRollbackConfiguration=ROLLBACK, alarmConfiguration=configuration)
    with load(stage.production["Port"]) as seen:
        deployment = stage.deploy(stage.release("2"))
        eventually(lambda: stage.weights() == {"blue": 90, "green": 10}, what="the canary")
        alarms.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="a test says so")
        eventually(lambda: stage.weights() == {"blue": 100, "green": 0}, what="the way back")
        assert stage.deploys.rolled_back(deployment)["status"] == "Succeeded"
    assert seen.failures == []
    assert stage.deploys.info(deployment)["errorInformation"]["code"] == "ALARM_ACTIVE"
    assert ask(stage.test["Port"]).server == "1"
    eventually(lambda: stage.task_sets() == [("PRIMARY", 2)], what="the end of green")


def test_a_hook_that_sees_a_bad_release_behind_the_test_listener_keeps_it_from_everybody(stage: Stage) -> None:
    make_hook(stage.deploys, "no", "Failed")
    stage.group("ECSAllAtOnce", autoRollbackConfiguration=ROLLBACK)
    with load(stage.production["Port"], keep_alive=1, new=1) as seen:
        deployment = stage.deploy(stage.release("2"), AfterAllowTestTraffic="no")
        assert stage.deploys.rolled_back(deployment)["status"] == "Succeeded"
    assert (seen.failures, set(seen.by_server)) == ([], {"1"})
    assert stage.deploys.events(deployment)["AfterAllowTestTraffic"] == "Failed"


def test_a_shift_goes_on_after_a_crash(private_cloud: TestCloud) -> None:
    stage = Stage(private_cloud)
    stage.group("ECSCanary10Percent15Minutes")
    with load(stage.production["Port"], keep_alive=1, new=1) as seen:
        deployment = stage.deploy(stage.release("2"))
        eventually(lambda: stage.weights() == {"blue": 90, "green": 10}, what="the canary")
        private_cloud.kill()
        private_cloud.restart()
        assert stage.deploys.ended(deployment) == "Succeeded", stage.deploys.info(deployment)
    assert seen.failures == []
    assert ask(stage.production["Port"]).server == "2"
