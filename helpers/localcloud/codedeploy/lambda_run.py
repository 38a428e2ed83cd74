"""Deploys to Lambda: moves an alias from one version to another by weight.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..traffic_shift import Step, alias_at
from . import appspec, revisions
from .appspec import LambdaSpec
from .hooks import HookRunner
from .lifecycle import Lifecycle
from .model import DeploymentFailed, LifecycleEvent, Target
from .pace import Pace
from .recorder import Recorder
from .shift import Shift

EVENTS = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")


class LambdaRun:
    """One deployment of a function."""

    def __init__(self, cloud: Cloud, scope: Scope, recorder: Recorder, pace: Pace, steps: Sequence[Step]) -> None:
        self._cloud = cloud
        self._scope = scope
        self._recorder = recorder
        self._pace = pace
        self._steps = steps

    def execute(self) -> None:
        """Deploy. Raises DeploymentFailed, and what waiting raises."""
        spec = self._spec()
        deployment = self._recorder.deployment
        if not deployment.targets:
            self._check(spec)
            self._recorder.note(function=spec.function, alias=spec.alias, current=spec.current, target=spec.target)
            self._recorder.add_targets([_target(self._scope, spec)])
        runner = HookRunner(self._cloud, self._scope, self._recorder, self._pace)
        lifecycle = Lifecycle(self._recorder, deployment.targets[0], spec.hooks, runner)
        lifecycle.hook("BeforeAllowTraffic")
        lifecycle.act("AllowTraffic", self._shift)
        lifecycle.hook("AfterAllowTraffic")

    def revert(self, failed: dict[str, Any]) -> None:
        """Put everything back on the version that was current before the deployment whose progress is `failed`."""
        deployment = self._recorder.deployment
        versions = {"current": failed["target"], "target": failed["current"]}
        self._recorder.note(function=failed["function"], alias=failed["alias"], weight=0, **versions)
        spec = LambdaSpec(failed["function"], failed["alias"], failed["target"], failed["current"], {})
        if not deployment.targets:
            self._recorder.add_targets([_target(self._scope, spec)])
        runner = HookRunner(self._cloud, self._scope, self._recorder, self._pace)
        lifecycle = Lifecycle(self._recorder, deployment.targets[0], {}, runner)
        lifecycle.act("AllowTraffic", lambda: self._put_weight(100))
        lifecycle.skip("BeforeAllowTraffic", "AfterAllowTraffic")
        self._recorder.note(weight=100)

    def _spec(self) -> LambdaSpec:
        text = revisions.read(self._cloud, self._scope, self._recorder.deployment.revision).decode("utf-8", "replace")
        try:
            return appspec.parse_lambda(text)
        except appspec.AppSpecError as error:
            raise DeploymentFailed("INVALID_REVISION", f"The AppSpec cannot be used: {error}") from None

    def _check(self, spec: LambdaSpec) -> None:
        current = self._alias_version(spec)
        for version in (spec.current, spec.target):
            self._require_version(spec.function, version)
        if current != spec.current:
            raise DeploymentFailed(
                "INVALID_LAMBDA_CONFIGURATION",
                f"The alias {spec.alias} of {spec.function} is at version {current}, not at the"
                f" CurrentVersion {spec.current} of the AppSpec.",
            )

    def _alias_version(self, spec: LambdaSpec) -> str:
        from botocore.exceptions import ClientError

        client = self._cloud.client("lambda", self._scope)
        try:
            return str(client.get_alias(FunctionName=spec.function, Name=spec.alias)["FunctionVersion"])
        except ClientError as error:
            raise DeploymentFailed(
                "INVALID_LAMBDA_FUNCTION", f"The alias {spec.alias} of {spec.function} cannot be read: {error}"
            ) from None

    def _require_version(self, function: str, version: str) -> None:
        from botocore.exceptions import ClientError

        client = self._cloud.client("lambda", self._scope)
        try:
            client.get_function_configuration(FunctionName=function, Qualifier=version)
        except ClientError as error:
            raise DeploymentFailed(
                "INVALID_LAMBDA_FUNCTION", f"Version {version} of {function} cannot be read: {error}"
            ) from None

    def _shift(self) -> None:
        Shift(self._cloud, self._recorder, self._pace, self._put_weight).run(self._steps)

    def _put_weight(self, percent: int) -> None:
        from botocore.exceptions import ClientError

        progress = self._recorder.deployment.progress
        try:
            self._cloud.client("lambda", self._scope).update_alias(
                FunctionName=progress["function"],
                Name=progress["alias"],
                **alias_at(progress["current"], progress["target"], percent),
            )
        except ClientError as error:
            raise DeploymentFailed("INVALID_LAMBDA_CONFIGURATION", f"The alias cannot be changed: {error}") from None


def _target(scope: Scope, spec: LambdaSpec) -> Target:
    arn = scope.arn("lambda", f"function:{spec.function}:{spec.alias}")
    return Target(f"{spec.function}:{spec.alias}", arn, [LifecycleEvent(name) for name in EVENTS])
