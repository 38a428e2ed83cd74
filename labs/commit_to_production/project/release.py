"""Takes the release in this folder to production; the exit code says how that ended."""

import base64
import hashlib
import io
import json
import os
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import boto3

FUNCTION, APPLICATION, GROUP = os.environ["FUNCTION"], os.environ["APPLICATION"], os.environ["GROUP"]
PACKED = ("shop/*.py", "handler.py", "settings.json", "VERSION")
PAUSE = threading.Event()
functions, deploy = boto3.client("lambda"), boto3.client("codedeploy")


def main() -> None:
    ask_calendar(os.environ["TRIES"])
    archive = packed()
    present = functions.get_alias(FunctionName=FUNCTION, Name="live")["FunctionVersion"]
    target, known = version_of(archive)
    if target == present:
        print("Version", target, "is in production already.")
        return
    sys.exit(shifted(present, target, known) != "Succeeded")


def ask_calendar(tries: str) -> None:
    """Ask whether a release may go out, and give up after `tries` calls: a number, or "forever"."""
    asked = 0
    while tries == "forever" or asked < int(tries):
        asked += 1
        answer = functions.invoke(FunctionName=os.environ["CALENDAR"], Payload=b"{}")
        status = json.loads(answer["Payload"].read())["status"]
        print("The change calendar answers", status, "- call", asked)
        if status == 200:
            return
        PAUSE.wait(0.2 * min(2**asked, 32))
    sys.exit("The change calendar does not answer; nothing was released.")


def packed() -> bytes:
    """Return the archive of the function's code: the same files always make the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path in sorted(path for pattern in PACKED for path in Path().glob(pattern)):
            # A date of its own would give the same files another digest each time.
            archive.writestr(zipfile.ZipInfo(path.as_posix(), (1980, 1, 1, 0, 0, 0)), path.read_bytes())
    return held.getvalue()


def version_of(archive: bytes) -> tuple[str, bool]:
    """Return the version with this code, and whether it has been there before."""
    digest = base64.b64encode(hashlib.sha256(archive).digest()).decode()
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=FUNCTION)
    for found in (version for page in pages for version in page["Versions"]):
        if found["CodeSha256"] == digest and found["Version"] != "$LATEST":
            return found["Version"], True
    made = functions.update_function_code(FunctionName=FUNCTION, ZipFile=archive, Publish=True)
    active = functions.get_waiter("published_version_active")
    active.wait(FunctionName=FUNCTION, Qualifier=made["Version"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    return made["Version"], False


def shifted(present: str, target: str, known: bool) -> str:
    """Have CodeDeploy move the traffic to the version `target`, and return the status in which that ended."""
    spec = json.loads(Path("appspec.json").read_text())
    properties = {"Name": FUNCTION, "Alias": "live", "CurrentVersion": present, "TargetVersion": target}
    spec["Resources"] = [{"pricing": {"Type": "AWS::Lambda::Function", "Properties": properties}}]
    spec["Hooks"] = [{event: os.environ["SMOKE"]} for event in spec["Hooks"]]
    way_back: dict[str, Any] = {}
    if known:
        # The way back must not wait for a canary, nor for the alarm that calls for it.
        way_back = {
            "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
            "overrideAlarmConfiguration": {"enabled": False},
        }
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": json.dumps(spec)}}
    id_ = deploy.create_deployment(
        applicationName=APPLICATION, deploymentGroupName=GROUP, revision=revision, **way_back
    )["deploymentId"]
    return ended(id_)


def ended(id_: str) -> str:
    """Wait for the end of a deployment and return its status."""
    while True:
        found = deploy.get_deployment(deploymentId=id_)["deploymentInfo"]
        status: str = found["status"]
        if status in ("Succeeded", "Failed", "Stopped"):
            print(id_, status, found.get("errorInformation", {}).get("message", ""))
            return status
        PAUSE.wait(0.5)


if __name__ == "__main__":
    main()
