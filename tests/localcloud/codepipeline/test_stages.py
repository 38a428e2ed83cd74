"""Who is in which stage: locks, superseding, closed doors, stops and retries."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.pipelines import Bench, Document, action, stage
from tests.localcloud.support import eventually

GATED = "#{codepipeline.PipelineExecutionId}"


def gated(bench: Bench, mode: str = "SUPERSEDED") -> str:
    """A pipeline that waits in its second stage for an approval; what passes is deployed."""
    bench.drop()
    return bench.create(
        stage("Source", bench.from_s3()),
        stage("Gate", bench.approval()),
        stage("Deploy", bench.deploy(ObjectKey=GATED)),
        executionMode=mode,
    )


def inbound(bench: Bench, stage: str) -> list[str]:
    return [e["pipelineExecutionId"] for e in bench.state(stage).get("inboundExecutions", [])]


def deployed(bench: Bench) -> set[str]:
    found = bench.s3.list_objects_v2(Bucket=bench.site).get("Contents", [])
    return {item["Key"].partition("/")[0] for item in found}


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def waits(bench: Bench, execution: str, stage: str = "Gate") -> None:
    eventually(lambda: execution in inbound(bench, stage), what=f"{execution} in front of {stage}")


def test_a_locked_stage_lets_one_wait_and_a_newer_one_supersedes_it(bench: Bench) -> None:
    first = gated(bench)
    token = bench.token("Gate")
    second = bench.start()
    waits(bench, second)
    third = bench.start()
    assert bench.ended(second) == "Superseded"
    waits(bench, third)
    assert bench.state("Gate")["latestExecution"] == {
        "pipelineExecutionId": first, "status": "InProgress", "type": "STANDARD"
    }  # fmt: skip
    summary = next(e for e in bench.executions() if e["pipelineExecutionId"] == second)
    assert third in summary["statusSummary"]
    bench.answer("Gate", token=token)
    assert bench.ended(first) == "Succeeded"
    bench.answer("Gate", token=bench.token("Gate", execution=third))
    assert bench.ended(third) == "Succeeded"
    assert deployed(bench) == {first, third}


def test_a_failure_frees_the_stage_for_the_next(bench: Bench) -> None:
    first = gated(bench)
    bench.token("Gate")
    second = bench.start()
    waits(bench, second)
    bench.answer("Gate", status="Rejected")
    assert bench.ended(first) == "Failed"
    bench.answer("Gate", token=bench.token("Gate", execution=second))
    assert bench.ended(second) == "Succeeded"
    with pytest.raises(ClientError) as caught:
        bench.api.retry_stage_execution(
            pipelineName="shop", stageName="Gate", pipelineExecutionId=first, retryMode="FAILED_ACTIONS"
        )
    assert code_of(caught) == "NotLatestPipelineExecutionException"


def test_queued_executions_go_through_one_by_one_in_order(bench: Bench) -> None:
    first = gated(bench, "QUEUED")
    bench.token("Gate")
    second = bench.start()
    waits(bench, second)
    third = bench.start()
    waits(bench, third)
    assert inbound(bench, "Gate") == [second, third]
    for execution in (first, second, third):
        bench.answer("Gate", token=bench.token("Gate", execution=execution))
        assert bench.ended(execution) == "Succeeded"


def test_parallel_executions_do_not_wait_for_each_other(bench: Bench) -> None:
    first = gated(bench, "PARALLEL")
    second = bench.start()

    def both_ask() -> bool:
        runs = [bench.runs(execution).get("Ask", {}) for execution in (first, second)]
        return all(run.get("status") == "InProgress" for run in runs)

    eventually(both_ask, what="two open approvals")
    assert inbound(bench, "Gate") == []


def test_a_disabled_transition_holds_the_newest_until_it_is_enabled(bench: Bench) -> None:
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy(ObjectKey=GATED)))
    assert bench.ended(first) == "Succeeded"
    door = {"pipelineName": "shop", "stageName": "Deploy", "transitionType": "Inbound"}
    bench.api.disable_stage_transition(**door, reason="a freeze")
    shown = bench.state("Deploy")["inboundTransitionState"]
    assert (shown["enabled"], shown["disabledReason"]) == (False, "a freeze")
    second = bench.start()
    waits(bench, second, "Deploy")
    third = bench.start()
    assert bench.ended(second) == "Superseded"
    waits(bench, third, "Deploy")
    bench.api.enable_stage_transition(**door)
    assert bench.ended(third) == "Succeeded"
    assert bench.state("Deploy")["inboundTransitionState"]["enabled"] is True
    assert deployed(bench) == {first, third}


def test_what_was_stopped_in_front_of_a_stage_cannot_be_retried(bench: Bench) -> None:
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy(ObjectKey=GATED)))
    bench.ended(first)
    bench.api.disable_stage_transition(
        pipelineName="shop", stageName="Deploy", transitionType="Inbound", reason="a freeze"
    )
    second = bench.start()
    waits(bench, second, "Deploy")
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=second, reason="not now")
    assert bench.ended(second) == "Stopped"
    assert bench.executions()[0]["stopTrigger"] == {"reason": "not now"}
    with pytest.raises(ClientError) as caught:
        bench.api.retry_stage_execution(
            pipelineName="shop", stageName="Deploy", pipelineExecutionId=second, retryMode="ALL_ACTIONS"
        )
    assert code_of(caught) == "StageNotRetryableException"


def test_a_stop_waits_for_the_running_actions_and_goes_no_further(bench: Bench) -> None:
    execution = gated(bench)
    token = bench.token("Gate")
    stop = {"pipelineName": "shop", "pipelineExecutionId": execution}
    bench.api.stop_pipeline_execution(**stop)
    assert bench.status(execution) == "Stopping"
    assert bench.state("Gate")["latestExecution"]["status"] == "Stopping"
    with pytest.raises(ClientError) as caught:
        bench.api.stop_pipeline_execution(**stop)
    assert code_of(caught) == "DuplicatedStopRequestException"
    bench.answer("Gate", token=token)
    assert bench.ended(execution) == "Stopped"
    assert bench.runs(execution)["Ask"]["status"] == "Succeeded"
    assert deployed(bench) == set()
    with pytest.raises(ClientError) as caught:
        bench.api.stop_pipeline_execution(**stop)
    assert code_of(caught) == "PipelineExecutionNotStoppableException"


def test_an_abandoned_approval_ends_at_once_also_after_a_stop_that_waits(bench: Bench) -> None:
    execution = gated(bench)
    token = bench.token("Gate")
    stop = {"pipelineName": "shop", "pipelineExecutionId": execution}
    bench.api.stop_pipeline_execution(**stop)
    bench.api.stop_pipeline_execution(**stop, abandon=True)
    assert bench.ended(execution) == "Stopped"
    assert bench.runs(execution)["Ask"]["status"] == "Abandoned"
    with pytest.raises(ClientError):
        bench.answer("Gate", token=token)


def test_an_abandoned_build_goes_on_by_itself_and_its_stage_can_be_retried(bench: Bench) -> None:
    bench.drop()
    go_on = bench.folder / "go-on"
    waits = f"test -f page.html && until test -e {go_on}; do sleep 0.05; done"
    slow = f"version: 0.2\nphases:\n  build:\n    commands: ['{waits}']\n"
    bench.project("slow", slow)
    build = action("Compile", "Build/CodeBuild", "Code", ProjectName="slow")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Build", build))
    started = eventually(
        lambda: bench.action_state("Build", "Compile").get("externalExecutionId", ""), what="the build's id"
    )
    bench.api.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=execution, abandon=True)
    assert bench.ended(execution) == "Stopped"
    assert bench.state("Build")["latestExecution"]["status"] == "Stopped"
    builds = bench.cloud.client("codebuild")
    assert not builds.batch_get_builds(ids=[started])["builds"][0]["buildComplete"]
    go_on.touch()
    eventually(lambda: builds.batch_get_builds(ids=[started])["builds"][0]["buildComplete"], what="the build's own end")
    assert builds.batch_get_builds(ids=[started])["builds"][0]["buildStatus"] == "SUCCEEDED"
    assert bench.runs(execution)["Compile"]["status"] == "Abandoned"
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Build", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    assert bench.ended(execution) == "Succeeded"


def side_by_side(bench: Bench) -> Document:
    """A stage of a build that works and one that does not, side by side, and one after them."""
    bench.drop()
    for name, command in (("good", "true"), ("bad", "false")):
        bench.project(name, f"version: 0.2\nphases:\n  build:\n    commands: ['{command}']\n")
    good, bad, after = (
        action(name, "Test/CodeBuild", "Code", ProjectName=project, runOrder=order)
        for name, project, order in (("Good", "good", 1), ("Bad", "bad", 1), ("After", "good", 5))
    )
    return stage("Test", good, bad, after)


def test_actions_of_one_order_run_side_by_side_and_a_failure_lets_the_others_finish(bench: Bench) -> None:
    execution = bench.create(stage("Source", bench.from_s3()), side_by_side(bench))
    assert bench.ended(execution) == "Failed"
    runs = bench.runs(execution)
    assert {name: run["status"] for name, run in runs.items()} == {
        "Object": "Succeeded", "Good": "Succeeded", "Bad": "Failed"
    }  # fmt: skip
    good, bad = runs["Good"], runs["Bad"]
    assert good["startTime"] < bad["lastUpdateTime"] and bad["startTime"] < good["lastUpdateTime"]


def repaired(bench: Bench) -> None:
    bench.cloud.client("codebuild").update_project(
        name="bad",
        source={"type": "CODEPIPELINE", "buildspec": "version: 0.2\nphases:\n  build:\n    commands: ['true']\n"},
    )


@pytest.mark.parametrize(("mode", "again"), [("FAILED_ACTIONS", 1), ("ALL_ACTIONS", 2)])
def test_a_retry_runs_the_failed_actions_or_all_of_them(bench: Bench, mode: str, again: int) -> None:
    execution = bench.create(stage("Source", bench.from_s3()), side_by_side(bench))
    assert bench.ended(execution) == "Failed"
    repaired(bench)
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Test", pipelineExecutionId=execution, retryMode=mode
    )
    assert bench.ended(execution) == "Succeeded"
    all_runs = bench.api.list_action_executions(pipelineName="shop")["actionExecutionDetails"]
    assert [run["actionName"] for run in all_runs].count("Good") == again
    assert [run["actionName"] for run in all_runs].count("Bad") == 2
    assert bench.runs(execution)["After"]["status"] == "Succeeded"


def test_a_stage_that_did_not_fail_or_was_changed_since_is_not_retried(bench: Bench) -> None:
    execution = bench.create(stage("Source", bench.from_s3()), side_by_side(bench))
    assert bench.ended(execution) == "Failed"
    retry = {"pipelineName": "shop", "pipelineExecutionId": execution, "retryMode": "FAILED_ACTIONS"}
    with pytest.raises(ClientError) as caught:
        bench.api.retry_stage_execution(**retry, stageName="Source")
    assert code_of(caught) == "StageNotRetryableException"
    bench.api.update_pipeline(pipeline=bench.api.get_pipeline(name="shop")["pipeline"])
    with pytest.raises(ClientError, match="was changed"):
        bench.api.retry_stage_execution(**retry, stageName="Test")
