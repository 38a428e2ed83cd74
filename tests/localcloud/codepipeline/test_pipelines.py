"""Whole pipelines, from a push to what is deployed."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.pipelines import BUILDSPEC, Bench, action, stage

FROM_REPOSITORY = action(
    "Repository", "Source/CodeCommit", outputs="Code", RepositoryName="web", BranchName="main", namespace="Commit"
)


def built(bench: Bench, buildspec: str = BUILDSPEC, **more: str) -> tuple[Path, str]:
    clone = bench.repository()
    bench.project("compile", buildspec)
    build = action("Compile", "Build/CodeBuild", "Code", "Site", ProjectName="compile", namespace="Built", **more)
    deploy = stage("Deploy", bench.deploy("Site"))
    return clone, bench.create(stage("Source", FROM_REPOSITORY), stage("Build", build), deploy)


def page_of(bench: Bench) -> str:
    return str(bench.s3.get_object(Bucket=bench.site, Key="index.html")["Body"].read().decode())


def test_a_push_is_built_and_deployed_and_the_bytes_are_the_same_all_along(bench: Bench) -> None:
    clone, first = built(bench)
    assert bench.ended(first) == "Succeeded"
    assert page_of(bench) == "one"
    commit = bench.push(clone, "second", {"page.html": "two"})
    second = bench.nth(2)
    execution = second["pipelineExecutionId"]
    assert bench.ended(execution) == "Succeeded"
    assert page_of(bench) == "two"
    summary = bench.executions()[0]
    assert summary["trigger"]["triggerType"] == "PollForSourceChanges"
    assert [(r["actionName"], r["revisionId"], r["revisionSummary"]) for r in summary["sourceRevisions"]] == [
        ("Repository", commit, "second")
    ]
    runs = bench.runs(execution)
    assert runs["Repository"]["output"]["outputVariables"]["CommitId"] == commit
    given = runs["Compile"]["output"]["outputArtifacts"][0]["s3location"]
    taken = runs["Site"]["input"]["inputArtifacts"][0]["s3location"]
    assert given == taken
    archive = bench.s3.get_object(Bucket=given["bucket"], Key=given["key"])["Body"].read()
    build_id = runs["Compile"]["output"]["executionResult"]["externalExecutionId"]
    build = bench.cloud.client("codebuild").batch_get_builds(ids=[build_id])["builds"][0]
    deployed = bench.s3.head_object(Bucket=bench.site, Key="index.html")["Metadata"]
    digest = hashlib.sha256(archive).hexdigest()
    assert build["artifacts"]["sha256sum"] == digest == deployed["codepipeline-artifact-sha256"]
    assert build["initiator"] == "codepipeline/shop"


def test_artifact_keys_have_the_form_of_codepipeline(bench: Bench) -> None:
    bench.drop()
    name = "a-pipeline-with-a-very-long-name"
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()), name=name)
    assert bench.ended(execution, name) == "Succeeded"
    key = bench.runs(execution, name)["Object"]["output"]["outputArtifacts"][0]["s3location"]["key"]
    assert key.startswith("a-pipeline-with-a-ve/Code/")


def test_a_failing_test_stops_it_and_a_fixed_project_lets_the_retry_through(bench: Bench) -> None:
    failing = BUILDSPEC.replace("- mkdir", "- test -f fixed\n      - mkdir")
    _, execution = built(bench, failing)
    assert bench.ended(execution) == "Failed"
    assert bench.state("Build")["latestExecution"]["status"] == "Failed"
    assert "latestExecution" not in bench.state("Deploy")
    assert bench.error(execution, "Compile")["code"] == "JobFailed"
    assert "BUILD" in bench.error(execution, "Compile")["message"]
    bench.cloud.client("codebuild").update_project(
        name="compile", source={"type": "CODEPIPELINE", "buildspec": BUILDSPEC}
    )
    again = bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Build", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    assert again["pipelineExecutionId"] == execution
    assert bench.ended(execution) == "Succeeded"
    assert page_of(bench) == "one"


def test_the_variables_of_earlier_actions_reach_a_build(bench: Bench) -> None:
    spec = BUILDSPEC.replace("- mkdir", "- echo $SAID > page.html\n      - export MADE=here-$SAID\n      - mkdir")
    spec = spec.replace("phases:", "env:\n  exported-variables: [MADE]\nphases:")
    value = "#{Commit.CommitMessage}.#{codepipeline.PipelineExecutionId}"
    said = [{"name": "SAID", "value": value, "type": "PLAINTEXT"}]
    _, execution = built(bench, spec, EnvironmentVariables=json.dumps(said))
    assert bench.ended(execution) == "Succeeded"
    assert page_of(bench).strip() == f"first.{execution}"
    run = bench.runs(execution)["Compile"]
    assert run["output"]["outputVariables"] == {"MADE": f"here-first.{execution}"}
    assert "#{Commit.CommitMessage}" in run["input"]["configuration"]["EnvironmentVariables"]
    assert f"first.{execution}" in run["input"]["resolvedConfiguration"]["EnvironmentVariables"]


def test_two_outputs_are_the_secondary_artifacts_of_their_names(bench: Bench) -> None:
    spec = BUILDSPEC + "  secondary-artifacts:\n    Site:\n      base-directory: out\n      files: ['**/*']\n"
    spec += "    Notes:\n      files: ['page.html']\n"
    bench.drop()
    bench.project("compile", spec, secondaryArtifacts=[
        {"type": "CODEPIPELINE", "artifactIdentifier": name} for name in ("Site", "Notes")
    ])  # fmt: skip
    build = action("Compile", "Build/CodeBuild", "Code", "Site Notes", ProjectName="compile")
    execution = bench.create(
        stage("Source", bench.from_s3()), stage("Build", build), stage("Deploy", bench.deploy("Notes"))
    )
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read() == b"one"


def test_a_deployment_without_extract_is_the_artifact_itself(bench: Bench) -> None:
    bench.drop(page_html="kept")
    deploy = bench.deploy(Extract="false", ObjectKey="releases/#{Origin.VersionId}.zip")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deploy))
    assert bench.ended(execution) == "Succeeded"
    version = bench.executions()[0]["sourceRevisions"][0]["revisionId"]
    source = bench.s3.get_object(Bucket=bench.source, Key="source.zip")["Body"].read()
    assert bench.s3.get_object(Bucket=bench.site, Key=f"releases/{version}.zip")["Body"].read() == source


def test_a_large_binary_artifact_arrives_unchanged(bench: Bench) -> None:
    noise = base64.b85encode(os.urandom(12 << 20)).decode()
    bench.drop(noise_txt=noise)
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()))
    assert bench.ended(execution) == "Succeeded"
    assert bench.s3.get_object(Bucket=bench.site, Key="noise.txt")["Body"].read().decode() == noise


def test_a_new_object_version_starts_a_polling_s3_source(bench: Bench) -> None:
    bench.drop(page_html="old")
    source = bench.from_s3()
    del source["configuration"]["PollForSourceChanges"]
    first = bench.create(stage("Source", source), stage("Deploy", bench.deploy()))
    assert bench.ended(first) == "Succeeded"
    bench.drop(page_html="new")
    second = bench.nth(2)
    assert second["trigger"]["triggerType"] == "PollForSourceChanges"
    assert bench.ended(second["pipelineExecutionId"]) == "Succeeded"
    assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read() == b"new"


def test_an_object_that_comes_later_starts_a_polling_s3_source(bench: Bench) -> None:
    source = bench.from_s3()
    del source["configuration"]["PollForSourceChanges"]
    first = bench.create(stage("Source", source), stage("Deploy", bench.deploy()))
    assert bench.ended(first) == "Failed"
    assert f"s3://{bench.source}/source.zip" in bench.error(first, "Object")["message"]
    bench.drop()
    second = bench.nth(2)
    assert bench.ended(second["pipelineExecutionId"]) == "Succeeded"


def test_a_source_that_does_not_poll_waits_to_be_started(bench: Bench) -> None:
    clone = bench.repository()
    source = {**FROM_REPOSITORY, "configuration": {**FROM_REPOSITORY["configuration"], "PollForSourceChanges": "false"}}
    first = bench.create(stage("Source", source), stage("Deploy", bench.deploy()))
    assert bench.ended(first) == "Succeeded"
    commit = bench.push(clone, "second", {"page.html": "two"})
    second = bench.start()
    assert bench.ended(second) == "Succeeded"
    assert len(bench.executions()) == 2
    assert bench.executions()[0]["sourceRevisions"][0]["revisionId"] == commit


def test_an_execution_of_a_chosen_commit(bench: Bench) -> None:
    clone = bench.repository()
    first = bench.create(stage("Source", FROM_REPOSITORY), stage("Deploy", bench.deploy()))
    assert bench.ended(first) == "Succeeded"
    old = bench.executions()[0]["sourceRevisions"][0]["revisionId"]
    bench.push(clone, "second", {"page.html": "two"})
    bench.nth(2)
    bench.ended(bench.executions()[0]["pipelineExecutionId"])
    third = bench.start(
        sourceRevisions=[{"actionName": "Repository", "revisionType": "COMMIT_ID", "revisionValue": old}]
    )
    assert bench.ended(third) == "Succeeded"
    assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read() == b"one"


def test_an_unknown_action_or_kind_of_revision_is_refused_by_name(bench: Bench) -> None:
    bench.drop()
    bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()))
    for name, kind, said in (("Nobody", "COMMIT_ID", "Nobody"), ("Object", "IMAGE_DIGEST", "IMAGE_DIGEST")):
        revision = {"actionName": name, "revisionType": kind, "revisionValue": "1"}
        with pytest.raises(ClientError, match=said):
            bench.start(sourceRevisions=[revision])


def test_a_missing_artifact_bucket_is_said(bench: Bench) -> None:
    bench.drop()
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()), bucket="no-such-bucket")
    assert bench.ended(execution) == "Failed"
    assert "no-such-bucket" in bench.error(execution, "Object")["message"]


def test_an_artifact_that_was_removed_or_replaced_is_not_deployed(bench: Bench) -> None:
    bench.drop()
    execution = bench.create(
        stage("Source", bench.from_s3()), stage("Gate", bench.approval()), stage("Deploy", bench.deploy())
    )
    token = bench.token("Gate")
    place = bench.runs(execution)["Object"]["output"]["outputArtifacts"][0]["s3location"]
    bench.s3.put_object(Bucket=place["bucket"], Key=place["key"], Body=b"something else")
    bench.answer("Gate", token=token)
    assert bench.ended(execution) == "Failed"
    assert "is not what was built" in bench.error(execution, "Site")["message"]
    bench.s3.delete_object(Bucket=place["bucket"], Key=place["key"])
    bench.api.retry_stage_execution(
        pipelineName="shop", stageName="Deploy", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    assert bench.ended(execution) == "Failed"
    message = bench.error(execution, "Site")["message"]
    assert "Code" in message and place["key"] in message
    assert bench.s3.list_objects_v2(Bucket=bench.site)["KeyCount"] == 0


def test_a_repository_or_branch_that_is_not_there_is_said(bench: Bench) -> None:
    execution = bench.create(stage("Source", FROM_REPOSITORY), stage("Deploy", bench.deploy()))
    assert bench.ended(execution) == "Failed"
    assert "web" in bench.error(execution, "Repository")["message"]


def test_a_project_that_is_not_there_is_said(bench: Bench) -> None:
    bench.drop()
    build = action("Compile", "Build/CodeBuild", "Code", ProjectName="nobody")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Build", build))
    assert bench.ended(execution) == "Failed"
    assert "nobody" in bench.error(execution, "Compile")["message"]
