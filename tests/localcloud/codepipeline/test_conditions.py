"""Conditions: what must hold before a stage, after its success and after its failure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.conditions import (
    NEVER,
    again,
    alarm,
    check,
    condition,
    create,
    override,
    rule,
    state_of,
    waits,
    watch,
)
from tests.localcloud.codepipeline.pipelines import Bench, Document
from tests.localcloud.codepipeline.test_crash import crash
from tests.localcloud.codepipeline.test_lambda import SAY_NO, SAY_YES, SILENT, function
from tests.localcloud.codepipeline.test_rollback import TRY, deployed, roll_back, shown, stages
from tests.localcloud.support import eventually

# Before the entry


@pytest.mark.parametrize(
    ("operator", "value", "passes"),
    [("EQ", "blue", True), ("EQ", "red", False), ("NE", "red", True), ("NE", "blue", False), ("CONTAINS", "lu", True),
     ("CONTAINS", "ul", False), ("MATCHES", "b[a-z]+e", True), ("MATCHES", "b", False)],
)  # fmt: skip
def test_a_variable_is_compared_before_the_entry(bench: Bench, operator: str, value: str, passes: bool) -> None:
    execution = create(bench, beforeEntry=condition("FAIL", check(value, operator)))
    assert bench.ended(execution) == ("Succeeded" if passes else "Failed")
    assert state_of(bench, "beforeEntry") == ("Succeeded" if passes else "Failed")
    assert ("Site" in bench.runs(execution)) is passes
    (run,) = bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]
    assert (run["stageName"], run["ruleName"], run["pipelineExecutionId"]) == ("Deploy", "Color", execution)
    assert run["input"]["configuration"]["Variable"] == "#{variables.color}"
    assert run["input"]["resolvedConfiguration"]["Variable"] == "blue"
    assert run["status"] == ("Succeeded" if passes else "Failed")


def test_a_pattern_that_never_ends_elsewhere_ends_here(bench: Bench) -> None:
    execution = create(bench, color="a" * 60 + "-", beforeEntry=condition("FAIL", check("(a+)+", "MATCHES")))
    assert bench.ended(execution) == "Failed"


def test_a_stage_that_is_skipped_lets_the_execution_go_on(bench: Bench) -> None:
    execution = create(bench, beforeEntry=condition("SKIP", check("red")))
    assert bench.ended(execution) == "Succeeded"
    assert bench.state("Deploy")["latestExecution"]["status"] == "Skipped"
    assert bench.state("After")["latestExecution"]["status"] == "Succeeded"
    keys = [item["Key"] for item in bench.s3.list_objects_v2(Bucket=bench.site)["Contents"]]
    assert keys == ["after/page.html"]
    with pytest.raises(ClientError, match="Skipped"):
        roll_back(bench, execution)


def test_all_rules_of_a_condition_have_to_pass(bench: Bench) -> None:
    other = {**check("red"), "name": "Other"}
    execution = create(bench, beforeEntry=condition("FAIL", check("blue"), other))
    assert bench.ended(execution) == "Failed"
    assert "The rule Other did not pass" in shown(bench, execution)["statusSummary"]
    (state,) = bench.state("Deploy")["beforeEntryConditionState"]["conditionStates"]
    rules = {found["ruleName"]: found["latestExecution"]["status"] for found in state["ruleStates"]}
    assert (state["latestExecution"]["status"], rules) == ("Failed", {"Color": "Succeeded", "Other": "Failed"})


@pytest.mark.parametrize("result", ["FAIL", "SKIP"])
def test_an_alarm_that_does_not_exist_lets_nothing_in_and_skips_nothing(bench: Bench, result: str) -> None:
    execution = create(bench, beforeEntry=condition(result, watch(5, name="misspelt")))
    assert bench.ended(execution) == "Failed"
    assert state_of(bench, "beforeEntry") == "Errored"
    (run,) = bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]
    details = run["output"]["executionResult"]["errorDetails"]
    assert (details["code"], "misspelt" in details["message"]) == ("ConfigurationError", True)


def test_the_entry_waits_for_the_alarm_to_recover(bench: Bench) -> None:
    alarm(bench)
    alarm(bench, "ALARM")
    execution = create(bench, beforeEntry=condition("FAIL", watch(600)))
    waits(bench, "beforeEntry")
    assert "Site" not in bench.runs(execution)
    alarm(bench, "OK")
    assert bench.ended(execution) == "Succeeded"


def test_the_entry_does_not_wait_for_ever(bench: Bench) -> None:
    alarm(bench)
    alarm(bench, "ALARM")
    execution = create(bench, beforeEntry=condition("FAIL", watch(1)))
    assert bench.ended(execution) == "Failed"
    assert "errors is ALARM; OK or INSUFFICIENT_DATA is wanted" in shown(bench, execution)["statusSummary"]


def test_an_execution_waits_in_front_of_a_closed_window_until_somebody_overrides_it(bench: Bench) -> None:
    window = rule("Window", "DeploymentWindow", Cron=NEVER, TimeZone="Europe/Berlin")
    execution = create(bench, beforeEntry=condition("FAIL", window))
    waits(bench, "beforeEntry")
    with pytest.raises(ClientError) as caught:
        override(bench, execution, "ON_SUCCESS")
    assert caught.value.response["Error"]["Code"] == "ConditionNotOverridableException"
    override(bench, execution)
    assert bench.ended(execution) == "Succeeded"
    assert state_of(bench, "beforeEntry") == "Overridden"
    (run,) = bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]
    assert run["status"] == "Abandoned"


def test_an_open_window_lets_in(bench: Bench) -> None:
    now = datetime.now(UTC)
    window = rule("Window", "DeploymentWindow", Cron=f"* * * ? * * {now.year}-{now.year + 1}")
    assert bench.ended(create(bench, beforeEntry=condition("FAIL", window))) == "Succeeded"


@pytest.mark.parametrize("abandon", [False, True])
def test_a_stop_ends_a_condition_that_waits(bench: Bench, abandon: bool) -> None:
    execution = create(bench, beforeEntry=condition("FAIL", rule("Window", "DeploymentWindow", Cron=NEVER)))
    waits(bench, "beforeEntry")
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=execution, abandon=abandon)
    assert bench.ended(execution) == "Stopped"
    assert state_of(bench, "beforeEntry") == ("Abandoned" if abandon else "Cancelled")


def test_a_pipeline_deleted_while_a_condition_waits_leaves_nothing(bench: Bench) -> None:
    create(bench, beforeEntry=condition("FAIL", rule("Window", "DeploymentWindow", Cron=NEVER)))
    waits(bench, "beforeEntry")
    bench.api.delete_pipeline(name="shop")
    execution = create(bench)
    assert bench.ended(execution) == "Succeeded"
    assert bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"] == []


def test_an_entry_that_failed_is_overridden_or_asked_again_by_a_retry(bench: Bench) -> None:
    alarm(bench)
    alarm(bench, "ALARM")
    first = create(bench, beforeEntry=condition("FAIL", watch()))
    assert bench.ended(first) == "Failed"
    retry = {"pipelineName": "shop", "stageName": "Deploy", "retryMode": "FAILED_ACTIONS"}
    bench.api.retry_stage_execution(**retry, pipelineExecutionId=first)
    assert bench.ended(first) == "Failed"
    alarm(bench, "OK")
    bench.api.retry_stage_execution(**retry, pipelineExecutionId=first)
    assert bench.ended(first) == "Succeeded"
    alarm(bench, "ALARM")
    second = bench.start()
    assert bench.ended(second) == "Failed"
    override(bench, second)
    assert bench.ended(second) == "Succeeded"
    with pytest.raises(ClientError, match="nothing to override"):
        override(bench, second)


@pytest.mark.parametrize(("body", "status"), [(SAY_YES, "Succeeded"), (SAY_NO, "Failed"), (SILENT, "Failed")])
def test_a_function_lets_in_or_keeps_out(bench: Bench, body: str, status: str) -> None:
    function(bench, body)
    asked = rule("Ask", "LambdaInvoke", FunctionName="check", UserParameters="#{variables.color}")
    execution = create(bench, beforeEntry=condition("FAIL", asked))
    assert bench.ended(execution) == status
    (run,) = bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]
    said = {"Succeeded": "checked", "Failed": "page is empty" if body == SAY_NO else "within 20 minutes"}[status]
    assert said in run["output"]["executionResult"]["externalExecutionSummary"]


def test_a_function_that_does_not_exist_lets_nothing_in(bench: Bench) -> None:
    execution = create(bench, beforeEntry=condition("FAIL", rule("Ask", "LambdaInvoke", FunctionName="nobody")))
    assert bench.ended(execution) == "Failed"
    assert state_of(bench, "beforeEntry") == "Errored"


# After a success


def test_an_alarm_after_a_deployment_rolls_it_back(bench: Bench) -> None:
    alarm(bench)
    alarm(bench, "OK")
    first = create(bench, color="blue", onSuccess=condition("ROLLBACK", watch(10)))
    assert bench.ended(first) == "Succeeded"
    second = again(bench, "red")
    eventually(lambda: deployed(bench) == "red", what="the second deployment")
    alarm(bench, "ALARM")
    assert bench.ended(second) == "Failed"
    back = bench.nth(3)["pipelineExecutionId"]
    assert bench.ended(back) == "Succeeded"
    assert deployed(bench) == "blue"
    assert shown(bench, back)["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": first}
    assert f"Rolled back by {back}" in shown(bench, second)["statusSummary"]
    with pytest.raises(ClientError, match="rolled the stage Deploy back already"):
        override(bench, second, "ON_SUCCESS")


def test_a_deployment_without_data_is_watched_for_its_time_and_is_no_success(bench: Bench) -> None:
    alarm(bench)
    first = create(bench, onSuccess=condition("ROLLBACK", watch(10, "OK")))
    waits(bench, "onSuccess")
    (run,) = bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]
    assert run["input"]["resolvedConfiguration"]["AlarmName"] == "errors"
    assert bench.ended(first) == "Failed"
    said = shown(bench, first)["statusSummary"]
    assert "errors is INSUFFICIENT_DATA; OK is wanted. There is no success to roll back to." in said


def test_a_success_that_fails_its_condition_can_be_overridden(bench: Bench) -> None:
    execution = create(bench, onSuccess=condition("FAIL", check("red")))
    assert bench.ended(execution) == "Failed"
    assert bench.state("Deploy")["latestExecution"]["status"] == "Failed"
    override(bench, execution, "ON_SUCCESS")
    assert bench.ended(execution) == "Succeeded"
    assert state_of(bench, "onSuccess") == "Overridden"
    runs = bench.api.list_action_executions(pipelineName="shop")["actionExecutionDetails"]
    assert [run["stageName"] for run in runs] == ["After", "Deploy", "Source"]


# After a failure


def tried(bench: Bench, condition: Document) -> str:
    """A pipeline whose deployment is tried out and fails for a bad page; its first execution succeeds."""
    bench.drop(page_html="good")
    bench.project("try", TRY)
    first = bench.create(*stages(bench, onFailure=condition), variables=[{"name": "color", "defaultValue": "blue"}])
    assert bench.ended(first) == "Succeeded"
    bench.drop(page_html="bad")
    return first


@pytest.mark.parametrize(("color", "rolled"), [("red", True), ("blue", False)])
def test_a_failure_is_rolled_back_if_its_condition_holds(bench: Bench, color: str, rolled: bool) -> None:
    first = tried(bench, condition("ROLLBACK", check("red")))
    second = bench.start(variables=[{"name": "color", "value": color}])
    assert bench.ended(second) == "Failed"
    assert state_of(bench, "onFailure", "Deploy") == ("" if rolled else "Failed")
    if rolled:
        back = bench.nth(3)
        assert bench.ended(back["pipelineExecutionId"]) == "Succeeded"
        assert back["rollbackMetadata"]["rollbackTargetPipelineExecutionId"] == first
    assert deployed(bench) == ("good" if rolled else "bad")
    (run, *_) = bench.api.list_rule_executions(
        pipelineName="shop",
        filter={"latestInPipelineExecution": {"pipelineExecutionId": second, "startTimeRange": "Latest"}},
    )["ruleExecutionDetails"]
    assert run["status"] == ("Succeeded" if rolled else "Failed")


def test_an_alarm_that_cannot_be_found_after_a_failure_rolls_nothing_back(bench: Bench) -> None:
    tried(bench, condition("ROLLBACK", watch(1, name="misspelt")))
    second = bench.start()
    assert bench.ended(second) == "Failed"
    assert state_of(bench, "onFailure") == "Errored"
    assert (deployed(bench), len(bench.executions())) == ("bad", 2)


def test_a_retry_can_depend_on_a_condition(bench: Bench) -> None:
    alarm(bench)
    alarm(bench, "ALARM")
    tried(bench, condition("RETRY", watch(1)))
    second = bench.start()
    assert bench.ended(second) == "Failed"
    runs = bench.api.list_action_executions(pipelineName="shop", filter={"pipelineExecutionId": second})
    assert [run["actionName"] for run in runs["actionExecutionDetails"]].count("Try") == 2
    assert bench.state("Deploy")["retryStageMetadata"]["autoStageRetryAttempt"] == 1


# A crash in the middle


def test_conditions_that_wait_when_the_local_cloud_is_killed_wait_on(own_bench: Bench) -> None:
    bench = own_bench
    alarm(bench)
    alarm(bench, "ALARM")
    execution = create(bench, beforeEntry=condition("FAIL", watch(6000)))
    waits(bench, "beforeEntry")
    (before,) = bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]
    bench.cloud.settle()
    crash(bench)
    waits(bench, "beforeEntry")
    (after,) = bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]
    assert (after["ruleExecutionId"], after["startTime"]) == (before["ruleExecutionId"], before["startTime"])
    alarm(bench, "OK")
    assert bench.ended(execution) == "Succeeded"
    assert len(bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]) == 1
