"""Tags of clusters, services, tasks, task definitions and task sets."""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from ..service import ServiceError
from ..store import Collection
from .deployments import Deployments

Request = dict[str, Any]


class Tags(Deployments):
    """The operations on tags. API: TagResource and its neighbours."""

    def tag_resource(self, scope: Scope, request: Request) -> Request:
        new = {tag["key"]: tag for tag in request["tags"]}
        self._change_tags(scope, request["resourceArn"], new, set(new))
        return {}

    def untag_resource(self, scope: Scope, request: Request) -> Request:
        self._change_tags(scope, request["resourceArn"], {}, set(request["tagKeys"]))
        return {}

    def list_tags_for_resource(self, scope: Scope, request: Request) -> Request:
        return {"tags": self._tagged(scope, request["resourceArn"])[2].tags}

    def _change_tags(self, scope: Scope, arn: str, new: dict[str, Any], gone: set[str]) -> None:
        with self.cloud.store.transaction():
            collection, key, found = self._tagged(scope, arn)
            found.tags = [tag for tag in found.tags if tag["key"] not in gone] + list(new.values())
            collection.put(scope, key, found)

    def _tagged(self, scope: Scope, arn: str) -> tuple[Collection[Any], str, Any]:
        """Return where the resource of an ARN is, and itself. Raises InvalidParameterException if there is none."""
        kind, _, name = arn.rpartition(":ecs:")[2].partition(":")[2].partition(":")[2].partition("/")
        family, _, revision = name.partition(":")
        places: dict[str, tuple[Collection[Any], str]] = {
            "cluster": (self._records.clusters, name),
            "service": (self._records.services, name),
            "task": (self._records.tasks, name),
            "task-definition": (self._records.definitions, f"{family}:{revision:>06}"),
            "task-set": (self._records.revisions, name.replace("/ecs-svc/", "/")),
        }
        collection, key = places.get(kind, (None, ""))
        found = collection.get(scope, key) if collection else None
        if collection is None or found is None:
            raise ServiceError("InvalidParameterException", f"The resource {arn} was not found.")
        return collection, key, found
