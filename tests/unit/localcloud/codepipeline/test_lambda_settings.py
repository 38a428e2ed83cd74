"""What the configuration of a Lambda deploy action says."""

from __future__ import annotations

import pytest

from helpers.localcloud.codepipeline.lambda_settings import read
from helpers.localcloud.traffic_shift import Step

BASE = {"FunctionName": "shop", "FunctionAlias": "live"}


@pytest.mark.parametrize(
    ("strategy", "steps"),
    [
        ("", [(0, 100)]),
        ("AllAtOnce", [(0, 100)]),
        ("Canary10Percent5Minutes", [(0, 10), (5, 100)]),
        ("Canary99Percent2880Minutes", [(0, 99), (2880, 100)]),
        ("Linear10PercentEvery1Minute", [(n, (n + 1) * 10) for n in range(10)]),
        ("Linear40PercentEvery3Minutes", [(0, 40), (3, 80), (6, 100)]),
        ("#{variables.strategy}", [(0, 100)]),
    ],
)
def test_strategies(strategy: str, steps: list[Step]) -> None:
    assert read({**BASE, "DeployStrategy": strategy}, has_artifact=True).steps == steps


@pytest.mark.parametrize(
    "strategy",
    [
        "Slowly", "allatonce", "Canary0Percent5Minutes", "Canary100Percent5Minutes", "Canary10Percent0Minutes",
        "Canary10PercentEvery5Minutes", "Linear10Percent5Minutes", "Canary10Percent2881Minutes",
        "Linear1PercentEvery60Minutes", "LambdaCanary10Percent5Minutes", "Canary10Percent5Minutes ",
    ],
)  # fmt: skip
def test_what_is_no_strategy(strategy: str) -> None:
    with pytest.raises(ValueError, match="DeployStrategy"):
        read({**BASE, "DeployStrategy": strategy}, has_artifact=True)


@pytest.mark.parametrize(("text", "names"), [("", []), ("a", ["a"]), ("a, b ,c d", ["a", "b", "c d"])])
def test_alarms_are_split_at_commas(text: str, names: list[str]) -> None:
    assert read({**BASE, "Alarms": text}, has_artifact=True).alarms == names


@pytest.mark.parametrize("text", ["a,,b", ",", ",".join("abcdefghijk")])
def test_what_are_no_alarms(text: str) -> None:
    with pytest.raises(ValueError, match="Alarms"):
        read({**BASE, "Alarms": text}, has_artifact=True)


@pytest.mark.parametrize("version", ["0", "$LATEST", "live", "1.0", "-1"])
def test_what_is_no_version(version: str) -> None:
    with pytest.raises(ValueError, match="PublishedTargetVersion"):
        read({**BASE, "PublishedTargetVersion": version}, has_artifact=False)


@pytest.mark.parametrize("key", ["PublishedTargetVersion", "DeployStrategy", "Alarms"])
def test_without_an_alias_nothing_is_shifted(key: str) -> None:
    with pytest.raises(ValueError, match=f"{key} can only be given with a FunctionAlias"):
        read({"FunctionName": "shop", key: "#{variables.x}"}, has_artifact=True)


def test_there_must_be_something_to_deploy() -> None:
    with pytest.raises(ValueError, match="without an input artifact"):
        read(BASE, has_artifact=False)
