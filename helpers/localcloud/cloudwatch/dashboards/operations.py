"""The operations on dashboards.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpers.dashboard import Problem, problems_of

from ...cloud import Cloud
from ...paging import page
from ...scope import Scope
from ...service import Service, ServiceError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
PAGE = 1000


@dataclass(frozen=True)
class Dashboard:
    """A dashboard as it was put."""

    name: str
    body: str
    modified: datetime


class DashboardOperations(Service):
    """Dashboards are global on AWS: here, too, they are the account's and not a region's."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._dashboards = cloud.store.collection("cloudwatch.dashboard", Dashboard)

    def put_dashboard(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        name, body = request["DashboardName"], request["DashboardBody"]
        if not _NAME.fullmatch(name):
            raise ServiceError(
                "InvalidParameterInput",
                f"The dashboard name {name!r} is invalid: it has up to 255 letters, digits, '-' and '_'.",
            )
        if problems := problems_of(body):
            raise _invalid(problems)
        self._dashboards.put(_everywhere(scope), name, Dashboard(name, body, self.cloud.clock.now()))
        return {"DashboardValidationMessages": []}

    def get_dashboard(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        found = self._dashboards.get(_everywhere(scope), request["DashboardName"])
        if found is None:
            raise _not_found([request["DashboardName"]])
        return {"DashboardArn": _arn(scope, found.name), "DashboardName": found.name, "DashboardBody": found.body}

    def list_dashboards(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        found = self._dashboards.list(_everywhere(scope), request.get("DashboardNamePrefix", ""))
        entries = [_entry(scope, dashboard) for dashboard in sorted(found, key=lambda dashboard: dashboard.name)]
        shown, token = page(entries, request.get("NextToken"), PAGE, "InvalidParameterValueException")
        return {"DashboardEntries": shown, "NextToken": token}

    def delete_dashboards(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        names, place = request["DashboardNames"], _everywhere(scope)
        with self.cloud.store.transaction():
            if missing := [name for name in names if self._dashboards.get(place, name) is None]:
                raise _not_found(missing)
            for name in names:
                self._dashboards.delete(place, name)
        return {}


def _everywhere(scope: Scope) -> Scope:
    return Scope(scope.account, "global")


def _arn(scope: Scope, name: str) -> str:
    return f"arn:aws:cloudwatch::{scope.account}:dashboard/{name}"


def _entry(scope: Scope, dashboard: Dashboard) -> dict[str, Any]:
    return {
        "DashboardName": dashboard.name,
        "DashboardArn": _arn(scope, dashboard.name),
        "LastModified": dashboard.modified,
        "Size": len(dashboard.body.encode()),
    }


def _invalid(problems: Sequence[Problem]) -> ServiceError:
    told = json.dumps([{"dataPath": problem.path, "message": problem.message} for problem in problems])
    return ServiceError(
        "DashboardInvalidInputError",
        f"The field DashboardBody must be a valid JSON object; there are {len(problems)} validation errors: {told}",
    )


def _not_found(names: Sequence[str]) -> ServiceError:
    listed = ", ".join(names)
    return ServiceError("DashboardNotFoundError", f"Dashboard {listed} does not exist", status=404)
