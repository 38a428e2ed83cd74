"""What customers see: a page with the products, and the way to order them."""

from __future__ import annotations

from html import escape
from typing import Any

from . import peers, tracing
from .server import run
from .service import Problem, Request, Service

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<h1>Shop</h1><ul>{items}</ul><p>Version {version}</p></html>"""


def cart(query: dict[str, str]) -> dict[str, int]:
    """Return the cart that a query such as ?mug=2&sticker=1 means. Raises Problem(400)."""
    for product, quantity in query.items():
        if not quantity.isdecimal():
            raise Problem(400, f"{quantity!r} is not a quantity of {product}")
    return {product: int(quantity) for product, quantity in query.items()}


def _page(request: Request) -> str:
    products = peers.call("catalog", "/products", request.trace)
    with tracing.step("draw the page"):
        items = "".join(f"<li>{escape(p['name'])}: {p['price'] / 100:.2f}</li>" for p in products)
        return _PAGE.format(items=items, version=escape(service.version))


def _products(request: Request) -> Any:
    return peers.call("catalog", "/products", request.trace)


def _total(request: Request) -> Any:
    return peers.call("catalog", "/total", request.trace, cart(request.query))


def _order(request: Request) -> Any:
    return peers.call("orders", "/orders", request.trace, request.body)


service = Service(
    "web",
    {"GET /": _page, "GET /products": _products, "GET /cart/total": _total, "POST /orders": _order},
    ready=lambda: peers.answers("catalog") and peers.answers("orders"),
)

if __name__ == "__main__":
    run(service)
