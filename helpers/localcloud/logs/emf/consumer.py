"""Publishes the metrics that are embedded in the events of a group."""

from __future__ import annotations

from ...cloud import Cloud
from ...scope import Scope
from ..filterpattern.pattern import Condition
from ..model import Consumer, LogEvent
from ..publishing import publish
from .document import MARK, datapoints

KIND = "emf"


class EmbeddedMetrics:
    """The handler of consumers of the kind "emf": any group in which such an event was seen has one."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def condition(self, scope: Scope, consumer: Consumer) -> Condition:
        return Condition("contains(message, ?)", (MARK,), exact=False)

    def consume(self, scope: Scope, consumer: Consumer, events: list[LogEvent]) -> None:
        found = [point for event in events for point in datapoints(event.message)]
        publish(self._cloud.client("cloudwatch", scope), found)
