"""Rolls back: a new deployment, of the revision that was the last good one.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
"""

from __future__ import annotations

from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from . import names, restore
from .model import Deployment, Group, Wishes

KIND = "codedeploy.deployment"
FAILURE, ALARM, REQUEST = "DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"


def configured(deployment: Deployment, event: str) -> bool:
    """Return whether the deployment's AutoRollbackConfiguration asks for a rollback on `event`."""
    configuration = deployment.settings.get("autoRollbackConfiguration", {})
    return bool(configuration.get("enabled")) and event in configuration.get("events", [])


def start(cloud: Cloud, scope: Scope, failed: Deployment) -> None:
    """Begin the rollback of `failed` (which the caller writes), or say in it why there is none."""
    revision = _revision(cloud, scope, failed)
    if revision is None or failed.rollback_of:
        failed.rollback_message = (
            "A rollback is not rolled back itself."
            if failed.rollback_of
            else "There is nothing to roll back to: no deployment of this group has succeeded before, or nothing had"
            " been changed yet."
        )
        return
    rollback = _deployment(cloud, failed, revision)
    failed.rollback_id = rollback.id
    failed.rollback_message = f"The deployment {rollback.id} rolls this one back."
    cloud.store.collection("codedeploy.deployment", Deployment).put(scope, rollback.id, rollback)
    cloud.store.collection("codedeploy.wishes", Wishes).put(scope, rollback.id, Wishes())
    cloud.workers.start(KIND, scope, rollback.id)


def _revision(cloud: Cloud, scope: Scope, failed: Deployment) -> dict[str, Any] | None:
    group = cloud.store.collection("codedeploy.group", Group).get(scope, f"{failed.application}/{failed.group}")
    last_good = group.target_revision if group else None
    if failed.platform == "Server":
        return last_good
    if not can_revert(failed):
        return None
    return last_good or restore.revision_before(failed.platform, failed.progress)


def can_revert(failed: Deployment) -> bool:
    """Return whether the deployment had come to change anything."""
    return ("current" if failed.platform == "Lambda" else "green") in failed.progress


def _deployment(cloud: Cloud, failed: Deployment, revision: dict[str, Any]) -> Deployment:
    return Deployment(
        id=names.deployment_id(),
        application=failed.application,
        group=failed.group,
        group_id=failed.group_id,
        platform=failed.platform,
        config=failed.config,
        revision=revision,
        previous_revision=failed.revision,
        created=cloud.clock.now(),
        settings=failed.settings,
        creator="codeDeployRollback",
        description=f"Rollback of {failed.id}: {failed.error_message}"[:255],
        rollback_of=failed.id,
        rollback_message=f"Deployment {failed.id} is rolled back.",
        progress={"reverts": failed.progress} if failed.platform != "Server" else {},
    )
