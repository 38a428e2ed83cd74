"""When the predefined configurations move traffic, and which there are."""

from __future__ import annotations

import pytest

from helpers.localcloud.codedeploy.configurations import PREDEFINED
from helpers.localcloud.traffic_shift import Step, canary, linear, timeline

NAMES = {
    "Server": ["AllAtOnce", "HalfAtATime", "OneAtATime"],
    "ECS": [
        "ECSAllAtOnce", "ECSCanary10Percent15Minutes", "ECSCanary10Percent5Minutes", "ECSLinear10PercentEvery1Minutes",
        "ECSLinear10PercentEvery3Minutes",
    ],
    "Lambda": [
        "LambdaAllAtOnce", "LambdaCanary10Percent10Minutes", "LambdaCanary10Percent15Minutes",
        "LambdaCanary10Percent30Minutes", "LambdaCanary10Percent5Minutes", "LambdaLinear10PercentEvery10Minutes",
        "LambdaLinear10PercentEvery1Minute", "LambdaLinear10PercentEvery2Minutes", "LambdaLinear10PercentEvery3Minutes",
    ],
}  # fmt: skip


@pytest.mark.parametrize("platform", NAMES)
def test_the_predefined_configurations_are_aws_s(platform: str) -> None:
    found = [name for name, config in PREDEFINED.items() if config.platform == platform]
    assert sorted(found) == sorted(f"CodeDeployDefault.{name}" for name in NAMES[platform])
    assert len(PREDEFINED) == 17


@pytest.mark.parametrize("name", [name for name, config in PREDEFINED.items() if "Canary" in name])
def test_a_canary_moves_a_tenth_and_then_the_rest(name: str) -> None:
    minutes = int(name.partition("Percent")[2].removesuffix("Minutes"))
    assert timeline(PREDEFINED[name].routing or {}) == [(0, 10), (minutes, 100)]


@pytest.mark.parametrize("name", [name for name, config in PREDEFINED.items() if "Linear" in name])
def test_a_linear_shift_begins_at_once_and_takes_ten_steps(name: str) -> None:
    every = int(name.partition("Every")[2].removesuffix("s").removesuffix("Minute"))
    assert timeline(PREDEFINED[name].routing or {}) == [(step * every, (step + 1) * 10) for step in range(10)]


@pytest.mark.parametrize(
    ("name", "end"),
    [("ECSLinear10PercentEvery1Minutes", 9), ("ECSLinear10PercentEvery3Minutes", 27), ("ECSAllAtOnce", 0)],
)
def test_everything_has_moved_at_the_published_minute(name: str, end: int) -> None:
    assert timeline(PREDEFINED[f"CodeDeployDefault.{name}"].routing or {})[-1] == (end, 100)


@pytest.mark.parametrize(
    ("routing", "steps"),
    [
        (canary(25, 45), [(0, 25), (45, 100)]),
        (linear(30, 2), [(0, 30), (2, 60), (4, 90), (6, 100)]),
        (linear(50, 10), [(0, 50), (10, 100)]),
        ({"type": "AllAtOnce"}, [(0, 100)]),
    ],
)
def test_custom_configurations(routing: dict[str, object], steps: list[Step]) -> None:
    assert timeline(routing) == steps
