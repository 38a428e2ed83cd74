"""Sends what a subscription filter finds."""

from __future__ import annotations

import logging

from ...cloud import Cloud
from ...scope import Scope
from ..filterpattern import compile_pattern
from ..filterpattern.pattern import Condition
from ..journal import Journal
from ..model import Consumer, LogEvent, SubscriptionFilter
from .destinations import destination_of
from .envelope import envelopes

log = logging.getLogger(__name__)

KIND = "subscription"


class SubscriptionConsumer:
    """The handler of consumers of the kind "subscription": each subscription filter is one."""

    def __init__(self, cloud: Cloud, journal: Journal) -> None:
        self._cloud = cloud
        self._journal = journal
        self._subscriptions = cloud.store.collection("logs.subscription-filter", SubscriptionFilter)

    def condition(self, scope: Scope, consumer: Consumer) -> Condition | None:
        found = self._subscription(scope, consumer)
        return compile_pattern(found.pattern).condition() if found else None

    def consume(self, scope: Scope, consumer: Consumer, events: list[LogEvent]) -> None:
        from botocore.exceptions import ClientError

        if (found := self._subscription(scope, consumer)) is None:
            return
        destination = destination_of(scope, found.destination)
        names = {stream.number: stream.name for stream in self._journal.streams(scope, consumer.group)}
        for stream, data in envelopes(scope, found, compile_pattern(found.pattern), events, names):
            try:
                destination.deliver(self._cloud, scope, found, stream, data)
            except ClientError as error:
                # AWS does not try again either: the destination is gone or refuses.
                log.warning("%s took no events of %s: %s", found.destination, consumer.group, error)

    def _subscription(self, scope: Scope, consumer: Consumer) -> SubscriptionFilter | None:
        return self._subscriptions.get(scope, f"{consumer.group}:{consumer.name}")
