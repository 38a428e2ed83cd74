"""What all operations of CloudWatch Logs share: its records, the journal, and those who follow it."""

from __future__ import annotations

from typing import Any, ClassVar

from ..cloud import Cloud
from ..scope import Scope
from ..service import Service, ServiceError
from .filterpattern import Pattern, PatternError, compile_pattern
from .followers import Followers
from .journal import Journal
from .model import LogGroup, LogStream, MetricFilter, SubscriptionFilter
from .usage import Usage

Request = dict[str, Any]
_MAX_REGEX_FILTERS = 5


class LogsFoundation(Service):
    """Base of the mixins of CloudWatch Logs."""

    service: ClassVar[str] = "logs"
    validation_error: ClassVar[str] = "InvalidParameterException"

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._groups = cloud.store.collection("logs.group", LogGroup)
        self._metric_filters = cloud.store.collection("logs.metric-filter", MetricFilter)
        self._subscriptions = cloud.store.collection("logs.subscription-filter", SubscriptionFilter)
        self._journal = Journal(cloud.columns, cloud.clock)
        self._followers = Followers(cloud, self._journal)
        self._usage = Usage(cloud)
        # When groups were deleted, in epoch milliseconds: what was said before arrives a little later.
        self._deleted: dict[tuple[Scope, str], int] = {}

    def start(self) -> None:
        self._journal.open()
        self._usage.start()
        super().start()
        for scope, name in self._journal.groups():
            if self._groups.get(scope, name) is None:  # what a crash left of a deletion
                self._journal.drop(self._journal.streams(scope, name))
        self._followers.start()

    def reset(self, account: str) -> None:
        super().reset(account)
        self._journal.drop_account(account)

    def _now(self) -> int:
        """Return the present moment in epoch milliseconds."""
        return int(self.cloud.clock.now().timestamp() * 1000)

    def _group(self, scope: Scope, name: str) -> LogGroup:
        if (group := self._groups.get(scope, name)) is None:
            raise ServiceError("ResourceNotFoundException", f"The specified log group does not exist: {name}")
        return group

    def _stream(self, scope: Scope, group: str, name: str) -> LogStream:
        if (stream := self._journal.stream(scope, group, name)) is None:
            raise ServiceError(
                "ResourceNotFoundException", f"The specified log stream does not exist: {name} in {group}"
            )
        return stream

    def _check_regexes(self, scope: Scope, group: str, name: str, pattern: Pattern) -> None:
        """Raise ServiceError if the filter `name` were one too many of the group's with regular expressions."""
        filters: list[MetricFilter | SubscriptionFilter] = [
            *self._metric_filters.list(scope, f"{group}:"),
            *self._subscriptions.list(scope, f"{group}:"),
        ]
        others = sum(pattern_of(found.pattern).regexes > 0 for found in filters if found.name != name)
        if pattern.regexes and others >= _MAX_REGEX_FILTERS:
            raise ServiceError(
                "LimitExceededException",
                f"{group} has {_MAX_REGEX_FILTERS} filters with regular expressions, the most it can.",
            )

    def _horizon(self, group: LogGroup) -> int:
        """Return the time (epoch milliseconds) before which the events of `group` have expired."""
        return 0 if group.retention is None else self._now() - group.retention * 86_400_000


def pattern_of(text: str) -> Pattern:
    """Return the compiled filter pattern `text`. Raises ServiceError with position and reason."""
    try:
        return compile_pattern(text)
    except PatternError as error:
        raise ServiceError("InvalidParameterException", str(error)) from None
