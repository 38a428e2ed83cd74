"""The operations of Logs Insights. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"""

from __future__ import annotations

from typing import Any

from ...cloud import Cloud
from ...paging import page
from ...scope import Scope
from ...service import ServiceError
from ..foundation import LogsFoundation, Request
from . import log_record, requested
from .definitions import Definitions
from .model import QueryRecord
from .queries import KIND, Queries

_INVALID = "InvalidParameterException"
_MOST_ROWS_A_PAGE = 10_000
_PAGE = 1000


class InsightsOperations(LogsFoundation):
    """Queries over log events, and saved queries."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._queries = Queries(cloud, self._expired_before)
        self._definitions = Definitions(cloud)

    def start(self) -> None:
        super().start()
        self.cloud.workers.register(KIND, self._queries.work)

    def start_query(self, scope: Scope, request: Request) -> Request:
        record = requested.query(scope, request, self._now())
        for group in record.groups:
            self._group(scope, group)
        self._check(scope, record)
        self._queries.start(scope, record)
        return {"queryId": record.id}

    def get_query_results(self, scope: Scope, request: Request) -> Request:
        record = self._queries.find(scope, request["queryId"])
        labels, rows = self._queries.rows(scope, record)
        size = request.get("maxItems") or _MOST_ROWS_A_PAGE
        found, token = page(rows, request.get("nextToken"), size, _INVALID)
        return {
            "queryLanguage": "CWLI",
            "results": [_present(labels, row) for row in found],
            "statistics": record.statistics or None,
            "status": record.status,
            "nextToken": token,
        }

    def stop_query(self, scope: Scope, request: Request) -> Request:
        self._queries.cancel(scope, request["queryId"])
        return {"success": True}

    def describe_queries(self, scope: Scope, request: Request) -> Request:
        group, status = request.get("logGroupName"), request.get("status")
        newest_first = [
            _description(scope, record)
            for record in reversed(self._queries.stored.list(scope))
            if group in (None, *record.groups)
            and status in (None, record.status)
            and request.get("queryLanguage", "CWLI") == "CWLI"
        ]
        found, token = page(newest_first, request.get("nextToken"), request.get("maxResults", _PAGE), _INVALID)
        return {"queries": found, "nextToken": token}

    def get_log_record(self, scope: Scope, request: Request) -> Request:
        return {"logRecord": log_record.read(self.cloud.columns, scope, request["logRecordPointer"])}

    def put_query_definition(self, scope: Scope, request: Request) -> Request:
        requested.check_language(request)
        return {"queryDefinitionId": self._definitions.put(scope, request)}

    def describe_query_definitions(self, scope: Scope, request: Request) -> Request:
        known = self._definitions.with_prefix(scope, request.get("queryDefinitionNamePrefix", ""))
        wanted = known if request.get("queryLanguage", "CWLI") == "CWLI" else []
        found, token = page(wanted, request.get("nextToken"), request.get("maxResults", _PAGE), _INVALID)
        return {"queryDefinitions": found, "nextToken": token}

    def delete_query_definition(self, scope: Scope, request: Request) -> Request:
        self._definitions.delete(scope, request["queryDefinitionId"])
        return {"success": True}

    def _check(self, scope: Scope, record: QueryRecord) -> None:
        """Refuse a query that cannot run, before anything is recorded."""
        from .engine import prepare
        from .errors import MalformedQuery

        try:
            prepare(record.text, self._queries.source(scope, record), record.limit)
        except MalformedQuery as error:
            message = error.message(record.text)
            location = {"startCharOffset": error.span[0], "endCharOffset": error.span[1]}
            members = {"queryCompileError": {"location": location, "message": message}}
            raise ServiceError("MalformedQueryException", message, members=members) from None

    def _expired_before(self, scope: Scope, name: str) -> int:
        """A group that was deleted while its query waited has no events left."""
        group = self._groups.get(scope, name)
        return 0 if group is None else self._horizon(group)


def _present(labels: list[str], row: list[str | None]) -> list[dict[str, Any]]:
    return [{"field": label, "value": value} for label, value in zip(labels, row, strict=True) if value is not None]


def _description(scope: Scope, record: QueryRecord) -> Request:
    return {
        "queryLanguage": "CWLI",
        "queryId": record.id,
        "queryString": record.text,
        "status": record.status,
        "createTime": record.created,
        "logGroupName": record.groups[0],
        "queryDuration": None if record.ended is None else record.ended - record.created,
        "bytesScanned": record.statistics.get("bytesScanned"),
        "userIdentity": f"arn:aws:iam::{scope.account}:root",
    }
