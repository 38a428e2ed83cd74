"""What it costs to keep the old tasks for a while, and what one gets for it."""

from __future__ import annotations

import time
from typing import Any

from helpers import aws, delivery, show
from labs.blue_green_canary import handed, releases, seen

TASKS = 2
"""Of the service that is handed over."""
TASK_HOUR_USD = 0.0123
"""About what a quarter of a vCPU and half a GiB cost on Fargate in N. Virginia in 2026; look up yours."""
RELEASES_A_MONTH = 60


def hours(minutes: float, tasks: int = TASKS) -> float:
    """Return the task hours of one release whose old tasks stay for so many minutes."""
    return tasks * minutes / 60


def table(*minutes: int) -> show.Picture:
    """Show what it costs to keep blue for so many minutes."""
    rows = [
        {
            "blue stays": f"{each} min" if each < 120 else f"{each // 60} h",
            "task hours a release": round(hours(each), 1),
            "USD a month": round(hours(each) * RELEASES_A_MONTH * TASK_HOUR_USD, 2),
        }
        for each in minutes
    ]  # fmt: skip
    return show.table(rows, f"{TASKS} tasks, {RELEASES_A_MONTH} releases a month")


def termination() -> dict[str, Any] | None:
    """Return what the deployment group does with blue (API shape BlueInstanceTerminationOption), or None."""
    codedeploy = aws.client("codedeploy")
    try:
        found = codedeploy.get_deployment_group(applicationName=handed.application(), deploymentGroupName=handed.GROUP)
    except (
        codedeploy.exceptions.ApplicationDoesNotExistException,
        codedeploy.exceptions.DeploymentGroupDoesNotExistException,
    ):
        return None
    kept = found["deploymentGroupInfo"]["blueGreenDeploymentConfiguration"]
    return dict(kept["terminateBlueInstancesOnDeploymentSuccess"])


def change_of_mind(service: delivery.Service, url: str) -> float:
    """Release what no alarm sees, go back while blue is there, and return for how long that took.

    In minutes of AWS's, from the call to the last customer who met the release. Raises WaitTimeout.
    """
    with delivery.load(f"{url}/products", rate=seen.RATE) as customers:
        seen.settle(customers)
        deployment = handed.begin(service, releases.FREE)
        aws.wait("all traffic to have moved", lambda: _has_moved(deployment), limit=handed.LIMIT)
        called = time.time()
        aws.client("codedeploy").stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
        aws.wait("the way back", lambda: handed.is_over(deployment), limit=handed.LIMIT)
        seen.settle(customers)
        met = [each.start for each in customers.requests() if each.version == releases.FREE]
    return max(max(met, default=called) - called, 0.0) * aws.time_scale() / 60


def _has_moved(deployment: str) -> bool:
    return any(
        each["lifecycleEventName"] == "AfterAllowTraffic" and each["status"] in ("Succeeded", "Skipped")
        for each in handed.events(deployment)
    )


def keep(minutes: int, action: str = "TERMINATE") -> None:
    """Have the deployment group keep blue for so many minutes after a release."""
    kept: dict[str, Any] = {"action": action}
    if action == "TERMINATE":
        kept["terminationWaitTimeInMinutes"] = minutes
    aws.client("codedeploy").update_deployment_group(
        applicationName=handed.application(), currentDeploymentGroupName=handed.GROUP,
        blueGreenDeploymentConfiguration={
            "terminateBlueInstancesOnDeploymentSuccess": kept,
            "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        },
    )  # fmt: skip
