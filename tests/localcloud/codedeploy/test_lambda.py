"""Deployments to Lambda: the weights of an alias move, and move back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codedeploy.bench import Bench, content, zipped
from tests.localcloud.codedeploy.functions import (
    PATIENT,
    SAYS,
    SILENT,
    TELLS,
    alias,
    answers,
    at_weight,
    make_function,
    make_hook,
    make_versions,
    spec,
)
from tests.localcloud.support import TestCloud, eventually

ROLLBACK = {
    "enabled": True,
    "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
}


@pytest.fixture
def bench(cloud: TestCloud) -> Bench:
    made = Bench(cloud, "Lambda")
    make_versions(made)
    return made


def test_an_alias_routes_by_its_weights(bench: Bench) -> None:
    bench.cloud.client("lambda").update_alias(
        FunctionName="shop", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}}
    )
    seen = answers(bench, 60)
    assert 12 <= seen.count("2") <= 48, seen


def test_the_answer_names_the_version_that_was_drawn(bench: Bench) -> None:
    api = bench.cloud.client("lambda")
    weights = {"AdditionalVersionWeights": {"2": 0.5}}
    api.update_alias(FunctionName="shop", Name="live", RoutingConfig=weights)
    for _ in range(10):
        answer = api.invoke(FunctionName="shop", Qualifier="live")
        assert answer["ExecutedVersion"] == json.loads(answer["Payload"].read())


def test_what_another_service_sends_to_an_alias_goes_by_its_weights(bench: Bench) -> None:
    api, sqs, sns = (bench.cloud.client(service) for service in ("lambda", "sqs", "sns"))
    queue = sqs.create_queue(QueueName="seen")["QueueUrl"]
    make_function(bench, "listener", TELLS.format(queue=queue, answer="1"))
    api.publish_version(FunctionName="listener")
    second = zipped({"index.py": TELLS.format(queue=queue, answer="2")})
    api.update_function_code(FunctionName="listener", ZipFile=second)
    api.publish_version(FunctionName="listener")
    weights = {"AdditionalVersionWeights": {"2": 1.0}}
    alias = api.create_alias(FunctionName="listener", Name="live", FunctionVersion="1", RoutingConfig=weights)
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=alias["AliasArn"])
    sns.publish(TopicArn=topic, Message="x")
    told = eventually(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"), what="the call")
    assert [message["Body"] for message in told] == ["2"]


def test_all_at_once_moves_everything(bench: Bench) -> None:
    make_hook(bench, "fine", "Succeeded")
    bench.group("LambdaAllAtOnce")
    deployment = bench.deploy(spec(BeforeAllowTraffic="fine", AfterAllowTraffic="fine"))
    assert bench.ended(deployment) == "Succeeded", bench.info(deployment)
    assert alias(bench) == ("2", {})
    assert set(bench.events(deployment).values()) == {"Succeeded"}
    function = bench.target(deployment)["lambdaFunctionInfo"]
    assert (function["currentVersion"], function["targetVersion"], function["targetVersionWeight"]) == ("1", "2", 1.0)
    assert bench.info(deployment)["deploymentOverview"]["Succeeded"] == 1


def test_a_canary_waits_before_it_moves_the_rest(bench: Bench) -> None:
    bench.group("LambdaCanary10Percent10Minutes")
    deployment = bench.deploy(spec())
    at_weight(bench, 0.1)
    assert alias(bench)[0] == "1"
    assert bench.target(deployment)["lambdaFunctionInfo"]["targetVersionWeight"] == 0.1
    assert bench.ended(deployment) == "Succeeded"
    info = bench.info(deployment)
    assert (info["completeTime"] - info["startTime"]).total_seconds() >= 10 * 60 / bench.cloud.time_scale
    assert alias(bench) == ("2", {})


def test_a_hook_that_says_no_rolls_back_at_once(bench: Bench) -> None:
    make_hook(bench, "no", "Failed")
    bench.group("LambdaAllAtOnce", autoRollbackConfiguration=ROLLBACK)
    deployment = bench.deploy(spec(AfterAllowTraffic="no"))
    rollback = bench.rolled_back(deployment)
    info = bench.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert bench.events(deployment) == {
        "BeforeAllowTraffic": "Succeeded", "AllowTraffic": "Succeeded", "AfterAllowTraffic": "Failed"
    }  # fmt: skip
    assert (rollback["status"], rollback["creator"]) == ("Succeeded", "codeDeployRollback")
    assert rollback["rollbackInfo"]["rollbackTriggeringDeploymentId"] == deployment
    assert alias(bench) == ("1", {})


def test_a_rollback_is_of_the_last_good_revision(bench: Bench) -> None:
    api = bench.cloud.client("lambda")
    api.update_function_code(FunctionName="shop", ZipFile=zipped({"index.py": SAYS.format(answer="3")}))
    assert api.publish_version(FunctionName="shop")["Version"] == "3"
    make_hook(bench, "no", "Failed")
    bench.group("LambdaAllAtOnce", autoRollbackConfiguration=ROLLBACK)
    good = spec()
    assert bench.ended(bench.deploy(good)) == "Succeeded"
    deployment = bench.deploy(spec("2", "3", AfterAllowTraffic="no"))
    rollback = bench.rolled_back(deployment)
    assert (rollback["status"], rollback["revision"]) == ("Succeeded", good)
    assert bench.info(deployment)["previousRevision"] == good
    assert alias(bench) == ("2", {})
    group = bench.api.get_deployment_group(applicationName="shop", deploymentGroupName="live")["deploymentGroupInfo"]
    assert group["targetRevision"] == good
    assert group["lastAttemptedDeployment"]["deploymentId"] == deployment
    assert group["lastSuccessfulDeployment"]["deploymentId"] == rollback["deploymentId"]


def test_without_a_rollback_a_failure_leaves_the_alias(bench: Bench) -> None:
    make_hook(bench, "no", "Failed")
    bench.group("LambdaAllAtOnce")
    deployment = bench.deploy(spec(AfterAllowTraffic="no"))
    assert bench.ended(deployment) == "Failed"
    assert "rollbackInfo" not in bench.info(deployment)
    assert alias(bench) == ("2", {})


def test_a_hook_that_never_answers_fails_after_an_hour(private_cloud_factory: Callable[..., TestCloud]) -> None:
    bench = Bench(private_cloud_factory(time_scale=1200.0), "Lambda")
    make_versions(bench)
    make_function(bench, "silent", SILENT)
    bench.group("LambdaAllAtOnce")
    deployment = bench.deploy(spec(BeforeAllowTraffic="silent"))
    assert bench.ended(deployment) == "Failed"
    assert "one hour" in bench.info(deployment)["errorInformation"]["message"]
    assert alias(bench) == ("1", {})


def test_a_hook_that_is_not_there_is_said(bench: Bench) -> None:
    bench.group("LambdaAllAtOnce")
    deployment = bench.deploy(spec(BeforeAllowTraffic="nobody"))
    assert bench.ended(deployment) == "Failed"
    assert "nobody" in bench.info(deployment)["errorInformation"]["message"]


def test_a_stop_rolls_back_if_asked(bench: Bench) -> None:
    bench.group("LambdaLinear10PercentEvery10Minutes")
    deployment = bench.deploy(spec())
    at_weight(bench, 0.1)
    bench.api.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    assert bench.rolled_back(deployment)["status"] == "Succeeded"
    info = bench.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "MANUAL_STOP")
    assert alias(bench) == ("1", {})
    with pytest.raises(ClientError, match="DeploymentAlreadyCompleted"):
        bench.api.stop_deployment(deploymentId=deployment)


def test_a_stop_without_a_rollback_leaves_the_weight(bench: Bench) -> None:
    bench.group("LambdaLinear10PercentEvery10Minutes")
    deployment = bench.deploy(spec())
    at_weight(bench, 0.1)
    bench.api.stop_deployment(deploymentId=deployment)
    assert bench.ended(deployment) == "Stopped"
    assert alias(bench) == ("1", {"2": 0.1})


def alarm(bench: Bench, state: str) -> None:
    api = bench.cloud.client("cloudwatch")
    api.put_metric_alarm(
        AlarmName="errors", Namespace="Shop", MetricName="Errors", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore",
    )  # fmt: skip
    api.set_alarm_state(AlarmName="errors", StateValue=state, StateReason="a test says so")


def with_alarm(**more: Any) -> dict[str, Any]:
    alarms = {"enabled": True, "alarms": [{"name": "errors"}], **more}
    return {"alarmConfiguration": alarms, "autoRollbackConfiguration": ROLLBACK}


def test_an_alarm_stops_the_shift_and_puts_the_weight_back(bench: Bench) -> None:
    alarm(bench, "OK")
    bench.group("LambdaCanary10Percent30Minutes", **with_alarm())
    deployment = bench.deploy(spec())
    at_weight(bench, 0.1)
    alarm(bench, "ALARM")
    assert bench.rolled_back(deployment)["status"] == "Succeeded"
    info = bench.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert "errors" in info["errorInformation"]["message"]
    assert alias(bench) == ("1", {})


def test_an_alarm_that_cannot_be_polled_stops_unless_that_is_ignored(bench: Bench) -> None:
    bench.group("LambdaAllAtOnce", **with_alarm())
    stopped = bench.deploy(spec())
    assert bench.ended(stopped) == "Stopped"
    assert "could not be polled" in bench.info(stopped)["errorInformation"]["message"]
    bench.api.update_deployment_group(
        applicationName="shop", currentDeploymentGroupName="live", **with_alarm(ignorePollAlarmFailure=True)
    )
    assert bench.ended(bench.deploy(spec())) == "Succeeded"


@pytest.mark.parametrize(
    ("revision", "code", "word"),
    [
        (content({"version": 0.0, "Resources": []}), "INVALID_REVISION", "line 1"),
        (spec(current="1", target="9"), "INVALID_LAMBDA_FUNCTION", "Version 9 of shop"),
        (spec(current="2", target="1"), "INVALID_LAMBDA_CONFIGURATION", "CurrentVersion 2"),
        (
            {"revisionType": "S3", "s3Location": {"bucket": "gone", "key": "spec.yaml", "bundleType": "YAML"}},
            "REVISION_MISSING",
            "gone/spec.yaml",
        ),
    ],
)
def test_what_cannot_be_deployed_fails_with_a_reason(bench: Bench, revision: Any, code: str, word: str) -> None:
    bench.group("LambdaAllAtOnce")
    deployment = bench.deploy(revision)
    assert bench.ended(deployment) == "Failed"
    error = bench.info(deployment)["errorInformation"]
    assert error["code"] == code
    assert word in error["message"]
    assert alias(bench) == ("1", {})


def test_one_deployment_of_a_group_runs_at_a_time(bench: Bench) -> None:
    bench.group("LambdaCanary10Percent30Minutes")
    deployment = bench.deploy(spec())
    with pytest.raises(ClientError, match="already has an active Deployment"):
        bench.deploy(spec())
    bench.api.stop_deployment(deploymentId=deployment)
    assert bench.ended(deployment) == "Stopped"


def test_a_shift_goes_on_after_a_crash(private_cloud: TestCloud) -> None:
    bench = Bench(private_cloud, "Lambda")
    make_versions(bench)
    bench.group("LambdaCanary10Percent10Minutes")
    private_cloud.settle()
    deployment = bench.deploy(spec())
    at_weight(bench, 0.1)
    private_cloud.kill()
    private_cloud.restart()
    assert bench.ended(deployment) == "Succeeded", bench.info(deployment)
    assert alias(bench) == ("2", {})


def test_a_hook_that_a_crash_has_lost_is_called_again(private_cloud: TestCloud) -> None:
    bench = Bench(private_cloud, "Lambda")
    make_versions(bench)
    private_cloud.client("s3").create_bucket(Bucket="may-go-on")
    make_function(bench, "patient", PATIENT.format(bucket="may-go-on"))
    bench.group("LambdaAllAtOnce")
    deployment = bench.deploy(spec(BeforeAllowTraffic="patient"))
    eventually(lambda: bench.info(deployment)["deploymentOverview"]["InProgress"], what="the target")
    eventually(lambda: bench.events(deployment)["BeforeAllowTraffic"] == "InProgress", what="the hook")
    private_cloud.settle()
    private_cloud.kill()
    private_cloud.restart()
    private_cloud.client("s3").put_object(Bucket="may-go-on", Key="yes", Body=b"")
    assert bench.ended(deployment) == "Succeeded", bench.info(deployment)
    assert alias(bench) == ("2", {})


def test_events_tell_of_a_deployment(bench: Bench) -> None:
    queue = bench.cloud.client("sqs").create_queue(QueueName="events")["QueueUrl"]
    arn = bench.cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    rules = bench.cloud.client("events")
    rules.put_rule(Name="deployments", EventPattern='{"source": ["aws.codedeploy"]}')
    rules.put_targets(Rule="deployments", Targets=[{"Id": "1", "Arn": arn["Attributes"]["QueueArn"]}])
    bench.group("LambdaAllAtOnce")
    assert bench.ended(bench.deploy(spec())) == "Succeeded"
    seen: list[str] = []

    def both() -> bool:
        answer = bench.cloud.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        seen.extend(message["Body"] for message in answer.get("Messages", []))
        ended = [body for body in seen if '"SUCCESS"' in body and '"shop"' in body]
        return bool(ended) and any('"START"' in body for body in seen)

    eventually(both, what="the events of begin and end")
