"""Functions that a pipeline deploys: a new version, to which an alias moves its traffic, or from which it returns."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.conditions import alarm
from tests.localcloud.codepipeline.pipelines import ROLE, Bench, Document, action, pipeline, stage, zipped
from tests.localcloud.codepipeline.test_crash import crash
from tests.localcloud.codepipeline.test_rollback import roll_back
from tests.localcloud.codepipeline.test_stacks import Stack, resources
from tests.localcloud.support import TestCloud, eventually

LONG = "Canary10Percent2880Minutes"


def code(answer: str) -> bytes:
    return zipped({"index.py": f"def handler(event, context):\n    return {answer!r}\n"})


def made(bench: Bench) -> Any:
    """Make the function `shop` with version 1 behind the alias `live`; a pipeline's source has the code of a second."""
    api = bench.cloud.client("lambda")
    api.create_function(
        FunctionName="shop", Runtime="python3.11", Role=ROLE, Handler="index.handler", Code={"ZipFile": code("one")}
    )
    api.publish_version(FunctionName="shop")
    api.create_alias(FunctionName="shop", Name="live", FunctionVersion="1")
    put(bench, "two")
    return api


def put(bench: Bench, answer: str) -> None:
    bench.s3.put_object(Bucket=bench.source, Key="source.zip", Body=code(answer))


def deploy(inputs: str = "Code", **more: Any) -> Document:
    given = {"FunctionName": "shop", "FunctionAlias": "live", **more}
    return action("Ship", "Deploy/Lambda", inputs, namespace="Ship", **{k: v for k, v in given.items() if v})


def create(bench: Bench, declared: Document, **more: Any) -> str:
    return bench.create(stage("Source", bench.from_s3()), stage("Deploy", declared), **more)


def alias(bench: Bench) -> tuple[str, dict[str, float]]:
    found = bench.cloud.client("lambda").get_alias(FunctionName="shop", Name="live")
    return found["FunctionVersion"], found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})


def at_weight(bench: Bench, weight: float) -> None:
    eventually(lambda: alias(bench) == ("1", {"2": weight}), what=f"weight {weight}")


def answer(bench: Bench, qualifier: str = "live") -> str:
    invoked = bench.cloud.client("lambda").invoke(FunctionName="shop", Qualifier=qualifier)
    return str(json.loads(invoked["Payload"].read()))


def versions(bench: Bench) -> list[str]:
    found = bench.cloud.client("lambda").list_versions_by_function(FunctionName="shop")["Versions"]
    return sorted(version["Version"] for version in found if version["Version"] != "$LATEST")


def test_the_artifact_becomes_a_version_and_takes_all_the_traffic(bench: Bench) -> None:
    made(bench)
    after = bench.deploy(ObjectKey="v#{Ship.FunctionVersion}")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deploy()), stage("After", after))
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    assert alias(bench) == ("2", {})
    assert (answer(bench), answer(bench, "1")) == ("two", "one")
    assert bench.runs(execution)["Ship"]["output"]["outputVariables"] == {"FunctionVersion": "2"}
    assert bench.s3.head_object(Bucket=bench.site, Key="v2/index.py")


def test_without_an_alias_a_version_is_published(bench: Bench) -> None:
    made(bench)
    execution = create(bench, deploy(FunctionAlias=""))
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    assert (alias(bench), answer(bench, "2"), versions(bench)) == (("1", {}), "two", ["1", "2"])


def test_a_canary_waits_before_it_moves_the_rest(bench: Bench) -> None:
    made(bench)
    execution = create(bench, deploy(DeployStrategy="Canary10Percent10Minutes"))
    at_weight(bench, 0.1)
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    assert alias(bench) == ("2", {})
    run = bench.runs(execution)["Ship"]
    assert (run["lastUpdateTime"] - run["startTime"]).total_seconds() >= 10 * 60 / bench.cloud.time_scale


def test_a_linear_shift_goes_by_steps(bench: Bench) -> None:
    made(bench)
    execution = create(bench, deploy(DeployStrategy="Linear40PercentEvery10Minutes"))
    at_weight(bench, 0.4)
    at_weight(bench, 0.8)
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    assert alias(bench) == ("2", {})


