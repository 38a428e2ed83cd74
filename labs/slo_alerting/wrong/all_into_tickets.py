"""The noise becomes tickets, hundreds of them."""

from helpers import aws, slo
from helpers.slo import cloud
from labs.slo_alerting import noisy
from labs.slo_alerting.wrong import _restoring

EXERCISE = "fatigue"
MESSAGE = "tickets in a month that you have not seen"
ADDED = ("burn-slow", "burn-slow-long", "burn-slow-short", "burn-day", "burn-day-long", "burn-day-short")


def apply() -> None:
    for name, pair in (("burn-slow", slo.STANDARD[1]), ("burn-day", slo.STANDARD[3])):
        cloud.put_pair(aws.name(name), pair, slo.Objective(0.999), aws.name("shop"), "slo_alerting", "https://runbook")
    for request in noisy.requests().values():
        actions = [cloud.topic("ticket", "slo_alerting")] if request["AlarmActions"] else []
        aws.client("cloudwatch").put_metric_alarm(**request | {"AlarmActions": actions})


def undo() -> None:
    _restoring.delete(*ADDED)
    _restoring.team()
