"""Bundles that a pipeline deploys to hosts by CodeDeploy."""

from __future__ import annotations

from pathlib import Path

from tests.localcloud.codedeploy.bench import Bench as Application
from tests.localcloud.codedeploy.hosts import Fleet
from tests.localcloud.codepipeline.pipelines import Bench, Document, action, stage, zipped
from tests.localcloud.codepipeline.test_crash import crash
from tests.localcloud.codepipeline.test_rollback import roll_back
from tests.localcloud.support import eventually

APPSPEC = """version: 0.0
os: linux
files:
  - source: index.html
    destination: /srv/shop
hooks:
  ValidateService:
    - location: validate.sh
"""
YES, NO = "#!/bin/sh\nexit 0\n", "#!/bin/sh\necho no page\nexit 3\n"
# Ends when somebody says so.
HELD = "#!/bin/sh\nn=0; while [ ! -f $INSTANCE_ROOT/go-on ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n+1)); done\n"


def fleet(bench: Bench, home: Path) -> Fleet:
    made = Fleet(Application(bench.cloud, "Server"), home / "hosts", 1)
    made.group("AllAtOnce")
    return made


def put(bench: Bench, page: str, validate: str = YES) -> None:
    body = zipped({"appspec.yml": APPSPEC, "index.html": page, "validate.sh": validate})
    bench.s3.put_object(Bucket=bench.source, Key="source.zip", Body=body)


def deployed_by(name: str = "shop") -> Document:
    return action(
        "Ship", "Deploy/CodeDeploy", "Code", ApplicationName=name, DeploymentGroupName="live", namespace="Sent"
    )


def test_a_bundle_goes_to_the_hosts_of_a_group_and_back_again(bench: Bench, tmp_path: Path) -> None:
    hosts = fleet(bench, tmp_path)
    put(bench, "one")
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deployed_by()))
    assert bench.ended(first) == "Succeeded", bench.runs(first)
    run = bench.runs(first)["Ship"]["output"]
    deployment = run["outputVariables"]["DeploymentId"]
    assert run["executionResult"]["externalExecutionId"] == deployment
    info = bench.cloud.client("codedeploy").get_deployment(deploymentId=deployment)["deploymentInfo"]
    assert (info["status"], hosts.page()) == ("Succeeded", "one")
    put(bench, "two")
    assert bench.ended(bench.start()) == "Succeeded"
    assert hosts.page() == "two"
    assert bench.ended(roll_back(bench, first)) == "Succeeded"
    assert hosts.page() == "one"


def test_a_deployment_that_fails_fails_the_action_with_its_reason(bench: Bench, tmp_path: Path) -> None:
    fleet(bench, tmp_path)
    put(bench, "one", NO)
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deployed_by()))
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Ship")
    assert error["code"] == "JobFailed"
    assert bench.runs(execution)["Ship"]["output"]["executionResult"]["externalExecutionId"] in error["message"]


def test_an_application_that_does_not_exist_is_named(bench: Bench) -> None:
    put(bench, "one")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deployed_by("nobody")))
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Ship")
    assert error["code"] == "ConfigurationError" and "nobody" in error["message"]


def test_a_killed_local_cloud_does_not_deploy_twice(own_bench: Bench, tmp_path: Path) -> None:
    bench = own_bench
    hosts = fleet(bench, tmp_path)
    put(bench, "one", HELD)
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deployed_by()))
    eventually(lambda: hosts.page() == "one", what="the page on the host")
    bench.cloud.settle()
    crash(bench)
    (hosts.root() / "go-on").touch()
    assert bench.ended(execution) in ("Succeeded", "Failed")
    listed = bench.cloud.client("codedeploy").list_deployments(applicationName="shop", deploymentGroupName="live")
    assert len(listed["deployments"]) == 1
    info = bench.cloud.client("codedeploy").get_deployment(deploymentId=listed["deployments"][0])["deploymentInfo"]
    assert info["status"] == bench.status(execution)
