"""What tests of CodeDeploy work with: an application, its group, and the functions and hosts it goes to."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from tests.localcloud.support import LIMIT, TestCloud, eventually

ROLE = "arn:aws:iam::000000000000:role/deploy"
ENDED = ("Succeeded", "Failed", "Stopped")


class Bench:
    """One application with one deployment group."""

    def __init__(self, cloud: TestCloud, platform: str) -> None:
        self.cloud = cloud
        self.platform = platform
        self.api.create_application(applicationName="shop", computePlatform=platform)

    @property
    def api(self) -> Any:
        return self.cloud.client("codedeploy")

    def group(self, config: str = "", **more: Any) -> None:
        chosen = {"deploymentConfigName": f"CodeDeployDefault.{config}"} if config else {}
        self.api.create_deployment_group(
            applicationName="shop", deploymentGroupName="live", serviceRoleArn=ROLE, **chosen, **more
        )

    def deploy(self, revision: dict[str, Any], **more: Any) -> str:
        answer = self.api.create_deployment(
            applicationName="shop", deploymentGroupName="live", revision=revision, **more
        )
        return str(answer["deploymentId"])

    def info(self, deployment: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get_deployment(deploymentId=deployment)["deploymentInfo"]
        return found

    def ended(self, deployment: str, seconds: float = LIMIT) -> str:
        """Wait for the end of a deployment; return its status."""

        def status() -> str:
            found = str(self.info(deployment)["status"])
            return found if found in ENDED else ""

        return eventually(status, what=f"the end of {deployment}", seconds=seconds)

    def rolled_back(self, deployment: str) -> dict[str, Any]:
        """Wait for the end of the rollback of a deployment; return the rollback."""
        self.ended(deployment)
        rollback = self.info(deployment)["rollbackInfo"]["rollbackDeploymentId"]
        self.ended(rollback)
        return self.info(rollback)

    def target(self, deployment: str, number: int = 0) -> dict[str, Any]:
        ids = self.api.list_deployment_targets(deploymentId=deployment)["targetIds"]
        found = self.api.get_deployment_target(deploymentId=deployment, targetId=ids[number])["deploymentTarget"]
        kind = found["deploymentTargetType"]
        inner: dict[str, Any] = found[kind[:1].lower() + kind[1:] if kind != "ECSTarget" else "ecsTarget"]
        return inner

    def events(self, deployment: str, number: int = 0) -> dict[str, str]:
        target = self.target(deployment, number)
        return {event["lifecycleEventName"]: event["status"] for event in target["lifecycleEvents"]}


def content(document: dict[str, Any]) -> dict[str, Any]:
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": json.dumps(document)}}


def zipped(files: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()
