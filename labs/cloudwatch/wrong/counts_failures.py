"""Counts failures, however many requests there are."""

from labs.cloudwatch import exercises, share_alarm

EXERCISE = "alarm"
MESSAGE = "an alarm on the metric errors alone"
undo = share_alarm.remove


def apply() -> None:
    share_alarm.put(Metrics=None, Namespace=exercises.namespace(), MetricName="errors", Statistic="Sum", Period=60)
