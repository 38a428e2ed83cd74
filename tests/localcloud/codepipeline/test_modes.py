"""How many executions there can be, and in which order, in the modes QUEUED and PARALLEL."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.conditions import condition, watch
from tests.localcloud.codepipeline.pipelines import Bench, pipeline, stage
from tests.localcloud.codepipeline.test_crash import crash
from tests.localcloud.support import eventually

MOST = 50


def waiting(bench: Bench, mode: str) -> str:
    """A pipeline whose executions wait for an answer."""
    bench.drop()
    return bench.create(stage("Source", bench.from_s3()), stage("Gate", bench.approval()), executionMode=mode)


@pytest.mark.parametrize("mode", ["QUEUED", "PARALLEL"])
def test_more_than_fifty_executions_at_once_are_refused(bench: Bench, mode: str) -> None:
    first = waiting(bench, mode)
    for _ in range(MOST - 1):
        bench.start()
    with pytest.raises(ClientError) as caught:
        bench.start()
    assert caught.value.response["Error"]["Code"] == "ConcurrentPipelineExecutionsLimitExceededException"
    assert len(bench.executions()) == MOST
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=first, abandon=True)
    assert bench.ended(first) == "Stopped"
    bench.start()
    bench.api.delete_pipeline(name="shop")


def test_nothing_overtakes_in_a_queue_when_one_is_stopped(bench: Bench) -> None:
    first = waiting(bench, "QUEUED")
    token = bench.token("Gate", execution=first)
    second, third = bench.start(), bench.start()
    eventually(lambda: len(bench.state("Gate").get("inboundExecutions", [])) == 2, what="two at the door")
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=second)
    assert bench.ended(second) == "Stopped"
    bench.answer("Gate", token=token)
    assert bench.ended(first) == "Succeeded"
    bench.answer("Gate", token=bench.token("Gate", execution=third))
    assert bench.ended(third) == "Succeeded"


def test_a_closed_door_holds_a_queue_in_its_order(bench: Bench) -> None:
    first = waiting(bench, "QUEUED")
    bench.answer("Gate", token=bench.token("Gate", execution=first))
    assert bench.ended(first) == "Succeeded"
    door = {"pipelineName": "shop", "stageName": "Gate", "transitionType": "Inbound"}
    bench.api.disable_stage_transition(**door, reason="a freeze")
    queue = [bench.start(), bench.start(), bench.start()]

    def inbound() -> list[str]:
        return [e["pipelineExecutionId"] for e in bench.state("Gate").get("inboundExecutions", [])]

    eventually(lambda: inbound() == queue, what="three at the door")
    bench.api.enable_stage_transition(**door)
    for execution in queue:
        bench.answer("Gate", token=bench.token("Gate", execution=execution))
        assert bench.ended(execution) == "Succeeded"


def test_a_queue_goes_on_in_its_order_after_a_crash(own_bench: Bench) -> None:
    bench = own_bench
    first = waiting(bench, "QUEUED")
    bench.token("Gate", execution=first)
    second, third = bench.start(), bench.start()
    eventually(lambda: len(bench.state("Gate").get("inboundExecutions", [])) == 2, what="two at the door")
    bench.cloud.settle()
    crash(bench)
    for execution in (first, second, third):
        bench.answer("Gate", token=bench.token("Gate", execution=execution))
        assert bench.ended(execution) == "Succeeded"


@pytest.mark.parametrize("kind", ["onSuccess", "onFailure"])
def test_a_parallel_pipeline_has_no_condition_that_rolls_back(bench: Bench, kind: str) -> None:
    gate = stage("Gate", bench.approval(), **{kind: condition("ROLLBACK", watch())})
    with pytest.raises(ClientError, match="no rollbacks in the execution mode PARALLEL"):
        bench.api.create_pipeline(pipeline=pipeline(stage("Source", bench.from_s3()), gate, executionMode="PARALLEL"))


def test_parallel_executions_keep_their_own_conditions(bench: Bench) -> None:
    bench.drop()
    color = {"Variable": "#{variables.color}", "Value": "red", "Operator": "EQ"}
    type_ = {"category": "Rule", "owner": "AWS", "provider": "VariableCheck", "version": "1"}
    rule = {"name": "Color", "ruleTypeId": type_, "configuration": color}
    gate = stage("Deploy", bench.deploy(), beforeEntry=condition("FAIL", rule))
    blue = bench.create(
        stage("Source", bench.from_s3()), gate, executionMode="PARALLEL",
        variables=[{"name": "color", "defaultValue": "blue"}],
    )  # fmt: skip
    red = bench.start(variables=[{"name": "color", "value": "red"}])
    assert (bench.ended(blue), bench.ended(red)) == ("Failed", "Succeeded")
    details = bench.api.list_rule_executions(pipelineName="shop", filter={"pipelineExecutionId": red})
    assert [run["status"] for run in details["ruleExecutionDetails"]] == ["Succeeded"]