def test_an_alarm_turns_the_alias_back_and_a_retry_deploys_the_same_version(bench: Bench) -> None:
    made(bench)
    alarm(bench)
    execution = create(bench, deploy(DeployStrategy="Canary20Percent20Minutes", Alarms="errors"))
    at_weight(bench, 0.2)
    alarm(bench, "ALARM")
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Ship")
    assert error["code"] == "JobFailed"
    assert "errors is in ALARM" in error["message"]
    assert "live was rolled back to version 1" in error["message"]
    assert alias(bench) == ("1", {})

    alarm(bench, "OK")
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Deploy", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    assert (alias(bench), versions(bench)) == (("2", {}), ["1", "2"])


def test_an_alarm_that_rings_already_deploys_nothing(bench: Bench) -> None:
    made(bench)
    alarm(bench)
    alarm(bench, "ALARM")
    execution = create(bench, deploy(Alarms="errors"))
    assert bench.ended(execution) == "Failed"
    assert "Nothing was deployed" in bench.error(execution, "Ship")["message"]
    assert (alias(bench), versions(bench)) == (("1", {}), ["1"])


def test_a_version_that_a_variable_names_is_deployed_and_rolled_back(bench: Bench) -> None:
    api = made(bench)
    api.update_function_code(FunctionName="shop", ZipFile=code("two"))
    api.publish_version(FunctionName="shop")
    execution = create(
        bench, deploy("", PublishedTargetVersion="#{variables.target}"),
        variables=[{"name": "target", "defaultValue": "1"}],
    )  # fmt: skip
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    second = bench.start(variables=[{"name": "target", "value": "2"}])
    assert bench.ended(second) == "Succeeded", bench.runs(second)
    assert alias(bench) == ("2", {})
    assert bench.ended(roll_back(bench, execution)) == "Succeeded"
    assert alias(bench) == ("1", {})


def test_a_rollback_of_the_stage_deploys_the_code_of_then(bench: Bench) -> None:
    made(bench)
    first = create(bench, deploy())
    assert bench.ended(first) == "Succeeded", bench.runs(first)
    put(bench, "three")
    assert bench.ended(bench.start()) == "Succeeded"
    assert answer(bench) == "three"
    back = roll_back(bench, first)
    assert bench.ended(back) == "Succeeded", bench.runs(back)
    assert (answer(bench), alias(bench)) == ("two", ("4", {}))


def test_a_stop_waits_for_the_shift(bench: Bench) -> None:
    made(bench)
    execution = create(bench, deploy(DeployStrategy="Canary10Percent10Minutes"))
    at_weight(bench, 0.1)
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=execution)
    assert bench.ended(execution) == "Stopped"
    assert (bench.runs(execution)["Ship"]["status"], alias(bench)) == ("Succeeded", ("2", {}))


@pytest.mark.parametrize("rings", [False, True])
def test_an_abandoned_shift_ends_without_its_pipeline(own_bench: Bench, rings: bool) -> None:
    bench = own_bench
    made(bench)
    alarm(bench)
    bench.cloud.settle()
    execution = create(bench, deploy(DeployStrategy="Canary10Percent20Minutes", Alarms="errors"))
    at_weight(bench, 0.1)
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=execution, abandon=True)
    assert bench.ended(execution) == "Stopped"
    assert bench.runs(execution)["Ship"]["status"] == "Abandoned"
    assert alias(bench) == ("1", {"2": 0.1})
    bench.cloud.settle()
    crash(bench)
    if rings:
        alarm(bench, "ALARM")
    ends = ("1", {}) if rings else ("2", {})
    eventually(lambda: alias(bench) == ends, what="the end of the shift")


@pytest.mark.parametrize("rings", [False, True])
def test_a_canary_goes_on_or_turns_back_after_a_kill(own_bench: Bench, rings: bool) -> None:
    bench = own_bench
    made(bench)
    alarm(bench)
    execution = create(bench, deploy(DeployStrategy="Canary10Percent20Minutes", Alarms="errors"))
    at_weight(bench, 0.1)
    bench.cloud.settle()
    crash(bench)
    if rings:
        alarm(bench, "ALARM")
    assert bench.ended(execution) == ("Failed" if rings else "Succeeded"), bench.runs(execution)
    assert alias(bench) == (("1", {}) if rings else ("2", {}))
    assert versions(bench) == ["1", "2"]


def test_kills_at_any_moment_leave_no_alias_in_between(
    private_cloud_factory: Callable[..., TestCloud], tmp_path: Path
) -> None:
    bench = Bench(private_cloud_factory(), tmp_path)
    made(bench)
    bench.cloud.settle()
    execution = create(bench, deploy(DeployStrategy="Linear50PercentEvery1Minute"))
    for _ in range(3):
        crash(bench)
    status = bench.ended(execution)
    # A version that was published within the last tenth of a second is lost with the base's state: then it goes back.
    assert (status, alias(bench)) in [("Succeeded", ("2", {})), ("Failed", ("1", {}))], bench.runs(execution)


