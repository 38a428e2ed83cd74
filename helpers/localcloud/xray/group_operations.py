"""Groups of traces."""

from __future__ import annotations

import secrets
from typing import Any

from ..cloud import Cloud
from ..paging import page
from ..scope import Scope
from ..service import Service
from .group_model import Group
from .request_checks import filter_of, invalid

Request = dict[str, Any]
# X-Ray's quota of groups in a region.
MAX_GROUPS = 25
_PAGE = 100


class GroupOperations(Service):
    """CreateGroup, GetGroup, UpdateGroup, DeleteGroup, GetGroups."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._groups = cloud.store.collection("xray.group", Group)

    def create_group(self, scope: Scope, request: Request) -> Request:
        name = request["GroupName"]
        with self.cloud.store.transaction():
            groups = self._groups.list(scope)
            if any(group.name == name for group in groups):
                raise invalid(f"The group '{name}' exists already; choose another name or update it.")
            if len(groups) >= MAX_GROUPS:
                raise invalid(f"There are {MAX_GROUPS} groups already, the most of a region; delete one.")
            group = Group(name, scope.arn("xray", f"group/{name}/{secrets.token_hex(13).upper()}"))
            group.tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
            self._put(scope, group, request)
        return {"Group": group.document()}

    def get_group(self, scope: Scope, request: Request) -> Request:
        return {"Group": self._group(scope, request).document()}

    def update_group(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            group = self._group(scope, request)
            self._put(scope, group, request)
        return {"Group": group.document()}

    def delete_group(self, scope: Scope, request: Request) -> Request:
        self._groups.delete(scope, self._group(scope, request).name)
        return {}

    def get_groups(self, scope: Scope, request: Request) -> Request:
        groups = [group.document() for group in self._groups.list(scope)]
        shown, token = page(groups, request.get("NextToken"), _PAGE, "InvalidRequestException")
        return {"Groups": shown, "NextToken": token}

    def _put(self, scope: Scope, group: Group, request: Request) -> None:
        """Take over what `request` says of the group."""
        if "FilterExpression" in request:
            filter_of(request["FilterExpression"], scope.account)
            group.filter_expression = request["FilterExpression"]
        insights = request.get("InsightsConfiguration", {})
        group.insights_enabled = insights.get("InsightsEnabled", group.insights_enabled)
        group.notifications_enabled = insights.get("NotificationsEnabled", group.notifications_enabled)
        if group.notifications_enabled and not group.insights_enabled:
            raise invalid("NotificationsEnabled needs InsightsEnabled to be true.")
        self._groups.put(scope, group.name, group)

    def _group(self, scope: Scope, request: Request) -> Group:
        """Return the group that GroupName or GroupARN names. Raises ServiceError (InvalidRequestException)."""
        name, arn = request.get("GroupName"), request.get("GroupARN")
        if bool(name) == bool(arn):
            raise invalid("Name the group by either GroupName or GroupARN.")
        for group in self._groups.list(scope):
            if group.name == name or group.arn == arn:
                return group
        raise invalid(f"There is no group {name or arn} in {scope.region}; GetGroups lists them.")
