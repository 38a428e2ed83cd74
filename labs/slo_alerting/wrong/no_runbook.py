"""The right alarms, and no word about what to do."""

from helpers import aws, slo
from helpers.slo import cloud
from labs.slo_alerting.wrong import _restoring

EXERCISE = "fatigue"
MESSAGE = "says nothing about what to do"
ADDED = ("burn-slow", "burn-slow-long", "burn-slow-short", "burn-day", "burn-day-long", "burn-day-short")


def apply() -> None:
    for name, pair in (("burn-slow", slo.STANDARD[1]), ("burn-day", slo.STANDARD[3])):
        cloud.put_pair(aws.name(name), pair, slo.Objective(0.999), aws.name("shop"), "slo_alerting", "https://runbook")
    _restoring.delete("errors", "error-rate", "slow", "cpu")
    rule = cloud.definitions().alarms[aws.name("burn-slow")]["AlarmRule"]
    aws.client("cloudwatch").put_composite_alarm(
        AlarmName=aws.name("burn-slow"), AlarmRule=rule, AlarmActions=[_restoring.pages()]
    )


def undo() -> None:
    _restoring.delete(*ADDED)
    _restoring.team()
