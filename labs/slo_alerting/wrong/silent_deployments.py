"""No page while somebody deploys: nobody hears of the deployment that broke the shop."""

from helpers import aws, slo
from helpers.slo import cloud
from labs.slo_alerting.wrong import _restoring

EXERCISE = "fatigue"
MESSAGE = "the bad deployment got its page"
ADDED = ("burn-slow", "burn-slow-long", "burn-slow-short", "burn-day", "burn-day-long", "burn-day-short")


def apply() -> None:
    for name, pair in (("burn-slow", slo.STANDARD[1]), ("burn-day", slo.STANDARD[3])):
        cloud.put_pair(aws.name(name), pair, slo.Objective(0.999), aws.name("shop"), "slo_alerting", "https://runbook")
    _restoring.delete("errors", "error-rate", "slow", "cpu")
    for name in ("burn-fast", "burn-slow"):
        alarm = cloud.definitions().alarms[aws.name(name)]
        aws.client("cloudwatch").put_composite_alarm(
            AlarmName=aws.name(name), AlarmRule=alarm["AlarmRule"], AlarmActions=alarm["AlarmActions"],
            AlarmDescription="https://runbook", ActionsSuppressor=aws.name("deploying"),
            ActionsSuppressorWaitPeriod=120, ActionsSuppressorExtensionPeriod=180,
        )  # fmt: skip


def undo() -> None:
    _restoring.delete(*ADDED)
    fast = cloud.definitions().alarms[aws.name("burn-fast")]
    kept = {key: fast[key] for key in ("AlarmName", "AlarmRule", "AlarmActions", "AlarmDescription")}
    aws.client("cloudwatch").put_composite_alarm(**kept)
    _restoring.team()
