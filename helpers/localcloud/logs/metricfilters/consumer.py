"""Publishes what a metric filter finds."""

from __future__ import annotations

from ...cloud import Cloud
from ...scope import Scope
from ..filterpattern import compile_pattern
from ..filterpattern.pattern import Condition
from ..model import Consumer, LogEvent, MetricFilter
from ..publishing import publish
from .extraction import datapoints

KIND = "metric"
_EVERYTHING = Condition("true", (), exact=False)


class MetricFilterConsumer:
    """The handler of consumers of the kind "metric": each metric filter is one."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._filters = cloud.store.collection("logs.metric-filter", MetricFilter)

    def condition(self, scope: Scope, consumer: Consumer) -> Condition | None:
        found = self._filter(scope, consumer)
        if found is None:
            return None
        # The default value is for events that do not match.
        return compile_pattern(found.pattern).condition() if found.transformation.default is None else _EVERYTHING

    def consume(self, scope: Scope, consumer: Consumer, events: list[LogEvent]) -> None:
        if found := self._filter(scope, consumer):
            points = datapoints(compile_pattern(found.pattern), found.transformation, events)
            publish(self._cloud.client("cloudwatch", scope), points)

    def _filter(self, scope: Scope, consumer: Consumer) -> MetricFilter | None:
        return self._filters.get(scope, f"{consumer.group}:{consumer.name}")
