"""Stacks deployed by pipelines: made, changed, reviewed by change set, deleted, and failing with the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.pipelines import Bench, Document, action, pipeline, stage, zipped
from tests.localcloud.codepipeline.test_crash import crash
from tests.localcloud.support import eventually


def template(value: str = "first", **more: Any) -> str:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}
    parameter = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": "/shop/setting", "Type": "String", "Value": value},
    }
    return json.dumps({
        "Parameters": {"Name": {"Type": "String", "Default": "orders"}},
        "Resources": {"Queue": queue, "Setting": parameter, **more},
        "Outputs": {"QueueName": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}},
    })  # fmt: skip


def put(bench: Bench, template: str, **files: str) -> None:
    body = zipped({"template.json": template, **{name.replace("_", "."): text for name, text in files.items()}})
    bench.s3.put_object(Bucket=bench.source, Key="source.zip", Body=body)


def stack(name: str = "Stack", outputs: str = "", mode: str = "CREATE_UPDATE", **more: Any) -> Document:
    given = {"TemplatePath": "Code::template.json"} if mode in ("CREATE_UPDATE", "CHANGE_SET_REPLACE") else {}
    return action(
        name, "Deploy/CloudFormation", "Code", outputs, ActionMode=mode, StackName="shop", **{**given, **more}
    )


def described(bench: Bench) -> Document:
    return dict(bench.cloud.client("cloudformation").describe_stacks(StackName="shop")["Stacks"][0])


def setting(bench: Bench) -> str:
    return str(bench.cloud.client("ssm").get_parameter(Name="/shop/setting")["Parameter"]["Value"])


def test_a_stack_is_created_then_updated_and_gives_its_outputs(bench: Bench) -> None:
    put(bench, template())
    deploy = bench.deploy("Facts", ObjectKey="#{Made.QueueName}", runOrder=2)
    made = stack(outputs="Facts", OutputFileName="facts.json", namespace="Made")
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", made, deploy))
    assert bench.ended(first) == "Succeeded", bench.runs(first)
    assert (described(bench)["StackStatus"], setting(bench)) == ("CREATE_COMPLETE", "first")
    facts = bench.s3.get_object(Bucket=bench.site, Key="orders/facts.json")["Body"].read()
    assert json.loads(facts) == {"QueueName": "orders"}
    run = bench.runs(first)["Stack"]["output"]
    assert run["outputVariables"] == {"QueueName": "orders"}
    assert run["executionResult"]["externalExecutionId"] == described(bench)["StackId"]
    put(bench, template("second"))
    assert bench.ended(bench.start()) == "Succeeded"
    assert (described(bench)["StackStatus"], setting(bench)) == ("UPDATE_COMPLETE", "second")


def test_a_stack_without_changes_is_a_success(bench: Bench) -> None:
    put(bench, template())
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", stack()))
    second = bench.start()
    assert (bench.ended(first), bench.ended(second)) == ("Succeeded", "Succeeded")
    said = bench.runs(second)["Stack"]["output"]["executionResult"]["externalExecutionSummary"]
    assert said == "The stack is up to date already."


def test_parameters_come_from_a_file_and_from_overrides(bench: Bench) -> None:
    settings = json.dumps({"Parameters": {"Name": "from-file"}, "Tags": {"team": "web"}})
    put(bench, template(), settings_json=settings, build_json=json.dumps({"queue": "from-build"}))
    given = {"TemplateConfiguration": "Code::settings.json"}
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", stack(**given)))
    assert bench.ended(first) == "Succeeded"
    assert described(bench)["Parameters"] == [{"ParameterKey": "Name", "ParameterValue": "from-file"}]
    assert {"Key": "team", "Value": "web"} in described(bench)["Tags"]
    for override, wanted in (
        ({"Fn::GetParam": ["Code", "build.json", "queue"]}, "from-build"),
        ({"Fn::GetArtifactAtt": ["Code", "BucketName"]}, bench.artifacts),
    ):
        again = stack(**given, ParameterOverrides=json.dumps({"Name": override}))
        changed = pipeline(stage("Source", bench.from_s3()), stage("Deploy", again), bucket=bench.artifacts)
        bench.api.update_pipeline(pipeline=changed)
        assert bench.ended(bench.start()) == "Succeeded"
        assert described(bench)["Parameters"] == [{"ParameterKey": "Name", "ParameterValue": wanted}]


def test_a_change_set_is_reviewed_before_it_is_executed(bench: Bench) -> None:
    put(bench, template())
    proposed = stack("Propose", mode="CHANGE_SET_REPLACE", ChangeSetName="release")
    execute = stack("Execute", mode="CHANGE_SET_EXECUTE", ChangeSetName="release", runOrder=3, namespace="Made")
    del execute["inputArtifacts"][0]
    review = bench.approval(runOrder=2)
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", proposed, review, execute))
    bench.answer("Deploy", token=bench.token("Deploy", execution=first))
    assert bench.ended(first) == "Succeeded", bench.runs(first)
    assert (described(bench)["StackStatus"], setting(bench)) == ("CREATE_COMPLETE", "first")
    assert bench.runs(first)["Execute"]["output"]["outputVariables"] == {"QueueName": "orders"}
    put(bench, template("second"))
    second = bench.start()
    token = bench.token("Deploy", execution=second)
    assert setting(bench) == "first"
    bench.answer("Deploy", token=token)
    assert (bench.ended(second), setting(bench)) == ("Succeeded", "second")
    third = bench.start()
    bench.answer("Deploy", token=bench.token("Deploy", execution=third))
    assert bench.ended(third) == "Succeeded", bench.runs(third)
    assert bench.runs(third)["Execute"]["output"]["executionResult"]["externalExecutionSummary"]


def test_a_stack_is_deleted_and_one_that_is_not_there_is_deleted_already(bench: Bench) -> None:
    put(bench, template())
    delete = stack("Remove", mode="DELETE_ONLY", runOrder=2)
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", stack(), delete))
    assert bench.ended(first) == "Succeeded", bench.runs(first)
    with pytest.raises(ClientError, match="does not exist"):
        described(bench)
    gone = pipeline(stage("Source", bench.from_s3()), stage("Deploy", delete), bucket=bench.artifacts)
    bench.api.update_pipeline(pipeline=gone)
    assert bench.ended(bench.start()) == "Succeeded"


def test_a_stack_that_fails_says_which_resource_and_why(bench: Bench) -> None:
    put(bench, template(Broken={"Type": "AWS::Shop::Nothing"}))
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", stack()))
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Stack")
    assert error["code"] == "JobFailed" and "AWS::Shop::Nothing" in error["message"], error


WRONG = {
    "no template": ({"TemplatePath": "Code::other.json"}, {}, "has no file other.json"),
    "settings are no JSON": ({"TemplateConfiguration": "Code::settings.json"}, {"settings_json": "{"}, "no JSON"),
    "policy": (
        {"TemplateConfiguration": "Code::settings.json"}, {"settings_json": '{"StackPolicy": {}}'}, "StackPolicy",
    ),
    "overrides are a list": ({"ParameterOverrides": "[]"}, {}, "JSON object"),
    "function": ({"ParameterOverrides": '{"Name": {"Fn::Sub": "x"}}'}, {}, "Fn::GetParam are known"),
    "no such key": (
        {"ParameterOverrides": '{"Name": {"Fn::GetParam": ["Code", "a.json", "b"]}}'}, {"a_json": "{}"}, "no b",
    ),
    "no such input": ({"ParameterOverrides": '{"Name": {"Fn::GetParam": ["Other", "a.json", "b"]}}'}, {}, "no input"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_the_files_is_said(bench: Bench, wrong: str) -> None:
    given, files, said = WRONG[wrong]
    put(bench, template(), **files)
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", stack(**given)))
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Stack")
    assert (error["code"], said in error["message"]) == ("ConfigurationError", True), error


def test_a_change_set_that_nobody_made_cannot_be_executed(bench: Bench) -> None:
    put(bench, template())
    execute = stack("Execute", mode="CHANGE_SET_EXECUTE", ChangeSetName="release")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", execute))
    assert bench.ended(execution) == "Failed"
    assert "no change set release" in bench.error(execution, "Execute")["message"]


BROKEN = {
    "mode": (stack(mode="PLEASE"), "CHANGE_SET_EXECUTE"),
    "name": (stack(mode="CHANGE_SET_REPLACE"), "ChangeSetName"),
    "path": (stack(TemplatePath="template.json"), "InputArtifact::"),
    "artifact": (stack(TemplatePath="Other::template.json"), "inputs: Code"),
    "file without an artifact": (stack(OutputFileName="facts.json"), "needs an output artifact"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_configuration_that_cannot_be_is_refused(bench: Bench, broken: str) -> None:
    declared, said = BROKEN[broken]
    with pytest.raises(ClientError, match=said) as caught:
        bench.create(stage("Source", bench.from_s3()), stage("Deploy", declared))
    assert caught.value.response["Error"]["Code"] == "InvalidActionDeclarationException"


def test_a_stack_is_deployed_once_though_the_local_cloud_is_killed(own_bench: Bench) -> None:
    bench = own_bench
    put(bench, template())
    bench.cloud.settle()
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", stack()))
    eventually(lambda: bench.action_state("Deploy", "Stack").get("externalExecutionId"), what="the stack under way")
    # What the base has made a moment before a kill is lost, whatever the pipeline says of it.
    bench.cloud.settle()
    crash(bench)
    # The kill may find the stack done, or half made: then nobody knows how far it came, and that is the verdict.
    if bench.ended(execution, seconds=90) == "Succeeded":
        assert setting(bench) == "first"
    else:
        assert "was stopped in the middle of this operation" in bench.error(execution, "Stack")["message"]
    assert len(bench.cloud.client("cloudformation").list_stacks()["StackSummaries"]) == 1
