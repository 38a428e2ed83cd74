"""Functions that a pipeline calls, and what they answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codepipeline.pipelines import ROLE, Bench, action, stage
from tests.localcloud.support import TestCloud, eventually

HEAD = """import io, json, os, zipfile
import boto3

def clients():
    return boto3.client("codepipeline"), boto3.client("s3")

def handler(event, context):
    job = event["CodePipeline.job"]
    api, s3 = clients()
"""
SAY_YES = """
    api.put_job_success_result(jobId=job["id"], outputVariables={"Seen": job["data"]["actionConfiguration"]
        ["configuration"]["UserParameters"]}, executionDetails={"summary": "checked"})
"""
SAY_NO = """
    details = {"type": "ConfigurationError", "message": "page is empty"}
    api.put_job_failure_result(jobId=job["id"], failureDetails=details)
"""
MAKE = """
    given = job["data"]["inputArtifacts"][0]["location"]["s3Location"]
    body = s3.get_object(Bucket=given["bucketName"], Key=given["objectKey"])["Body"].read()
    page = zipfile.ZipFile(io.BytesIO(body)).read("page.html").decode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("page.html", page.upper())
    made = job["data"]["outputArtifacts"][0]["location"]["s3Location"]
    s3.put_object(Bucket=made["bucketName"], Key=made["objectKey"], Body=held.getvalue())
    api.put_job_success_result(jobId=job["id"])
"""
TWICE = """
    if "continuationToken" in job["data"]:
        api.put_job_success_result(jobId=job["id"], outputVariables={"Turn": job["data"]["continuationToken"]})
    else:
        api.put_job_success_result(jobId=job["id"], continuationToken="second")
"""
SILENT = "\n    return None\n"


def function(bench: Bench, body: str, name: str = "check") -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("index.py", HEAD + body)
    bench.cloud.client("lambda").create_function(
        FunctionName=name, Runtime="python3.11", Role=ROLE, Handler="index.handler", Code={"ZipFile": held.getvalue()},
        Timeout=30,
    )  # fmt: skip


def call(inputs: str = "", outputs: str = "", **more: Any) -> dict[str, Any]:
    return action("Check", "Invoke/Lambda", inputs, outputs, **{"FunctionName": "check", "namespace": "Check", **more})


def test_a_function_gets_the_resolved_job_and_gives_variables(bench: Bench) -> None:
    function(bench, SAY_YES)
    bench.drop()
    parameters = call(UserParameters="for #{codepipeline.PipelineExecutionId}")
    deploy = bench.deploy(ObjectKey="#{Check.Seen}")
    execution = bench.create(stage("Source", bench.from_s3()), stage("Check", parameters), stage("Deploy", deploy))
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    run = bench.runs(execution)["Check"]["output"]
    assert run["outputVariables"] == {"Seen": f"for {execution}"}
    assert run["executionResult"]["externalExecutionSummary"] == "checked"
    assert bench.s3.get_object(Bucket=bench.site, Key=f"for {execution}/page.html")["Body"].read() == b"one"


def test_a_function_that_says_no_fails_the_action_with_its_words(bench: Bench) -> None:
    function(bench, SAY_NO)
    bench.drop()
    execution = bench.create(stage("Source", bench.from_s3()), stage("Check", call()))
    assert bench.ended(execution) == "Failed"
    assert bench.error(execution, "Check") == {"code": "ConfigurationError", "message": "page is empty"}


def test_a_function_takes_and_makes_artifacts(bench: Bench) -> None:
    function(bench, MAKE)
    bench.drop()
    execution = bench.create(
        stage("Source", bench.from_s3()), stage("Check", call("Code", "Loud")), stage("Deploy", bench.deploy("Loud"))
    )
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read() == b"ONE"


def test_a_function_that_asks_for_another_turn_is_called_again(bench: Bench) -> None:
    function(bench, TWICE)
    bench.drop()
    execution = bench.create(stage("Source", bench.from_s3()), stage("Check", call()))
    assert bench.ended(execution) == "Succeeded", bench.runs(execution)
    assert bench.runs(execution)["Check"]["output"]["outputVariables"] == {"Turn": "second"}


def test_a_function_that_is_not_there_is_said(bench: Bench) -> None:
    bench.drop()
    execution = bench.create(stage("Source", bench.from_s3()), stage("Check", call(FunctionName="nobody")))
    assert bench.ended(execution) == "Failed"
    assert "nobody" in bench.error(execution, "Check")["message"]


def test_a_function_that_says_nothing_fails_after_its_time(
    private_cloud_factory: Callable[..., TestCloud], tmp_path: Path
) -> None:
    bench = Bench(private_cloud_factory(time_scale=600.0), tmp_path)
    function(bench, SILENT)
    bench.drop()
    execution = bench.create(stage("Source", bench.from_s3()), stage("Check", call()))
    job = eventually(lambda: bench.action_state("Check", "Check").get("externalExecutionId", ""), what="the job")
    assert bench.ended(execution) == "Failed"
    assert "PutJobSuccessResult" in bench.error(execution, "Check")["message"]
    with pytest.raises(ClientError) as caught:
        bench.api.put_job_success_result(jobId=job)
    assert caught.value.response["Error"]["Code"] == "InvalidJobStateException"


def test_too_many_variables_are_refused(bench: Bench) -> None:
    function(bench, SILENT)
    bench.drop()
    bench.create(stage("Source", bench.from_s3()), stage("Check", call()))
    job = eventually(lambda: bench.action_state("Check", "Check").get("externalExecutionId", ""), what="the job")
    with pytest.raises(ClientError) as caught:
        bench.api.put_job_success_result(jobId=job, outputVariables={"Much": "x" * 122_880})
    assert caught.value.response["Error"]["Code"] == "OutputVariablesSizeExceededException"
