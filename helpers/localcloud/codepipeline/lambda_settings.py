"""What the configuration of a Lambda deploy action says. Pure.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-LambdaDeploy.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..traffic_shift import ALL_AT_ONCE, Step, canary, linear, timeline

MOST_ALARMS = 10
_LONGEST_MINUTES = 2 * 24 * 60
_VERSION = re.compile(r"[1-9][0-9]*")
_STRATEGY = re.compile(r"(Canary|Linear)([1-9][0-9]?)Percent(Every)?([1-9][0-9]*)Minutes?")
_NEED_ALIAS = ("PublishedTargetVersion", "DeployStrategy", "Alarms")


@dataclass(frozen=True)
class Settings:
    """Where a function is deployed to and how; `version` is empty if the input artifact is published first."""

    function: str
    alias: str
    version: str
    steps: list[Step]
    alarms: list[str]


def read(given: Mapping[str, str], *, has_artifact: bool) -> Settings:
    """Return what `given` says. Values with variables in them pass: they are read again when the action runs.

    AWS says that strategy and target version are not to be had without an alias. That alarms are not either is an
    assumption (there is no shift to watch), and so is that a target version goes before an input artifact.

    Raises:
        ValueError: with a sentence, if it cannot be.
    """
    alias, version = given.get("FunctionAlias", ""), given.get("PublishedTargetVersion", "")
    if not alias and (extra := [key for key in _NEED_ALIAS if given.get(key)]):
        raise ValueError(f"{', '.join(extra)} can only be given with a FunctionAlias, whose traffic is moved.")
    if not version and not has_artifact:
        raise ValueError("without an input artifact a FunctionAlias and a PublishedTargetVersion are needed.")
    if version and _is_known(version) and not _VERSION.fullmatch(version):
        raise ValueError(f"PublishedTargetVersion is '{version}'; the number of a published version is expected.")
    strategy = given.get("DeployStrategy") or "AllAtOnce"
    return Settings(given["FunctionName"], alias, version, _steps(strategy), _alarms(given.get("Alarms", "")))


def _steps(strategy: str) -> list[Step]:
    if strategy == "AllAtOnce" or not _is_known(strategy):
        return timeline(ALL_AT_ONCE)
    found = _STRATEGY.fullmatch(strategy)
    if found is None or (found[1] == "Linear") != bool(found[3]):
        raise ValueError(
            f"DeployStrategy is '{strategy}'; AllAtOnce, or one like Canary10Percent5Minutes or"
            " Linear10PercentEvery1Minute is expected (1 to 99 percent)."
        )
    rule = linear if found[3] else canary
    steps = timeline(rule(int(found[2]), int(found[4])))
    if steps[-1][0] > _LONGEST_MINUTES:
        raise ValueError(
            f"DeployStrategy {strategy} takes {steps[-1][0]} minutes; {_LONGEST_MINUTES} (2 days) at most."
        )
    return steps


def _alarms(text: str) -> list[str]:
    if not text or not _is_known(text):
        return []
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise ValueError(f"Alarms is '{text}'; names of alarms, separated by commas, are expected.")
    if len(names) > MOST_ALARMS:
        raise ValueError(f"Alarms has {len(names)} names; {MOST_ALARMS} at most.")
    return names


def _is_known(text: str) -> bool:
    return "#{" not in text
