"""What the workbook asks the local cloud itself: is it well, and forget one account."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING

from ..cloud import Cloud
from ..protocol import HttpResponse

if TYPE_CHECKING:
    from .app import Gateway

HEALTH = "/_workbook/health"
SIGNING_NAME = "workbook"


def health(cloud: Cloud) -> HttpResponse:
    """Return who answers here; unsigned, so that a starting process can ask before it has keys."""
    return _json({"service": "devops-aws-workbook", "pid": os.getpid(), "time_scale": cloud.clock.time_scale})


async def reset(gateway: Gateway, account: str) -> HttpResponse:
    """Forget `account`: end its jobs, then drop what our services and the base hold of it."""
    ours = await asyncio.to_thread(_reset_ours, gateway, account)
    theirs = gateway.base.forget(account)
    return _json({"account": account, "removed": ours + theirs})


def _reset_ours(gateway: Gateway, account: str) -> int:
    gateway.cloud.workers.reset(account)
    for service in gateway.services.values():
        service.reset(account)
    return gateway.cloud.store.forget(account)


def _json(content: dict[str, object]) -> HttpResponse:
    return HttpResponse(200, {"content-type": "application/json"}, json.dumps(content).encode())