def test_a_second_deployment_does_not_cross_the_first(bench: Bench) -> None:
    made(bench)
    first = create(bench, deploy(DeployStrategy=LONG))
    at_weight(bench, 0.1)
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=first, abandon=True)
    assert bench.ended(first) == "Stopped"
    second = bench.start()
    assert bench.ended(second) == "Failed"
    assert "version 2 (10%)" in bench.error(second, "Ship")["message"]
    assert alias(bench) == ("1", {"2": 0.1})


MISTAKES = {
    "no function": (deploy(FunctionName="nobody"), "The function nobody with an alias live is not there"),
    "no alias": (deploy(FunctionAlias="green"), "an alias green is not there"),
    "no alarm": (deploy(Alarms="errors"), "no alarm errors"),
    "no version": (deploy("", PublishedTargetVersion="7"), "has no version 7"),
    "a variable that is no strategy": (deploy(DeployStrategy="#{Origin.VersionId}"), "DeployStrategy is"),
}


@pytest.mark.parametrize(("declared", "said"), MISTAKES.values(), ids=MISTAKES)
def test_what_is_not_there_fails_the_action_and_moves_nothing(bench: Bench, declared: Document, said: str) -> None:
    made(bench)
    execution = create(bench, declared)
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Ship")
    assert (error["code"], said in error["message"]) == ("ConfigurationError", True), error
    assert (alias(bench), versions(bench)) == (("1", {}), ["1"])


@pytest.mark.parametrize(("body", "said"), [(b"PK garbage", "no zip archive"), (zipped({}), "there is no code")])
def test_an_artifact_without_code_fails_the_action(bench: Bench, body: bytes, said: str) -> None:
    made(bench)
    bench.s3.put_object(Bucket=bench.source, Key="source.zip", Body=body)
    execution = create(bench, deploy())
    assert bench.ended(execution) == "Failed"
    assert said in bench.error(execution, "Ship")["message"]
    assert (alias(bench), versions(bench)) == (("1", {}), ["1"])


REFUSED: dict[str, tuple[Document, dict[str, str], str]] = {
    "V1": (deploy(), {"pipelineType": "V1"}, "type V2"),
    "unknown strategy": (deploy(DeployStrategy="Slowly"), {}, "Canary10Percent5Minutes"),
    "eleven alarms": (deploy(Alarms=",".join("abcdefghijk")), {}, "10 at most"),
    "strategy without alias": (deploy(FunctionAlias="", DeployStrategy=LONG), {}, "FunctionAlias"),
    "nothing to deploy": (deploy(""), {}, "PublishedTargetVersion"),
    "no number": (deploy(PublishedTargetVersion="$LATEST"), {}, "published version"),
    "an output": (deploy(outputs="Made"), {}, "outputArtifacts"),
}


@pytest.mark.parametrize(("declared", "more", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(bench: Bench, declared: Document, more: dict[str, str], said: str) -> None:
    declaration = pipeline(stage("Source", bench.from_s3()), stage("Deploy", declared), bucket=bench.artifacts, **more)
    with pytest.raises(ClientError) as caught:
        bench.api.create_pipeline(pipeline=declaration)
    error = caught.value.response["Error"]
    assert (error["Code"], said in error["Message"]) == ("InvalidActionDeclarationException", True), error
    assert bench.api.list_pipelines()["pipelines"] == []


def test_a_pipeline_of_a_stack_deploys_a_function(bench: Bench) -> None:
    made(bench)
    declared = resources(bench)
    type_ = {"Category": "Deploy", "Owner": "AWS", "Provider": "Lambda", "Version": "1"}
    declared["Pipeline"]["Properties"]["Stages"][1]["Actions"] = [
        {
            "Name": "Ship", "ActionTypeId": type_, "InputArtifacts": [{"Name": "Code"}],
            "Configuration": {"FunctionName": "shop", "FunctionAlias": "live"},
        }
    ]  # fmt: skip
    Stack(bench.cloud).create(declared)
    name = bench.api.list_pipelines()["pipelines"][0]["name"]
    assert bench.ended(bench.nth(1, name)["pipelineExecutionId"], name) == "Succeeded"
    assert alias(bench) == ("2", {})
