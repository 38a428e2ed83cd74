"""DeploymentWindow: the time is one at which deployments are allowed.

https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from .cron import BadCron, Cron
from .rules import Finding, RuleContext

# AWS does not say how long a rule waits without timeoutInMinutes; this is how long an approval does.
_DEFAULT_MINUTES = 7 * 24 * 60
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")


def broken(configuration: Mapping[str, str]) -> str:
    """Return why the configuration cannot be, or nothing."""
    try:
        Cron(configuration["Cron"])
        _zone(configuration)
    except BadCron as error:
        return f"Cron is '{configuration['Cron']}': {error}"
    except (KeyError, ValueError, OSError):
        return f"TimeZone is '{configuration['TimeZone']}', which is neither like Europe/Berlin nor like UTC+0100."
    return ""


def check(context: RuleContext) -> Finding | None:
    """Wait until the window opens: it is open in the minutes that the expression names, of real time."""
    cron = context.configuration["Cron"]
    now = context.records.cloud.clock.now().astimezone(_zone(context.configuration))
    if Cron(cron).names(now):
        return Finding(True, f"The window {cron} is open.")
    minutes = context.rule.get("timeoutInMinutes", _DEFAULT_MINUTES)
    if context.minutes_left(minutes) <= 0:
        return Finding(False, f"The window {cron} did not open within {minutes} minutes.")
    return None


def _zone(configuration: Mapping[str, str]) -> tzinfo:
    name = configuration.get("TimeZone", "UTC")
    if name == "UTC":
        return UTC
    if offset := _OFFSET.fullmatch(name):
        sign = -1 if offset[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0)))
    return ZoneInfo(name)
