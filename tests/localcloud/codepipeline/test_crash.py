"""Whatever goes on when the process is killed goes on, or ends with a reason, when it is back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.localcloud.codepipeline.pipelines import Bench, stage
from tests.localcloud.support import TestCloud, eventually


def crash(bench: Bench) -> None:
    """Kill the local cloud and start it again."""
    bench.cloud.kill()
    bench.cloud.restart()


def test_an_open_approval_is_still_open_with_the_same_token(own_bench: Bench) -> None:
    bench = own_bench
    bench.drop()
    execution = bench.create(
        stage("Source", bench.from_s3()), stage("Gate", bench.approval()), stage("Deploy", bench.deploy())
    )
    token = bench.token("Gate")
    bench.cloud.settle()
    crash(bench)
    assert bench.token("Gate") == token
    bench.answer("Gate", token=token)
    assert bench.ended(execution) == "Succeeded"
    assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read() == b"one"


def test_who_waits_in_front_of_a_stage_waits_on(own_bench: Bench) -> None:
    bench = own_bench
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Gate", bench.approval()))
    token = bench.token("Gate")
    second = bench.start()
    eventually(lambda: bench.state("Gate").get("inboundExecutions"), what="the second in front of the gate")
    bench.cloud.settle()
    crash(bench)
    assert bench.state("Gate")["inboundExecutions"][0]["pipelineExecutionId"] == second
    bench.answer("Gate", token=token)
    assert bench.ended(first) == "Succeeded"
    bench.answer("Gate", token=bench.token("Gate", execution=second))
    assert bench.ended(second) == "Succeeded"


def test_kills_at_any_moment_lose_no_execution(private_cloud_factory: Callable[..., TestCloud], tmp_path: Path) -> None:
    bench = Bench(private_cloud_factory(), tmp_path)
    bench.drop()
    bench.cloud.settle()
    execution = bench.create(
        stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()), stage("Gate", bench.approval())
    )
    for _ in range(3):
        crash(bench)
    token = eventually(lambda: bench.token("Gate"), what="the open approval")
    bench.answer("Gate", token=token)
    assert bench.ended(execution) == "Succeeded"
    assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read() == b"one"
    names = [run["actionName"] for run in bench.runs(execution).values()]
    assert sorted(names) == ["Ask", "Object", "Site"]
