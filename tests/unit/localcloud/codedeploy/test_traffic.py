"""Weights go wherever a listener forwards to the pair, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.localcloud.codedeploy.ecs_traffic import Traffic
from helpers.localcloud.codedeploy.model import DeploymentFailed
from tests.unit.localcloud.codedeploy.fakes import BLUE, GREEN, PRODUCTION, FakeBalancer, forward

OTHER = "arn:aws:elb:x:y:targetgroup/other/3"
STICKY = {"Enabled": True, "DurationSeconds": 60}


class Ruled(FakeBalancer):
    """A production listener with rules."""

    def __init__(self, default: str, *rules: list[dict[str, Any]]) -> None:
        super().__init__([])
        self.actions[PRODUCTION] = forward(default)
        self.rules: list[dict[str, Any]] = [
            {"RuleArn": f"rule/{number}", "Actions": actions} for number, actions in enumerate(rules)
        ]

    def describe_rules(self, **_: Any) -> dict[str, Any]:
        return {"Rules": [*self.rules, {"RuleArn": "default", "IsDefault": True, "Actions": forward(BLUE)}]}

    def modify_rule(self, RuleArn: str, Actions: list[dict[str, Any]]) -> dict[str, Any]:
        self.rules[int(RuleArn.rpartition("/")[2])]["Actions"] = Actions
        return {}

    def rule(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.rules[number]["Actions"][0]["ForwardConfig"]
        return found


def test_rules_that_forward_to_the_pair_are_changed_and_others_are_not() -> None:
    balancer = Ruled(OTHER, forward(BLUE), forward(OTHER))
    Traffic(balancer, (BLUE, GREEN)).put(PRODUCTION, {BLUE: 90, GREEN: 10})
    assert balancer.weights(PRODUCTION) == "other 1"
    assert [group["Weight"] for group in balancer.rule(0)["TargetGroups"]] == [90, 10]
    assert balancer.rule(1)["TargetGroups"] == forward(OTHER)[0]["ForwardConfig"]["TargetGroups"]


def test_stickiness_stays() -> None:
    sticky = forward(BLUE)
    sticky[0]["ForwardConfig"]["TargetGroupStickinessConfig"] = STICKY
    balancer = Ruled(OTHER, sticky)
    Traffic(balancer, (BLUE, GREEN)).put(PRODUCTION, {GREEN: 100})
    assert balancer.rule(0)["TargetGroupStickinessConfig"] == STICKY


def test_a_listener_that_forwards_elsewhere_is_said() -> None:
    with pytest.raises(DeploymentFailed, match="forwards to neither"):
        Traffic(Ruled(OTHER), (BLUE, GREEN)).put(PRODUCTION, {GREEN: 100})
