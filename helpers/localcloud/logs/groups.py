"""Log groups, how long they keep events, and whether they may be deleted."""

from __future__ import annotations

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from .foundation import LogsFoundation, Request
from .model import STANDARD, LogGroup
from .names import check_group_name, group_arn, group_of
from .retention import KIND, check_days
from .tags import check_tags

_PAGE = 50


class GroupOperations(LogsFoundation):
    """Operations on log groups."""

    def create_log_group(self, scope: Scope, request: Request) -> Request:
        name = request["logGroupName"]
        check_group_name(name)
        tags = request.get("tags") or {}
        check_tags(tags, "InvalidParameterException")
        with self.cloud.store.transaction():
            if self._groups.get(scope, name) is not None:
                raise ServiceError("ResourceAlreadyExistsException", f"The specified log group already exists: {name}")
            group = LogGroup(
                name,
                self._now(),
                kind=request.get("logGroupClass", STANDARD),
                kms_key=request.get("kmsKeyId"),
                protected=bool(request.get("deletionProtectionEnabled")),
                tags=tags,
            )
            self._groups.put(scope, name, group)
        return {}

    def delete_log_group(self, scope: Scope, request: Request) -> Request:
        name = request["logGroupName"]
        # With the lock, no event comes in between; the journal's lock is always taken before the store's.
        with self._journal.lock:
            with self.cloud.store.transaction():
                self._check_unprotected(self._group(scope, name))
                self._groups.delete(scope, name)
                for collection in (self._metric_filters, self._subscriptions):
                    for found in collection.list(scope, f"{name}:"):
                        collection.delete(scope, f"{name}:{found.name}")
                self._followers.unfollow_group(scope, name)
            self._journal.drop(self._journal.streams(scope, name))
            self._deleted[scope, name] = self._now()
        return {}

    def describe_log_groups(self, scope: Scope, request: Request) -> Request:
        prefix, pattern = request.get("logGroupNamePrefix"), request.get("logGroupNamePattern")
        if prefix and pattern:
            raise ServiceError(
                "InvalidParameterException",
                "logGroupNamePrefix and logGroupNamePattern are mutually exclusive; give one of them.",
            )
        wanted = {group_of(scope, identifier) for identifier in request.get("logGroupIdentifiers", [])}
        groups = [
            group
            for group in sorted(self._groups.list(scope, prefix or ""), key=lambda group: group.name)
            if (pattern or "") in group.name
            and (not wanted or group.name in wanted)
            and group.kind == request.get("logGroupClass", group.kind)
        ]
        found, token = page(groups, request.get("nextToken"), request.get("limit", _PAGE), "InvalidParameterException")
        sizes = self._journal.sizes(scope, [group.name for group in found])
        documents = [self._document(scope, group, sizes.get(group.name, 0)) for group in found]
        return {"logGroups": documents, "nextToken": token}

    def put_retention_policy(self, scope: Scope, request: Request) -> Request:
        check_days(request["retentionInDays"])
        self._change(scope, request["logGroupName"], retention=request["retentionInDays"])
        self.cloud.workers.start(KIND, scope, request["logGroupName"])
        return {}

    def delete_retention_policy(self, scope: Scope, request: Request) -> Request:
        self._change(scope, request["logGroupName"], retention=None)
        return {}

    def put_log_group_deletion_protection(self, scope: Scope, request: Request) -> Request:
        name = group_of(scope, request["logGroupIdentifier"])
        self._change(scope, name, protected=request["deletionProtectionEnabled"])
        return {}

    def _change(self, scope: Scope, name: str, **changes: object) -> None:
        with self.cloud.store.transaction():
            group = self._group(scope, name)
            for field, value in changes.items():
                setattr(group, field, value)
            self._groups.put(scope, name, group)

    def _check_unprotected(self, group: LogGroup) -> None:
        if group.protected:
            raise ServiceError(
                "ValidationException",
                f"The log group {group.name} has deletion protection. Turn it off with PutLogGroupDeletionProtection"
                " first.",
            )

    def _document(self, scope: Scope, group: LogGroup, stored: int) -> Request:
        arn = group_arn(scope, group.name)
        return {
            "logGroupName": group.name,
            "creationTime": group.created,
            "retentionInDays": group.retention,
            "metricFilterCount": len(self._metric_filters.list(scope, f"{group.name}:")),
            "arn": f"{arn}:*",
            "logGroupArn": arn,
            "storedBytes": stored,
            "kmsKeyId": group.kms_key,
            "logGroupClass": group.kind,
            "deletionProtectionEnabled": group.protected,
        }
