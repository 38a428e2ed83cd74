"""The types of rules: what each needs in its configuration, and who checks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import alarm, lambda_job, variable, window
from .rules import Check


@dataclass(frozen=True)
class RuleType:
    """A rule type: its configuration, its check, and what says of a configuration why it cannot be."""

    provider: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    check: Check
    broken: Callable[[Mapping[str, str]], str]


RULES = {
    rule.provider: rule
    for rule in (
        RuleType("CloudWatchAlarm", ("AlarmName",), ("AlarmStates", "WaitTime"), alarm.check, alarm.broken),
        RuleType("VariableCheck", ("Variable", "Value", "Operator"), (), variable.check, variable.broken),
        RuleType("DeploymentWindow", ("Cron",), ("TimeZone",), window.check, window.broken),
        RuleType("LambdaInvoke", ("FunctionName",), ("UserParameters",), lambda_job.check, lambda_job.broken),
    )
}
