"""The catalog: what there is, and what a cart of it costs."""

from __future__ import annotations

from typing import Any

from . import tracing
from .server import run
from .service import Problem, Request, Service

# Prices are whole cents: sums of binary fractions would not add up.
PRODUCTS: dict[str, dict[str, Any]] = {
    "mug": {"name": "Mug", "price": 900},
    "shirt": {"name": "T-shirt", "price": 1900},
    "sticker": {"name": "Sticker", "price": 250},
}
DISCOUNT_FROM = 5000
DISCOUNT_PERCENT = 10


def total(cart: dict[str, int]) -> int:
    """Return the price of `cart` (quantity by product id) in cents: from 50.00 on, ten percent less.

    Raises Problem(400) for a product that does not exist or a quantity that is not 1, 2, 3, ...
    """
    amount = 0
    for product, quantity in cart.items():
        if product not in PRODUCTS:
            raise Problem(400, f"There is no product {product}")
        if type(quantity) is not int or quantity < 1:
            raise Problem(400, f"{quantity!r} is not a quantity")
        amount += PRODUCTS[product]["price"] * quantity
    if amount >= DISCOUNT_FROM:
        amount -= amount * DISCOUNT_PERCENT // 100
    return amount


def _products(request: Request) -> list[dict[str, object]]:
    return [{"id": id_, **product} for id_, product in PRODUCTS.items()]


def _total(request: Request) -> dict[str, int]:
    if not isinstance(request.body, dict):
        raise Problem(400, "Send the cart as JSON: quantity by product id")
    with tracing.step("price the cart"):
        return {"total": total(request.body)}


service = Service("catalog", {"GET /products": _products, "POST /total": _total})

if __name__ == "__main__":
    run(service)
