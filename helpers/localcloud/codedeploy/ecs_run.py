"""Deploys to ECS: a second task set behind the second target group, and traffic that moves to it.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..traffic_shift import Step
from . import appspec, revisions
from .appspec import EcsSpec
from .ecs_service import EcsService
from .ecs_traffic import Traffic
from .hooks import HookRunner
from .lifecycle import Lifecycle
from .model import DeploymentFailed, LifecycleEvent, Target
from .pace import Pace, StopAsked
from .recorder import Recorder
from .shift import Shift

EVENTS = (
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
)
# Seconds within which the new task set must be steady and healthy; a task starts no faster here than it can.
_STEADY = 3600.0
_LEAST_STEADY = 30.0


class EcsRun:
    """One blue/green deployment of a service."""

    def __init__(self, cloud: Cloud, scope: Scope, recorder: Recorder, pace: Pace, steps: Sequence[Step]) -> None:
        self._cloud = cloud
        self._scope = scope
        self._recorder = recorder
        self._deployment = recorder.deployment
        self._pace = pace
        self._steps = steps
        self._elb = cloud.client("elbv2", scope)
        wanted = self._deployment.settings["ecsServices"][0]
        self._cluster, self._name = wanted.get("clusterName", "default"), wanted["serviceName"]
        self._service = EcsService(cloud.client("ecs", scope), self._cluster, self._name)

    @property
    def _progress(self) -> dict[str, Any]:
        return self._deployment.progress

    def execute(self) -> None:
        """Deploy. Raises DeploymentFailed, and what waiting raises."""
        spec = self._spec()
        if not self._deployment.targets:
            self._prepare(spec)
        lifecycle = self._lifecycle(spec)
        lifecycle.hook("BeforeInstall")
        lifecycle.act("Install", lambda: self._install(spec))
        lifecycle.hook("AfterInstall")
        if self._progress["test"]:
            lifecycle.act("AllowTestTraffic", self._allow_test_traffic)
            lifecycle.hook("AfterAllowTestTraffic")
        else:
            lifecycle.skip("AllowTestTraffic", "AfterAllowTestTraffic")
        self._wait_for_reroute()
        lifecycle.hook("BeforeAllowTraffic")
        lifecycle.act("AllowTraffic", self._allow_traffic)
        lifecycle.hook("AfterAllowTraffic")
        self._end_blue()

    def revert(self, failed: dict[str, Any]) -> None:
        """Put all traffic back on the task set that served before, and end the other."""
        kept = {name: value for name, value in failed.items() if name not in ("hooks", "step")}
        self._recorder.note(**{**kept, "weight": 0, "termination_wait": False})
        if not self._deployment.targets:
            self._recorder.add_targets([self._target()])
        lifecycle = self._lifecycle(None)
        lifecycle.act("AllowTraffic", self._return_traffic)
        lifecycle.skip(*(event for event in EVENTS if event != "AllowTraffic"))

    # Before

    def _spec(self) -> EcsSpec:
        text = revisions.read(self._cloud, self._scope, self._deployment.revision).decode("utf-8", "replace")
        try:
            return appspec.parse_ecs(text)
        except appspec.AppSpecError as error:
            raise DeploymentFailed("INVALID_REVISION", f"The AppSpec cannot be used: {error}") from None

    def _prepare(self, spec: EcsSpec) -> None:
        self._service.check_definition(spec.task_definition)
        blue = self._service.primary()
        pair = self._pair()
        groups = [balancer.get("targetGroupArn") for balancer in blue.get("loadBalancers", [])]
        blue_group = next((group for group in groups if group in pair), None)
        if blue_group is None:
            raise DeploymentFailed(
                "INVALID_ECS_SERVICE", f"The primary task set of {self._name} is behind neither of the target groups."
            )
        routes = self._deployment.settings["loadBalancerInfo"]["targetGroupPairInfoList"][0]
        test = routes.get("testTrafficRoute", {}).get("listenerArns", [""])[0]
        with self._recorder.change():
            self._recorder.note(
                blue=blue["taskSetArn"],
                blue_definition=blue["taskDefinition"],
                blue_group=blue_group,
                green_group=next(group for group in pair if group != blue_group),
                production=routes["prodTrafficRoute"]["listenerArns"][0],
                test=test,
                container=spec.container,
                port=spec.port,
                weight=0,
            )
            self._recorder.add_targets([self._target()])

    def _pair(self) -> list[str]:
        from botocore.exceptions import ClientError

        groups = self._deployment.settings["loadBalancerInfo"]["targetGroupPairInfoList"][0]["targetGroups"]
        try:
            found = self._elb.describe_target_groups(Names=[group["name"] for group in groups])["TargetGroups"]
        except ClientError as error:
            raise DeploymentFailed("ELASTIC_LOAD_BALANCING_INVALID", str(error)) from None
        return [str(group["TargetGroupArn"]) for group in found]

    def _target(self) -> Target:
        arn = self._scope.arn("ecs", f"service/{self._cluster}/{self._name}")
        return Target(f"{self._cluster}:{self._name}", arn, [LifecycleEvent(name) for name in EVENTS])

    def _lifecycle(self, spec: EcsSpec | None) -> Lifecycle:
        runner = HookRunner(self._cloud, self._scope, self._recorder, self._pace)
        return Lifecycle(self._recorder, self._deployment.targets[0], spec.hooks if spec else {}, runner)

    # The new task set

    def _install(self, spec: EcsSpec) -> None:
        blue = self._service.task_set(self._progress["blue"])
        if blue is None:
            raise DeploymentFailed("INVALID_ECS_SERVICE", f"The primary task set of {self._name} is gone.")
        if "green" not in self._progress:
            self._service.delete_leftovers(self._progress["blue"])
            # With weight 0 the group is in use already: its targets are checked before they get traffic.
            self._put_weight(0)
            group = self._progress["green_group"]
            self._recorder.note(green=self._service.create(self._deployment.id, spec, blue, group))
        limit = max(_STEADY, _LEAST_STEADY * self._cloud.clock.time_scale)
        if not self._pace.wait(limit, self._is_steady):
            raise DeploymentFailed("TIMEOUT", "The new task set did not become steady and healthy within one hour.")

    def _is_steady(self) -> bool:
        green = self._service.task_set(self._progress["green"])
        self._look()
        steady = bool(green) and green is not None and green["stabilityStatus"] == "STEADY_STATE"
        return steady and self._traffic().healthy(self._progress["green_group"])

    # Traffic

    def _traffic(self) -> Traffic:
        return Traffic(self._elb, (self._progress["blue_group"], self._progress["green_group"]))

    def _allow_test_traffic(self) -> None:
        self._traffic().put(self._progress["test"], {self._progress["green_group"]: 100})

    def _allow_traffic(self) -> None:
        Shift(self._cloud, self._recorder, self._pace, self._put_weight).run(self._steps)
        self._service.promote(self._progress["green"])
        self._look()

    def _put_weight(self, percent: int) -> None:
        weights = {self._progress["blue_group"]: 100 - percent, self._progress["green_group"]: percent}
        self._traffic().put(self._progress["production"], weights)
        self._look()

    def _return_traffic(self) -> None:
        self._put_weight(0)
        if self._progress["test"]:
            self._traffic().put(self._progress["test"], {self._progress["blue_group"]: 100})
        blue = self._service.task_set(self._progress["blue"])
        if blue and blue["status"] != "PRIMARY":
            self._service.promote(self._progress["blue"])
        self._service.delete(self._progress["green"])
        self._look()

    def _look(self) -> None:
        """Note the task sets as the API shows them."""
        weight = self._progress["weight"]
        sides = {self._progress["blue"]: ("Blue", 100 - weight), self._progress.get("green"): ("Green", weight)}
        shown = [
            _task_set_info(each, *sides[each["taskSetArn"]])
            for each in self._service.task_sets()
            if each["taskSetArn"] in sides
        ]
        if shown != self._progress.get("task_sets"):
            self._recorder.note(task_sets=shown)

    # Waits

    def _wait_for_reroute(self) -> None:
        option = self._blue_green("deploymentReadyOption")
        if option.get("actionOnTimeout") != "STOP_DEPLOYMENT" or self._progress.get("rerouted"):
            return
        minutes = option.get("waitTimeInMinutes", 0)
        until = self._moment("ready_until", minutes)
        self._recorder.enter("Ready")
        if not self._pace.wait_until(until, lambda: self._pace.wishes().continue_ready):
            raise StopAsked(None, "TIMEOUT", f"Nobody continued the deployment within {minutes} minutes.")
        self._recorder.note(rerouted=True)
        self._recorder.enter("InProgress")

    def _end_blue(self) -> None:
        option = self._blue_green("terminateBlueInstancesOnDeploymentSuccess")
        if option.get("action", "TERMINATE") != "TERMINATE":
            return
        until = self._moment("terminate_at", option.get("terminationWaitTimeInMinutes", 0))
        self._recorder.note(termination_wait=True)
        self._pace.wait_until(until, lambda: self._pace.wishes().continue_termination)
        self._service.delete(self._progress["blue"])
        self._look()

    def _moment(self, name: str, minutes: int) -> datetime:
        """Return when `minutes` from now are over, or from when it was asked first."""
        if name not in self._progress:
            moment = self._cloud.clock.now() + self._pace.scaled(minutes * 60)
            self._recorder.note(**{name: moment.isoformat()})
        return datetime.fromisoformat(self._progress[name])

    def _blue_green(self, option: str) -> dict[str, Any]:
        found: dict[str, Any] = self._deployment.settings.get("blueGreenDeploymentConfiguration", {}).get(option, {})
        return found


def _task_set_info(each: dict[str, Any], label: str, weight: int) -> dict[str, Any]:
    """Return the API shape ECSTaskSet; AWS spells it `identifer`."""
    groups = [balancer.get("targetGroupArn", "") for balancer in each.get("loadBalancers", [])]
    return {
        "identifer": each["id"],
        "desiredCount": each["computedDesiredCount"],
        "pendingCount": each["pendingCount"],
        "runningCount": each["runningCount"],
        "status": each["status"],
        "trafficWeight": float(weight),
        "targetGroup": {"name": groups[0].split("/")[1]} if groups and "/" in groups[0] else None,
        "taskSetLabel": label,
    }
