"""Puts weights on the two target groups of a service, wherever a listener forwards to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import DeploymentFailed

Weights = Mapping[str, int]
Part = dict[str, Any]


class Traffic:
    """The listeners of one deployment, through the API of the load balancer."""

    def __init__(self, client: Any, pair: tuple[str, str]) -> None:
        """`client` is one of elbv2, `pair` the ARNs of the two target groups."""
        self._client = client
        self._pair = pair

    def put(self, listener: str, weights: Weights) -> None:
        """Let default action and rules of `listener` forward with `weights` (by ARN). Raises DeploymentFailed."""
        from botocore.exceptions import ClientError

        try:
            changed = self._put_default(listener, weights) + self._put_rules(listener, weights)
        except ClientError as error:
            raise DeploymentFailed("ELASTIC_LOAD_BALANCING_INVALID", f"{listener}: {error}") from None
        if not changed:
            raise DeploymentFailed(
                "ELASTIC_LOAD_BALANCING_INVALID",
                f"The listener {listener} forwards to neither of the two target groups of the deployment group.",
            )

    def healthy(self, group: str) -> bool:
        """Return whether there are targets in `group` and all are healthy."""
        found = self._client.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        # What drains there was left by an earlier deployment.
        states = [each["TargetHealth"]["State"] for each in found if each["TargetHealth"]["State"] != "draining"]
        return bool(states) and all(state == "healthy" for state in states)

    def _put_default(self, listener: str, weights: Weights) -> int:
        (found,) = self._client.describe_listeners(ListenerArns=[listener])["Listeners"]
        if not self._is_ours(found["DefaultActions"]):
            return 0
        actions = [_forward(found["DefaultActions"][-1], weights)]
        self._client.modify_listener(ListenerArn=listener, DefaultActions=actions)
        return 1

    def _put_rules(self, listener: str, weights: Weights) -> int:
        rules = self._client.describe_rules(ListenerArn=listener)["Rules"]
        ours = [rule for rule in rules if not rule.get("IsDefault") and self._is_ours(rule["Actions"])]
        for rule in ours:
            self._client.modify_rule(RuleArn=rule["RuleArn"], Actions=[_forward(rule["Actions"][-1], weights)])
        return len(ours)

    def _is_ours(self, actions: list[Part]) -> bool:
        groups = actions[-1].get("ForwardConfig", {}).get("TargetGroups", []) if actions else []
        named = {group["TargetGroupArn"] for group in groups} | {actions[-1].get("TargetGroupArn") if actions else None}
        return bool(named & set(self._pair))


def _forward(action: Part, weights: Weights) -> Part:
    """Return `action` with other weights; its stickiness stays."""
    config: Part = {
        "TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()],
    }
    if sticky := action.get("ForwardConfig", {}).get("TargetGroupStickinessConfig"):
        config["TargetGroupStickinessConfig"] = sticky
    return {"Type": "forward", "ForwardConfig": config}
