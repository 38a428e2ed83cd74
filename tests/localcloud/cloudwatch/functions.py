"""A Lambda function that runs once."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from tests.localcloud.support import TestCloud

CODE = """
def handler(event, context):
    print("the function says", event["word"])
    return event["word"]
"""


def create(cloud: TestCloud, name: str, code: str = CODE) -> str:
    """Create the function `name` of Python `code` and return its ARN."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", code)
    created: dict[str, Any] = cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=f"arn:aws:iam::{cloud.account}:role/any",
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
        Timeout=60,
    )
    return str(created["FunctionArn"])


def invoke_once(cloud: TestCloud, name: str) -> None:
    """Create the function and call it."""
    create(cloud, name)
    answered = cloud.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"word": "hello"}))
    assert json.load(answered["Payload"]) == "hello"
