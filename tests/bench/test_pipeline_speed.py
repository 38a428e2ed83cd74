"""What a pipeline costs over the commands that it runs."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from typing import Any

from tests.bench.measuring import say_ratio, say_seconds, seconds
from tests.localcloud.codedeploy.services import RELEASE, Stage
from tests.localcloud.codepipeline.pipelines import BUILDSPEC, Bench, action, stage
from tests.localcloud.codepipeline.test_codedeploy_ecs import APPSPEC, TASKDEF, image
from tests.localcloud.elbv2.balancing import ask
from tests.localcloud.support import eventually

PUSH_GOAL, PUSH_GROSS = 1.0, 5.0
PRODUCTION_GOAL, PRODUCTION_GROSS = 2.0, 8.0
SIDE_BY_SIDE = 10
# Ten builds also unpack a source, write logs and pack an artifact each, which the commands by hand do not.
PARALLEL_GOAL, PARALLEL_GROSS = 2.0, 8.0
WORK = "python -c 'print(sum(i * i for i in range(1_500_000)))'"
FROM_REPOSITORY = action("Repository", "Source/CodeCommit", outputs="Code", RepositoryName="web", BranchName="main")


def busy(bench: Bench, execution: str, action_name: str) -> float:
    """Return the seconds that the commands of a build themselves took."""
    build_id = bench.runs(execution)[action_name]["output"]["executionResult"]["externalExecutionId"]
    build = bench.cloud.client("codebuild").batch_get_builds(ids=[build_id])["builds"][0]
    own = [phase for phase in build["phases"] if phase["phaseType"] in ("INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD")]
    return sum(_length(phase) for phase in own)


def _length(phase: dict[str, Any]) -> float:
    started, ended = phase["startTime"], phase["endTime"]
    assert isinstance(started, datetime) and isinstance(ended, datetime)
    return (ended - started).total_seconds()


def test_from_a_push_to_what_is_deployed(bench: Bench) -> None:
    clone = bench.repository()
    bench.project("compile", BUILDSPEC)
    build = action("Compile", "Build/CodeBuild", "Code", "Site", ProjectName="compile")
    first = bench.create(stage("Source", FROM_REPOSITORY), stage("Build", build), stage("Deploy", bench.deploy("Site")))
    assert bench.ended(first) == "Succeeded"

    def push_and_wait() -> None:
        bench.push(clone, "second", {"page.html": "two"})
        eventually(lambda: len(bench.executions()) == 2, what="the push's execution")
        assert bench.ended(bench.executions()[0]["pipelineExecutionId"]) == "Succeeded"

    whole = seconds(push_and_wait)
    commands = busy(bench, bench.executions()[0]["pipelineExecutionId"], "Compile")
    say_seconds("push to deployed, less the build's own commands", whole - commands, goal=PUSH_GOAL, gross=PUSH_GROSS)


BUILT = """version: 0.2
phases:
  build:
    commands:
      - python -c "import json; print(json.load(open('imageDetail.json')))"
artifacts:
  files: ['**/*']
"""


def test_from_a_commit_to_production_by_a_canary(bench: Bench) -> None:
    service = Stage(bench.cloud)
    service.group("ECSCanary10Percent5Minutes")
    clone = bench.repository()
    bench.project("build", BUILT)
    build = action("Compile", "Build/CodeBuild", "Code", "Image", ProjectName="build")
    ship = action(
        "Ship", "Deploy/CodeDeployToECS", "Image", ApplicationName="shop", DeploymentGroupName="live",
        TaskDefinitionTemplateArtifact="Image", AppSpecTemplateArtifact="Image", Image1ArtifactName="Image",
        Image1ContainerName="WEB",
    )  # fmt: skip
    bench.create(stage("Source", FROM_REPOSITORY), stage("Build", build), stage("Deploy", ship))
    uri = service.ecs.push("2", RELEASE, VERSION="2")

    def commit_and_wait() -> None:
        bench.push(clone, "two", {"imageDetail.json": image(uri), "taskdef.json": TASKDEF, "appspec.yaml": APPSPEC})
        eventually(lambda: len(bench.executions()) == 2, what="the commit's execution")
        assert bench.ended(bench.executions()[0]["pipelineExecutionId"], seconds=120) == "Succeeded"

    whole = seconds(commit_and_wait)
    assert ask(service.production["Port"]).server == "2"
    execution = bench.executions()[0]["pipelineExecutionId"]
    start, shift = deploying(service, bench.runs(execution)["Ship"]["output"]["outputVariables"]["DeploymentId"])
    print(
        f"\ncommit to production: {whole:.1f} s; tasks started and healthy {start:.1f} s, traffic shifted {shift:.1f} s"
    )
    own = busy(bench, execution, "Compile") + start + shift
    say_seconds(
        "commit to production by a canary, less its own build, start of tasks and shift",
        whole - own, goal=PRODUCTION_GOAL, gross=PRODUCTION_GROSS,
    )  # fmt: skip


def deploying(service: Stage, deployment: str) -> tuple[float, float]:
    """Return the seconds of the event in which the tasks start, and of the one in which the traffic moves."""
    events = {each["lifecycleEventName"]: each for each in service.deploys.target(deployment)["lifecycleEvents"]}
    return _length(events["Install"]), _length(events["AllowTraffic"])


def test_ten_builds_side_by_side(bench: Bench) -> None:
    bench.drop()
    bench.project("work", f"version: 0.2\nphases:\n  build:\n    commands:\n      - {WORK}\n")
    builds = [action(f"Work{n}", "Build/CodeBuild", "Code", ProjectName="work") for n in range(SIDE_BY_SIDE)]

    def run() -> None:
        execution = bench.create(stage("Source", bench.from_s3()), stage("Build", *builds))
        assert bench.ended(execution, seconds=120) == "Succeeded"

    say_ratio(
        f"a pipeline of {SIDE_BY_SIDE} parallel builds against the same commands by hand",
        seconds(run),
        seconds(by_hand),
        goal=PARALLEL_GOAL,
        gross=PARALLEL_GROSS,
    )


def by_hand() -> None:
    """Run the same commands, all at once."""
    command = WORK.replace("python", f'"{sys.executable}"', 1)
    started = [subprocess.Popen(["/bin/sh", "-c", command], stdout=subprocess.DEVNULL) for _ in range(SIDE_BY_SIDE)]
    assert [process.wait(60) for process in started] == [0] * SIDE_BY_SIDE
