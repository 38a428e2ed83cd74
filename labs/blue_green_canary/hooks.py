"""The function that rehearses a release: its code is the lab's, its question is the learner's."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from helpers import aws
from labs.blue_green_canary.grounds import Road, role
from labs.blue_green_canary.releases import LAB

FIRST_QUESTION = """
def is_good(ask):
    status, answer = ask("/health")
    return status == 200
"""
"""What a colleague asked: whether the new tasks are alive."""
HANDLER = Path(__file__).parent / "hook" / "handler.py"
_REPORTS = {"Effect": "Allow", "Action": "codedeploy:PutLifecycleEventHookExecutionStatus", "Resource": "*"}
_WRITES = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
LIMIT = 120.0


def rehearsal(question: str, road: Road) -> str:
    """Make the function that rehearses releases at the road's test listener (or change its question); return its name.

    `question` is Python with a function is_good(ask); ask(path) returns a status and the JSON that came back.
    Raises WorkbookError for a question that is no Python, or has no is_good.
    """
    client, name, code = aws.client("lambda"), function(), _packed(_checked(question))
    if find() is None:
        _create(name, code, road)
    else:
        client.update_function_code(FunctionName=name, ZipFile=code)
    aws.wait(f"{name} to be ready", lambda: _ready(name), limit=LIMIT)
    return name


def function() -> str:
    """Return the name of the function that rehearses."""
    return aws.name("rehearse")


def find() -> dict[str, Any] | None:
    """Return the configuration of the function, or None if there is none."""
    client = aws.client("lambda")
    try:
        return dict(client.get_function_configuration(FunctionName=function()))
    except client.exceptions.ResourceNotFoundException:
        return None


def asks_the_first_question() -> bool:
    """Return whether the function still asks what the colleague asked."""
    found = find()
    digest = base64.b64encode(hashlib.sha256(_packed(FIRST_QUESTION)).digest()).decode()
    return found is not None and found["CodeSha256"] == digest


def _create(name: str, code: bytes, road: Road) -> None:
    client, iam, arn = aws.client("lambda"), aws.client("iam"), role("lambda")
    reports = json.dumps({"Version": "2012-10-17", "Statement": [_REPORTS]})
    iam.put_role_policy(RoleName=arn.rpartition("/")[2], PolicyName="report", PolicyDocument=reports)
    iam.attach_role_policy(RoleName=arn.rpartition("/")[2], PolicyArn=_WRITES)

    def made() -> bool:
        # A new role is known to other services only after some seconds on a real account.
        try:
            client.create_function(
                FunctionName=name, Role=arn, Runtime="python3.12", Handler="handler.handler", Code={"ZipFile": code},
                Timeout=60, Environment={"Variables": {"TEST_URL": road.test_url}}, Tags=aws.tags(LAB),
            )  # fmt: skip
            return True
        except client.exceptions.InvalidParameterValueException as problem:
            if "role" not in str(problem).lower():
                raise
            return False

    aws.wait(f"the function {name}", made, limit=LIMIT)


def _ready(name: str) -> bool:
    found = aws.client("lambda").get_function_configuration(FunctionName=name)
    return (found.get("State", "Active"), found.get("LastUpdateStatus", "Successful")) == ("Active", "Successful")


def _checked(question: str) -> str:
    try:
        compile(question, "question.py", "exec")
    except SyntaxError as problem:
        raise aws.WorkbookError(f"The question is no Python: {problem}.") from None
    if "def is_good(" not in question:
        raise aws.WorkbookError("The question has no function is_good(ask); the rehearsal calls that one.")
    return question


def _packed(question: str) -> bytes:
    """Return a zip whose bytes depend on its files alone."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("handler.py", HANDLER.read_text(encoding="utf-8")), ("question.py", question)):
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return packed.getvalue()


def at_test_traffic(road: Road) -> dict[str, Any]:
    """Return the lifecycle hook (API shape DeploymentLifecycleHook) that has ECS rehearse at the road's listener."""
    found = find()
    if found is None:
        raise aws.WorkbookError("There is no function that rehearses; run the cells above.")
    return {
        "targetType": "AWS_LAMBDA", "hookTargetArn": found["FunctionArn"], "roleArn": _caller(found["FunctionArn"]),
        "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"], "hookDetails": {"url": road.test_url},
    }  # fmt: skip


def _caller(function: str) -> str:
    arn = role("ecs")
    allowed = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    aws.client("iam").put_role_policy(RoleName=arn.rpartition("/")[2], PolicyName="hooks", PolicyDocument=document)
    return arn
