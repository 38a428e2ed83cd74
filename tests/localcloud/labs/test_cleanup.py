"""Cleanup: lists first, deletes in order, twice, after a failed middle, and only what is the lab's."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from helpers import aws, tracing
from helpers.lab import clean_up
from helpers.lab.cleaners import CLEANERS, Cleaner, Owner
from helpers.lab.cleanup import everything
from helpers.lab.preflight import preflight
from tests.localcloud.delivery.making import running_service
from tests.localcloud.support import eventually

READ = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def _make_bucket(name: str) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"one", b"two"):
        s3.put_object(Bucket=name, Key="thing", Body=body)
    s3.delete_object(Bucket=name, Key="thing")
    s3.create_multipart_upload(Bucket=name, Key="half")


def _make_role(name: str) -> str:
    iam = aws.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="inner", PolicyDocument=READ)
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    return str(arn)


def _make_function(name: str, role: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): return 1")
    code = {"ZipFile": packed.getvalue()}
    aws.client("lambda").create_function(
        FunctionName=name, Role=role, Runtime="python3.12", Handler="app.handler", Code=code
    )


def _make_messages(name: str) -> None:
    topic = aws.client("sns").create_topic(Name=name)["TopicArn"]
    aws.client("sqs").create_queue(QueueName=name)
    queue = f"arn:aws:sqs:{aws.region()}:{aws.account()}:{name}"
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    aws.client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)")
    aws.client("events").put_targets(Rule=name, Targets=[{"Id": "1", "Arn": queue}])


def _make_watching(name: str) -> None:
    """Make an alarm, a composite on it, a composite on that one, a mute rule for them and a dashboard."""
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name, Namespace="Shop", MetricName="Errors", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    # In the order of the alphabet the inner one would go first, which AWS refuses.
    cloudwatch.put_composite_alarm(AlarmName=f"{name}-inner", AlarmRule=f"ALARM({name})")
    cloudwatch.put_composite_alarm(
        AlarmName=f"{name}-outer", AlarmRule=f'ALARM("{name}-inner")', Tags=[{"Key": "workbook:lab", "Value": "tiny"}]
    )
    cloudwatch.put_alarm_mute_rule(
        Name=name, Rule={"Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "PT1H"}},
        MuteTargets={"AlarmNames": [name]},
    )  # fmt: skip
    body = {"widgets": [{"type": "text", "width": 6, "height": 3, "properties": {"markdown": "# Shop"}}]}
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody=json.dumps(body))


def _make_releasing(name: str) -> None:
    codedeploy = aws.client("codedeploy")
    codedeploy.create_application(applicationName=name, computePlatform="Lambda")
    often = {"linearPercentage": 20, "linearInterval": 1}
    codedeploy.create_deployment_config(
        deploymentConfigName=name, computePlatform="Lambda",
        trafficRoutingConfig={"type": "TimeBasedLinear", "timeBasedLinear": often},
    )  # fmt: skip
    aws.client("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )  # fmt: skip


def make_one_of_each(thing: str) -> None:
    """Make one resource of every kind but pipelines, which have their own test."""
    name = aws.name(thing)
    running_service(thing, "tiny")
    _make_watching(name)
    _make_releasing(name)
    _make_bucket(aws.bucket_name(thing))
    _make_function(name, _make_role(name))
    _make_messages(name)
    aws.client("ssm").put_parameter(Name=f"/{name}/url", Value="x", Type="String")
    aws.client("secretsmanager").create_secret(Name=name, SecretString="s")
    aws.client("logs").create_log_group(logGroupName=f"/aws/codebuild/{name}")
    aws.client("codecommit").create_repository(repositoryName=name)
    tracing.group(name, "fault", "tiny")
    tracing.sampling_rule(name, "tiny", FixedRate=1.0)
    aws.client("codebuild").create_project(
        name=name,
        source={"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases: {build: {commands: [true]}}"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=f"arn:aws:iam::{aws.account()}:role/{name}",
    )


@pytest.mark.usefixtures("learner")
def test_all_kinds_are_listed_deleted_and_gone() -> None:
    before = everything()
    make_one_of_each("shop")
    listed = clean_up("tiny", dry_run=True)
    assert {each.kind for each in listed.found} == {cleaner.kind for cleaner in CLEANERS} - {"pipeline"}
    assert everything() != before and "nothing deleted yet" in str(listed)
    report = clean_up("tiny")
    assert report.clean and "0 left" in str(report), str(report)
    assert everything() == before


def _make_waiting_pipeline(name: str) -> None:
    """Make a pipeline whose only execution waits for a person."""
    bucket = aws.bucket_name("source")
    _make_bucket(bucket)
    aws.client("s3").put_object(Bucket=bucket, Key="app.zip", Body=b"PK\x05\x06" + bytes(18))
    where = {"S3Bucket": bucket, "S3ObjectKey": "app.zip", "PollForSourceChanges": "false"}
    source = _action("Source", "S3", configuration=where, outputArtifacts=[{"name": "App"}])
    approve = _action("Approval", "Manual")
    stages = [{"name": "Source", "actions": [source]}, {"name": "Approve", "actions": [approve]}]
    role = f"arn:aws:iam::{aws.account()}:role/{name}"
    store = {"type": "S3", "location": bucket}
    pipeline = {"name": name, "roleArn": role, "artifactStore": store, "stages": stages, "pipelineType": "V2"}
    aws.client("codepipeline").create_pipeline(pipeline=pipeline, tags=_pairs(aws.tags("tiny")))


def _action(category: str, provider: str, **more: Any) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": category, "actionTypeId": kind, **more}


def _pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


@pytest.mark.usefixtures("learner")
def test_a_pipeline_that_waits_for_a_person_is_stopped_and_deleted() -> None:
    codepipeline, name = aws.client("codepipeline"), aws.name("shop")
    _make_waiting_pipeline(name)

    def waits() -> bool:
        stage = codepipeline.get_pipeline_state(name=name)["stageStates"][1]
        return bool(stage.get("latestExecution", {}).get("status") == "InProgress")

    eventually(waits, what="the approval to wait")
    report = clean_up("tiny")
    assert [each.kind for each in report.found] == ["pipeline", "bucket"]
    assert report.clean, str(report)
    assert codepipeline.list_pipelines()["pipelines"] == []


@pytest.mark.usefixtures("learner")
def test_a_second_cleanup_finds_nothing_and_is_as_clean() -> None:
    make_one_of_each("shop")
    clean_up("tiny")
    again = clean_up("tiny")
    assert again.clean and again.found == ()


@pytest.mark.usefixtures("learner")
def test_each_cleaner_takes_what_is_gone_already_as_success() -> None:
    for cleaner in CLEANERS:
        name = f"arn:aws:sns:us-east-1:{aws.account()}:wb-ada-no" if cleaner.service == "sns" else "wb-ada-no"
        cleaner.delete(_queue_address() if cleaner.service == "sqs" else name)


def _queue_address() -> str:
    address = aws.client("sqs").create_queue(QueueName="wb-ada-no")["QueueUrl"]
    aws.client("sqs").delete_queue(QueueUrl=address)
    return str(address)


@pytest.mark.usefixtures("learner")
def test_a_failed_middle_is_told_and_mended_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    make_one_of_each("shop")
    queues = next(cleaner for cleaner in CLEANERS if cleaner.kind == "queue")

    def fail(self: Cleaner, name: str) -> None:
        raise ConnectionError("the line is cut")

    with monkeypatch.context() as broken:
        broken.setattr(type(queues), "delete", fail)
        first = clean_up("tiny")
    assert [each.kind for each in first.left] == ["queue"] and not first.clean
    assert "1 left" in str(first) and "queue" in first.problems[0]
    assert clean_up("tiny").clean


@pytest.mark.usefixtures("learner")
def test_what_belongs_to_another_learner_or_lab_stays() -> None:
    sqs = aws.client("sqs")
    sqs.create_queue(QueueName="somebodys-queue")
    sqs.create_queue(QueueName="wb-adam-shop")
    sqs.create_queue(QueueName=aws.name("other-lab"), tags=aws.tags("deploy"))
    sqs.create_queue(QueueName=aws.name("b-shop"), tags={"workbook:learner": "ada-b", "workbook:lab": "tiny"})
    sqs.create_queue(QueueName=aws.name("mine"), tags=aws.tags("tiny"))
    sqs.create_queue(QueueName=aws.name("untagged"))
    found = clean_up("tiny", dry_run=True).found
    assert [each.name.rsplit("/", 1)[1] for each in found] == ["wb-ada-mine", "wb-ada-untagged"]


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("wb-ada", True),
        ("wb-ada-shop", True),
        ("/aws/codebuild/wb-ada-shop", True),
        ("arn:aws:sns:us-east-1:111122223333:wb-ada-news", True),
        ("/wb-ada/shop/url", True),
        ("wb-adam-shop", False),
        ("my-wb-ada-shop", False),
    ],
)
def test_a_name_is_the_learners_by_its_prefix(name: str, ours: bool) -> None:
    assert Owner("wb-ada", "ada", "tiny").may_own(name) is ours


class _Tiny:
    """A lab without exercises that needs the given programs."""

    def __init__(self, *tools: str) -> None:
        self.slug = "tiny"
        self.manifest: Any = type("Manifest", (), {"title": "Tiny", "tools": tools})


@pytest.mark.usefixtures("learner")
def test_preflight_is_ready_or_names_the_repair() -> None:
    assert "Tiny: ready" in str(preflight(_Tiny("git")))  # type: ignore[arg-type]
    aws.client("sqs").create_queue(QueueName=aws.name("old"))
    assert "1 resource" in str(preflight(_Tiny()))  # type: ignore[arg-type]
    missing = preflight(_Tiny("no-such-program"))  # type: ignore[arg-type]
    assert not missing.ready and "`no-such-program`" in missing.repairs[0]


def test_preflight_says_what_to_do_when_the_cloud_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBOOK_BACKEND", "http://127.0.0.1:9")
    aws.configure()
    try:
        found = preflight(_Tiny())  # type: ignore[arg-type]
    finally:
        monkeypatch.undo()
        aws.configure()
    assert not found.ready and "workbook up" in str(found)


@pytest.mark.usefixtures("learner")
def test_a_composite_goes_before_the_alarms_that_it_names() -> None:
    _make_watching(aws.name("shop"))
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_composite_alarm(
        AlarmName=aws.name("a-guard"), AlarmRule=f"ALARM({aws.name('shop')})",
    )  # fmt: skip
    cloudwatch.put_composite_alarm(
        AlarmName=aws.name("z-guarded"), AlarmRule=f"ALARM({aws.name('shop')})", AlarmActions=[],
        ActionsSuppressor=aws.name("a-guard"), ActionsSuppressorWaitPeriod=1, ActionsSuppressorExtensionPeriod=1,
    )  # fmt: skip
    report = clean_up("tiny")
    assert report.clean, str(report)
    order = [each.name.removeprefix("wb-ada-") for each in report.found if each.kind.endswith("alarm")]
    assert order[-1] == "shop" and sorted(order) == ["a-guard", "shop", "shop-inner", "shop-outer", "z-guarded"]
    assert order.index("shop-outer") < order.index("shop-inner")
    assert order.index("z-guarded") < order.index("a-guard")
