"""What the checks of this lab look at: executions, what was built, and how production behaves."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers import aws, cicd

Document = dict[str, Any]
BUG = (b"amount >= DISCOUNT_FROM", b"amount > DISCOUNT_FROM")


def with_bug(catalog: bytes) -> bytes:
    """Return the catalog with the discount beginning one cent too late."""
    return catalog.replace(*BUG)


def reason(build: Document) -> str:
    """Return why a build failed, in its own words."""
    for phase in build["phases"]:
        if phase.get("phaseStatus", "SUCCEEDED") != "SUCCEEDED":
            return f"{phase['phaseType']} failed: {phase['contexts'][0].get('message', '')}"
    return f"a build that is {build['buildStatus']}"


def all_of(pipeline: str, wait_for: str | None) -> list[Document]:
    """Return the executions of a pipeline, the newest first, once the one that took `wait_for` has ended."""
    if wait_for:
        cicd.execution_of(pipeline, wait_for)
    answer = aws.client("codepipeline").list_pipeline_executions(pipelineName=pipeline)
    return list(answer["pipelineExecutionSummaries"])


def succeeded(pipeline: str, wait_for: str | None) -> Document | None:
    """Return the last execution that went through."""
    return next((found for found in all_of(pipeline, wait_for) if found["status"] == "Succeeded"), None)


def _actions(pipeline: str, execution: Document) -> list[Document]:
    answer = aws.client("codepipeline").list_action_executions(
        pipelineName=pipeline, filter={"pipelineExecutionId": execution["pipelineExecutionId"]}
    )
    return list(answer["actionExecutionDetails"])


def failed_stages(pipeline: str, execution: Document) -> list[str]:
    """Return the stages in which actions of an execution failed."""
    return sorted({found["stageName"] for found in _actions(pipeline, execution) if found["status"] == "Failed"})


def built(pipeline: str, execution: Document) -> Mapping[str, str]:
    """Return where the output of an execution's build lies."""
    for found in _actions(pipeline, execution):
        if found["input"]["actionTypeId"]["provider"] == "CodeBuild":
            place: Mapping[str, str] = found["output"]["outputArtifacts"][0]["s3location"]
            return place
    raise LookupError("the execution has no build")


def price_of(bucket: str, cart: dict[str, int]) -> int:
    """Return what the shop in production asks for `cart`, in cents, by running the code that is deployed there."""
    with tempfile.TemporaryDirectory() as folder:
        client = aws.client("s3")
        for item in client.list_objects_v2(Bucket=bucket, Prefix="shop/")["Contents"]:
            target = Path(folder) / item["Key"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(client.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
        program = "import json, sys; from shop.catalog import total; print(total(json.loads(sys.argv[1])))"
        command = [sys.executable, "-c", program, json.dumps(cart)]
        done = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout)
