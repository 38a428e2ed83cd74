"""A local cloud that is killed again and again while a failure has its consequences: they come once, not twice."""

from __future__ import annotations

from tests.localcloud.codepipeline.conditions import NEVER, check, condition, override, rule, waits
from tests.localcloud.codepipeline.pipelines import Bench, Document, action, stage
from tests.localcloud.codepipeline.test_crash import crash, settle
from tests.localcloud.codepipeline.test_rollback import TRY, deployed, shown, stages

KILLS = 3


def broken(bench: Bench, on_failure: Document) -> tuple[str, str]:
    """Return an execution that succeeded and one that is killed several times on its way to its failure."""
    bench.project("try", TRY)
    bench.drop(page_html="good")
    variables = [{"name": "color", "defaultValue": "blue"}]
    first = bench.create(*stages(bench, onFailure=on_failure), variables=variables)
    assert bench.ended(first) == "Succeeded"
    bench.drop(page_html="bad")
    settle()
    second = bench.start()
    for _ in range(KILLS):
        crash(bench)
    return first, second


def test_a_failure_is_rolled_back_once(own_bench: Bench) -> None:
    bench = own_bench
    first, second = broken(bench, condition("ROLLBACK", check("blue")))
    assert bench.ended(second) == "Failed"
    back = bench.nth(3)
    assert bench.ended(back["pipelineExecutionId"]) == "Succeeded"
    assert shown(bench, back["pipelineExecutionId"])["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": first}
    assert (deployed(bench), len(bench.executions())) == ("good", 3)


def test_a_failure_is_retried_once(own_bench: Bench) -> None:
    bench = own_bench
    _, second = broken(bench, {"result": "RETRY"})
    assert bench.ended(second) == "Failed"
    listed = bench.api.list_action_executions(pipelineName="shop", filter={"pipelineExecutionId": second})
    runs = [run["actionName"] for run in listed["actionExecutionDetails"]]
    assert (runs.count("Try"), runs.count("Site")) == (2, 1)
    assert bench.state("Deploy")["retryStageMetadata"]["autoStageRetryAttempt"] == 1


def test_an_override_given_before_a_crash_counts_after_it(own_bench: Bench) -> None:
    bench = own_bench
    bench.drop()
    window = condition("FAIL", rule("Window", "DeploymentWindow", Cron=NEVER))
    hold = action("Hold", "Approval/Manual", runOrder=1)
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", hold, beforeEntry=window))
    waits(bench, "beforeEntry")
    settle()
    override(bench, execution)
    crash(bench)
    bench.answer("Deploy", "Hold", token=bench.token("Deploy", "Hold"))
    assert bench.ended(execution) == "Succeeded"
    assert bench.state("Deploy")["beforeEntryConditionState"]["latestExecution"]["status"] == "Overridden"
