"""Which conditions can be declared, and what is said of the others."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from helpers.localcloud.codepipeline import structure
from helpers.localcloud.service import ServiceError
from tests.localcloud.codepipeline.conditions import NEVER, check, condition, rule, watch
from tests.localcloud.codepipeline.pipelines import Bench, Document, action, pipeline, stage

ROLL = {"result": "ROLLBACK"}
BROKEN: dict[str, tuple[Document, str]] = {
    "skip after success": ({"onSuccess": condition("SKIP", check("a"))}, "FAIL or ROLLBACK"),
    "rollback at the entry": ({"beforeEntry": condition("ROLLBACK", check("a"))}, "FAIL or SKIP"),
    "skip a failure": ({"onFailure": {"result": "SKIP"}}, "ROLLBACK or RETRY"),
    "two results": ({"onFailure": {"result": "RETRY", **condition("ROLLBACK", check("a"))}}, "RETRY, ROLLBACK"),
    "mode of no retry": ({"onFailure": {**ROLL, "retryConfiguration": {"retryMode": "ALL_ACTIONS"}}}, "belongs to"),
    "no result": ({"beforeEntry": {"conditions": [{"rules": [check("a")]}]}}, "result is none"),
    "commands": ({"beforeEntry": condition("FAIL", {**rule("Run", "Commands"), "commands": ["true"]})}, "Commands"),
    "rule of a name": ({"beforeEntry": condition("FAIL", check("a"), check("b"))}, "same name"),
    "no value": ({"beforeEntry": condition("FAIL", rule("R", "VariableCheck", Variable="a", Operator="EQ"))}, "Value"),
    "unknown key": ({"beforeEntry": condition("FAIL", rule("R", "CloudWatchAlarm", AlarmName="a", Sort="b"))}, "Sort"),
    "unknown operator": ({"beforeEntry": condition("FAIL", check("a", "GT", "b"))}, "CONTAINS"),
    "no pattern": ({"beforeEntry": condition("FAIL", check("(", "MATCHES", "b"))}, "regular expression"),
    "unknown state": ({"beforeEntry": condition("FAIL", watch(1, "OK,FINE"))}, "FINE"),
    "no minutes": (
        {"beforeEntry": condition("FAIL", rule("R", "CloudWatchAlarm", AlarmName="a", WaitTime="x"))}, "'x'"
    ),
    "no cron": ({"beforeEntry": condition("FAIL", rule("R", "DeploymentWindow", Cron="* *"))}, "2 fields"),
    "no zone": ({"beforeEntry": condition("FAIL", rule("R", "DeploymentWindow", Cron=NEVER, TimeZone="Mars"))}, "Mars"),
    "unknown variable": ({"onSuccess": condition("FAIL", check("a", variable="#{variables.size}"))}, "variables.size"),
    "variable of later": ({"beforeEntry": condition("FAIL", check("a", variable="#{Later.x}"))}, "Later.x"),
    "no reference": ({"beforeEntry": condition("FAIL", check("a", variable="#{Later"))}, "#{Later"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_condition_that_cannot_be_is_refused_with_a_sentence(broken: str) -> None:
    conditions, said = BROKEN[broken]
    source = action("Take", "Source/S3", outputs="Code", S3Bucket="b", S3ObjectKey="k")
    ask = action("Ask", "Approval/Manual", namespace="Later")
    declaration = pipeline(stage("Source", source), stage("Deploy", ask, **conditions))
    with pytest.raises(ServiceError) as caught:
        structure.check(declaration)
    assert (caught.value.code, said in caught.value.message) == ("InvalidStageDeclarationException", True), caught.value
    assert "Stage Deploy" in caught.value.message


def test_a_variable_can_come_from_the_stage_that_is_over() -> None:
    source = action("Take", "Source/S3", outputs="Code", S3Bucket="b", S3ObjectKey="k", namespace="From")
    ask = action("Ask", "Approval/Manual", namespace="Asked")
    conditions = {"onSuccess": condition("FAIL", check("a", variable="#{Asked.x}#{From.ETag}"))}
    structure.check(pipeline(stage("Source", source), stage("Deploy", ask, **conditions)))


def test_conditions_need_a_pipeline_of_type_v2(bench: Bench) -> None:
    with pytest.raises(ClientError, match="type V2"):
        create_v1 = pipeline(
            stage("Source", bench.from_s3()), stage("Deploy", bench.deploy(), onFailure=ROLL), pipelineType="V1"
        )
        bench.api.create_pipeline(pipeline=create_v1)


def test_the_types_of_rules_are_listed(bench: Bench) -> None:
    types = {found["id"]["provider"]: found for found in bench.api.list_rule_types()["ruleTypes"]}
    assert set(types) == {"CloudWatchAlarm", "VariableCheck", "DeploymentWindow", "LambdaInvoke"}
    required = {p["name"] for p in types["VariableCheck"]["ruleConfigurationProperties"] if p["required"]}
    assert required == {"Variable", "Value", "Operator"}
