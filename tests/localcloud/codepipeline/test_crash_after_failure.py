"""A local cloud that is killed again and again while a failure has its consequences: they come once, not twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.localcloud.codepipeline.conditions import NEVER, check, condition, override, rule, waits
from tests.localcloud.codepipeline.pipelines import Bench, Document, action, stage
from tests.localcloud.codepipeline.test_crash import crash
from tests.localcloud.codepipeline.test_lambda import function
from tests.localcloud.codepipeline.test_rollback import TRY, deployed, shown, stages
from tests.localcloud.support import TestCloud, eventually

KILLS = 3
# Leaves a sign that it was there, and says yes only if it found the word.
LATER = """
    found = s3.list_objects_v2(Bucket="{bucket}", Prefix="yes")["KeyCount"]
    s3.put_object(Bucket="{bucket}", Key="been", Body=b"")
    if found:
        api.put_job_success_result(jobId=job["id"])
"""


def broken(bench: Bench, on_failure: Document) -> tuple[str, str]:
    """Return an execution that succeeded and one that is killed several times on its way to its failure."""
    bench.project("try", TRY)
    bench.drop(page_html="good")
    variables = [{"name": "color", "defaultValue": "blue"}]
    first = bench.create(*stages(bench, onFailure=on_failure), variables=variables)
    assert bench.ended(first) == "Succeeded"
    bench.drop(page_html="bad")
    bench.cloud.settle()
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
    bench.cloud.settle()
    override(bench, execution)
    crash(bench)
    bench.answer("Deploy", "Hold", token=bench.token("Deploy", "Hold"))
    assert bench.ended(execution) == "Succeeded"
    assert bench.state("Deploy")["beforeEntryConditionState"]["latestExecution"]["status"] == "Overridden"


def test_a_function_that_a_crash_has_killed_is_asked_again(
    private_cloud_factory: Callable[..., TestCloud], tmp_path: Path
) -> None:
    bench = Bench(private_cloud_factory(time_scale=10.0), tmp_path)
    bench.drop()
    function(bench, LATER.format(bucket=bench.site))
    asked = condition("FAIL", rule("Ask", "LambdaInvoke", FunctionName="check"))
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy(), beforeEntry=asked))
    eventually(
        lambda: bench.s3.list_objects_v2(Bucket=bench.site, Prefix="been")["KeyCount"], what="the function's visit"
    )
    bench.s3.put_object(Bucket=bench.site, Key="yes", Body=b"")
    bench.cloud.settle()
    crash(bench)
    assert bench.ended(execution) == "Succeeded"
    assert len(bench.api.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]) == 1
