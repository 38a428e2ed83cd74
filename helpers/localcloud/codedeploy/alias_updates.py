"""Moves an alias that a stack points to another version, as its UpdatePolicy says: by a deployment of CodeDeploy's.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..resource import Properties, UpdatePolicy
from ..scope import Scope
from ..service import ServiceError
from ..stack_wait import wait_until
from ..template_request import changed, refuse_others
from .model import ENDED

if TYPE_CHECKING:
    from .service import CodeDeploy

_LIMIT = timedelta(days=2)
_HOOKS = {"BeforeAllowTrafficHook": "BeforeAllowTraffic", "AfterAllowTrafficHook": "AfterAllowTraffic"}
_KNOWN = ("ApplicationName", "DeploymentGroupName", *_HOOKS)


class AliasUpdatePolicy(UpdatePolicy):
    """CodeDeployLambdaAliasUpdate of AWS::Lambda::Alias."""

    type = "AWS::Lambda::Alias"
    name = "CodeDeployLambdaAliasUpdate"

    def __init__(self, codedeploy: CodeDeploy) -> None:
        self._codedeploy = codedeploy

    def update(self, scope: Scope, id_: str, policy: Properties, old: Properties, new: Properties) -> None:
        refuse_others(self.name, policy, _KNOWN)
        if changed(old, new, "FunctionName", "Name") or not changed(old, new, "FunctionVersion"):
            return
        deployment = self._begin(scope, id_, policy, str(old["FunctionVersion"]), str(new["FunctionVersion"]))

        def ended() -> bool:
            return self._codedeploy.deployment(scope, deployment).status in ENDED

        wait_until(self._codedeploy.cloud, ended, _LIMIT, f"the deployment {deployment} does not end")
        found = self._codedeploy.get_deployment(scope, {"deploymentId": deployment})["deploymentInfo"]
        if found["status"] != "Succeeded":
            self._put_back(scope, id_, str(old["FunctionVersion"]))
            why = (found.get("errorInformation") or {}).get("message", "")
            raise ServiceError(
                "GeneralServiceException", f"The CodeDeploy deployment {deployment} ended as {found['status']}. {why}"
            )

    def _begin(self, scope: Scope, alias_arn: str, policy: Properties, current: str, target: str) -> str:
        function, alias = alias_arn.split(":")[6:8]
        properties = {"Name": function, "Alias": alias, "CurrentVersion": current, "TargetVersion": target}
        hooks = [{event: policy[hook]} for hook, event in _HOOKS.items() if policy.get(hook)]
        spec: dict[str, Any] = {
            "version": 0.0,
            "Resources": [{function: {"Type": "AWS::Lambda::Function", "Properties": properties}}],
            "Hooks": hooks,
        }
        revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": json.dumps(spec)}}
        asked = {"applicationName": policy["ApplicationName"], "deploymentGroupName": policy["DeploymentGroupName"]}
        return str(self._codedeploy.create_deployment(scope, {**asked, "revision": revision})["deploymentId"])

    def _put_back(self, scope: Scope, alias_arn: str, version: str) -> None:
        """A deployment that fails may leave weights, and the stack goes back to the alias without."""
        function, alias = alias_arn.split(":")[6:8]
        self._codedeploy.cloud.client("lambda", scope).update_alias(
            FunctionName=function, Name=alias, FunctionVersion=version, RoutingConfig={"AdditionalVersionWeights": {}}
        )
