"""The operations on subscription filters."""

from __future__ import annotations

from ...paging import page
from ...scope import Scope
from ...service import ServiceError
from ..foundation import LogsFoundation, Request, pattern_of
from ..model import SubscriptionFilter
from ..names import check_filter_name
from ..unbuilt import refuse_unbuilt
from .consumer import KIND, SubscriptionConsumer
from .destinations import destination_of

_PAGE = 50
_MAX_FILTERS = 2


class SubscriptionOperations(LogsFoundation):
    """Operations on subscription filters."""

    def start(self) -> None:
        self._followers.handle(KIND, SubscriptionConsumer(self.cloud, self._journal))
        super().start()

    def put_subscription_filter(self, scope: Scope, request: Request) -> Request:
        made = self._requested(scope, request)
        destination_of(scope, made.destination).check(self.cloud, scope, made)
        return self._subscribe(scope, made)

    def subscribe_unchecked(self, scope: Scope, request: Request) -> Request:
        """Do PutSubscriptionFilter without asking the destination, which the thread of the event loop cannot do."""
        made = self._requested(scope, request)
        destination_of(scope, made.destination)
        return self._subscribe(scope, made)

    def _requested(self, scope: Scope, request: Request) -> SubscriptionFilter:
        group, name = request["logGroupName"], request["filterName"]
        check_filter_name(name)
        refuse_unbuilt(request)
        pattern_of(request["filterPattern"])
        self._group(scope, group)
        made = SubscriptionFilter(
            group,
            name,
            request["filterPattern"],
            request["destinationArn"],
            request.get("roleArn"),
            request.get("distribution", "ByLogStream"),
            self._now(),
        )
        _check_no_loop(made)
        return made

    def _subscribe(self, scope: Scope, made: SubscriptionFilter) -> Request:
        group, name = made.group, made.name
        with self._journal.lock, self.cloud.store.transaction():
            self._group(scope, group)
            if sum(found.name != name for found in self._subscriptions.list(scope, f"{group}:")) >= _MAX_FILTERS:
                raise ServiceError(
                    "LimitExceededException",
                    f"{group} has {_MAX_FILTERS} subscription filters, the most it can; delete one first.",
                )
            self._check_regexes(scope, group, name, pattern_of(made.pattern))
            self._subscriptions.put(scope, f"{group}:{name}", made)
            self._followers.follow(scope, KIND, group, name)
        return {}

    def delete_subscription_filter(self, scope: Scope, request: Request) -> Request:
        group, name = request["logGroupName"], request["filterName"]
        with self.cloud.store.transaction():
            self._group(scope, group)
            if not self._subscriptions.delete(scope, f"{group}:{name}"):
                raise ServiceError(
                    "ResourceNotFoundException", f"The specified subscription filter does not exist: {name} of {group}"
                )
            self._followers.unfollow(scope, KIND, group, name)
        return {}

    def describe_subscription_filters(self, scope: Scope, request: Request) -> Request:
        group = self._group(scope, request["logGroupName"]).name
        filters = self._subscriptions.list(scope, f"{group}:{request.get('filterNamePrefix', '')}")
        shown, token = page(
            sorted(filters, key=lambda found: found.name),
            request.get("nextToken"),
            request.get("limit", _PAGE),
            "InvalidParameterException",
        )
        return {"subscriptionFilters": [_document(found) for found in shown], "nextToken": token}


def _check_no_loop(made: SubscriptionFilter) -> None:
    function = made.destination.partition(":function:")[2].partition(":")[0]
    if function and made.group == f"/aws/lambda/{function}":
        raise ServiceError(
            "InvalidParameterException",
            f"{function} would be called for its own log, which it then writes again, without end. Send its log to"
            " another function.",
        )


def _document(found: SubscriptionFilter) -> Request:
    return {
        "filterName": found.name,
        "logGroupName": found.group,
        "filterPattern": found.pattern,
        "destinationArn": found.destination,
        "roleArn": found.role,
        "distribution": found.distribution,
        "creationTime": found.created,
    }
