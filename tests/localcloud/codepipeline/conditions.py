"""Conditions for tests: their declarations, pipelines with them, and looking at what became of them."""

from __future__ import annotations

from typing import Any

from tests.localcloud.codepipeline.pipelines import Bench, Document, stage
from tests.localcloud.support import eventually

# 29 February of a year long gone: this window does not open.
NEVER = "* 0 0 29 2 ? 2024"


def rule(name: str, provider: str, **configuration: str) -> Document:
    type_ = {"category": "Rule", "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "ruleTypeId": type_, "configuration": configuration}


def condition(result: str, *rules: Document) -> Document:
    return {"conditions": [{"result": result, "rules": list(rules)}]}


def check(value: str, operator: str = "EQ", variable: str = "#{variables.color}") -> Document:
    return rule("Color", "VariableCheck", Variable=variable, Value=value, Operator=operator)


def alarm(bench: Bench, state: str = "", name: str = "errors") -> None:
    """Make the alarm, or set its state: there is no data, so nothing else changes it."""
    client = bench.cloud.client("cloudwatch")
    if not state:
        client.put_metric_alarm(
            AlarmName=name, Namespace="Shop", MetricName="Errors", Statistic="Sum", Period=60, EvaluationPeriods=1,
            Threshold=0, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore",
        )  # fmt: skip
    else:
        client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")


def watch(minutes: int = 0, states: str = "", name: str = "errors") -> Document:
    given = {"AlarmStates": states} if states else {}
    return rule("Watch", "CloudWatchAlarm", AlarmName=name, WaitTime=str(minutes), **given)


def create(bench: Bench, color: str = "blue", **conditions: Any) -> str:
    """A pipeline whose middle stage has the conditions, and of which the last says that it went on."""
    bench.drop(page_html=color)
    return bench.create(
        stage("Source", bench.from_s3()), stage("Deploy", bench.deploy(), **conditions),
        stage("After", bench.deploy(ObjectKey="after")), variables=[{"name": "color", "defaultValue": color}],
    )  # fmt: skip


def again(bench: Bench, color: str) -> str:
    bench.drop(page_html=color)
    return bench.start(variables=[{"name": "color", "value": color}])


def state_of(bench: Bench, kind: str, stage: str = "Deploy") -> str:
    shown = bench.state(stage).get(f"{kind}ConditionState", {})
    return str(shown.get("latestExecution", {}).get("status", ""))


def waits(bench: Bench, kind: str) -> None:
    eventually(lambda: state_of(bench, kind) == "InProgress", what=f"the {kind} condition under check")


def override(bench: Bench, execution: str, type_: str = "BEFORE_ENTRY") -> None:
    bench.api.override_stage_condition(
        pipelineName="shop", stageName="Deploy", pipelineExecutionId=execution, conditionType=type_
    )
