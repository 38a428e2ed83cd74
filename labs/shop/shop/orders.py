"""Orders: takes one if the catalog can price it, and keeps it (in memory: a restart forgets)."""

from __future__ import annotations

import threading
from typing import Any

from . import peers, tracing
from .server import run
from .service import Problem, Request, Service

_kept: list[dict[str, Any]] = []
_lock = threading.Lock()


def _place(request: Request) -> dict[str, Any]:
    cart = request.body.get("cart") if isinstance(request.body, dict) else None
    if not cart:
        raise Problem(400, "An order needs a cart with something in it")
    price = peers.call("catalog", "/total", request.trace, cart)["total"]
    with tracing.step("keep the order"), _lock:
        order = {"id": len(_kept) + 1, "cart": cart, "total": price}
        _kept.append(order)
    return order


def _list(request: Request) -> list[dict[str, Any]]:
    with _lock:
        return list(_kept)


service = Service("orders", {"GET /orders": _list, "POST /orders": _place}, ready=lambda: peers.answers("catalog"))

if __name__ == "__main__":
    run(service)
