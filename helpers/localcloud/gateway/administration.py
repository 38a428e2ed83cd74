"""What the workbook asks the local cloud itself: is it well, and forget one account."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from ..cloud import Cloud
from ..protocol import HttpResponse
from ..service import Service

HEALTH = "/_workbook/health"
SIGNING_NAME = "workbook"


def health(cloud: Cloud) -> HttpResponse:
    """Return who answers here; unsigned, so that a starting process can ask before it has keys."""
    return _json({"service": "devops-aws-workbook", "pid": os.getpid(), "time_scale": cloud.clock.time_scale})


def forget(cloud: Cloud, services: Iterable[Service], account: str) -> int:
    """End the jobs of `account`, then drop what our services hold of it; return how many values there were."""
    cloud.workers.reset(account)
    for service in services:
        service.reset(account)
    return cloud.store.forget(account)


def forgotten(account: str, removed: int) -> HttpResponse:
    """Return the answer to a reset."""
    return _json({"account": account, "removed": removed})


def _json(content: dict[str, object]) -> HttpResponse:
    return HttpResponse(200, {"content-type": "application/json"}, json.dumps(content).encode())
