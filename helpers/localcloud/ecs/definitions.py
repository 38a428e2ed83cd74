"""Task definitions: families of revisions that never change."""

from __future__ import annotations

import copy
from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from . import documents
from .clusters import Clusters
from .definition_checks import check
from .model import Definition, Document

Request = dict[str, Any]
_ELSEWHERE = ("family", "tags")


class Definitions(Clusters):
    """The operations on task definitions. API: RegisterTaskDefinition and its neighbours."""

    def register_task_definition(self, scope: Scope, request: Request) -> Request:
        check(request)
        family = request["family"]
        with self.cloud.store.transaction():
            revisions = [each.revision for each in self._records.definitions.list(scope, f"{family}:")]
            found = Definition(
                family,
                max(revisions, default=0) + 1,
                self.cloud.clock.now(),
                _content(request),
                tags=request.get("tags", []),
            )
            self._records.definitions.put(scope, found.key, found)
        return self._described(scope, found)

    def deregister_task_definition(self, scope: Scope, request: Request) -> Request:
        label = request["taskDefinition"].rpartition("task-definition/")[2]
        if ":" not in label:
            raise ServiceError("ClientException", f"A revision is deregistered, as {label}:1; {label} is a family.")
        with self.cloud.store.transaction():
            found = self._records.definition(scope, request["taskDefinition"])
            found.status, found.deregistered = "INACTIVE", found.deregistered or self.cloud.clock.now()
            self._records.definitions.put(scope, found.key, found)
        return {"taskDefinition": documents.definition(scope, found)}

    def delete_task_definitions(self, scope: Scope, request: Request) -> Request:
        deleted, failures = [], []
        for reference in request["taskDefinitions"]:
            found = self._records.definition(scope, reference)
            if found.status == "ACTIVE":
                arn = documents.definition_arn(scope, found)
                failures.append({"arn": arn, "reason": "The specified task definition is still in ACTIVE status."})
                continue
            found.status = "DELETE_IN_PROGRESS"
            self._records.definitions.delete(scope, found.key)
            deleted.append(documents.definition(scope, found))
        return {"taskDefinitions": deleted, "failures": failures}

    def describe_task_definition(self, scope: Scope, request: Request) -> Request:
        found = self._records.definition(scope, request["taskDefinition"])
        described = self._described(scope, found)
        return described if "TAGS" in request.get("include", []) else {**described, "tags": None}

    def list_task_definitions(self, scope: Scope, request: Request) -> Request:
        family, status = request.get("familyPrefix"), request.get("status", "ACTIVE")
        matching = [
            each
            for each in self._records.definitions.list(scope)
            if each.status == status and family in (None, each.family)
        ]
        matching.sort(key=lambda each: (each.family, each.revision), reverse=request.get("sort") == "DESC")
        arns, token = self._page([documents.definition_arn(scope, each) for each in matching], request)
        return {"taskDefinitionArns": arns, "nextToken": token}

    def list_task_definition_families(self, scope: Scope, request: Request) -> Request:
        prefix, status = request.get("familyPrefix", ""), request.get("status", "ACTIVE")
        everything = [each for each in self._records.definitions.list(scope) if each.family.startswith(prefix)]
        active = {each.family for each in everything if each.status == "ACTIVE"}
        known = {each.family for each in everything}
        families = {"ACTIVE": active, "INACTIVE": known - active, "ALL": known}[status]
        found, token = self._page(sorted(families), request)
        return {"families": found, "nextToken": token}

    def _described(self, scope: Scope, found: Definition) -> Document:
        return {"taskDefinition": documents.definition(scope, found), "tags": found.tags}

    def _page(self, items: list[str], request: Request) -> tuple[list[str], str | None]:
        return page(items, request.get("nextToken"), request.get("maxResults") or 100, "InvalidParameterException")


def _content(request: Request) -> Document:
    """Return what was registered, with the members that AWS fills in."""
    content = {member: copy.deepcopy(value) for member, value in request.items() if member not in _ELSEWHERE}
    awsvpc = content.get("networkMode") == "awsvpc"
    for container in content["containerDefinitions"]:
        container.setdefault("essential", True)
        for member, empty in (("cpu", 0), ("environment", []), ("mountPoints", []), ("volumesFrom", [])):
            container.setdefault(member, empty)
        container["portMappings"] = [
            {"protocol": "tcp", **({"hostPort": each["containerPort"]} if awsvpc else {}), **each}
            for each in container.get("portMappings", [])
        ]
    return content
