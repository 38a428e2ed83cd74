"""Saved queries. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html"""

from __future__ import annotations

import uuid
from typing import Any

from ...cloud import Cloud
from ...scope import Scope
from ...service import ServiceError
from .model import Definition


class Definitions:
    """The saved queries of the local cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._stored = cloud.store.collection("logs.query-definition", Definition)

    def put(self, scope: Scope, request: dict[str, Any]) -> str:
        """Save a query, new or over the one that the request names; return its id.

        A call that comes again with its token changes nothing. Raises ResourceNotFoundException.
        """
        token = request.get("clientToken", "")
        with self._cloud.store.transaction():
            for known in self._stored.list(scope):
                if token and known.token == token:
                    return known.id
            id_ = request.get("queryDefinitionId")
            if id_ is not None:
                self._find(scope, id_)
            definition = Definition(
                id_ or str(uuid.uuid4()),
                request["name"],
                request["queryString"],
                list(request.get("logGroupNames", [])),
                int(self._cloud.clock.now().timestamp() * 1000),
                list(request.get("parameters", [])),
                token,
            )
            self._stored.put(scope, definition.id, definition)
        return definition.id

    def with_prefix(self, scope: Scope, prefix: str) -> list[dict[str, Any]]:
        """Return the documents of the saved queries whose name starts with `prefix`, by name."""
        found = [definition for definition in self._stored.list(scope) if definition.name.startswith(prefix)]
        return [_document(definition) for definition in sorted(found, key=lambda one: (one.name, one.id))]

    def delete(self, scope: Scope, id_: str) -> None:
        """Delete a saved query. Raises ResourceNotFoundException."""
        with self._cloud.store.transaction():
            self._find(scope, id_)
            self._stored.delete(scope, id_)

    def _find(self, scope: Scope, id_: str) -> Definition:
        if (definition := self._stored.get(scope, id_)) is None:
            raise ServiceError("ResourceNotFoundException", f"There is no query definition {id_}.")
        return definition


def _document(definition: Definition) -> dict[str, Any]:
    return {
        "queryLanguage": "CWLI",
        "queryDefinitionId": definition.id,
        "name": definition.name,
        "queryString": definition.text,
        "lastModified": definition.modified,
        "logGroupNames": definition.groups,
        "parameters": definition.parameters or None,
    }
