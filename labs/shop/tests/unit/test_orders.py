"""Orders, with a catalog that is played."""

from __future__ import annotations

import unittest
from unittest.mock import patch

from shop.orders import service
from shop.service import Problem, Request


def place(body: object) -> dict[str, object]:
    order: dict[str, object] = service.answer("POST", "/orders", Request({}, body, "trace"))
    return order


class OrdersTest(unittest.TestCase):
    def test_an_order_has_the_price_of_the_catalog_and_is_kept(self) -> None:
        with patch("shop.peers.call", return_value={"total": 123}) as catalog:
            order = place({"cart": {"mug": 1}})
        catalog.assert_called_once_with("catalog", "/total", "trace", {"mug": 1})
        self.assertEqual(order["total"], 123)
        self.assertIn(order, service.answer("GET", "/orders", Request({}, None, "")))

    def test_an_order_without_a_cart_is_refused(self) -> None:
        bodies: tuple[object, ...] = (None, {}, {"cart": {}}, ["cart"])
        for body in bodies:
            with self.subTest(body), self.assertRaises(Problem) as refused:
                place(body)
            self.assertEqual(refused.exception.status, 400)

    def test_an_order_that_the_catalog_refuses_is_not_kept(self) -> None:
        before = service.answer("GET", "/orders", Request({}, None, ""))
        with patch("shop.peers.call", side_effect=Problem(400, "no")), self.assertRaises(Problem):
            place({"cart": {"yacht": 1}})
        self.assertEqual(service.answer("GET", "/orders", Request({}, None, "")), before)
