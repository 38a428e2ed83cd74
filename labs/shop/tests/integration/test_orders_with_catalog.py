"""Orders and catalog together: do they mean the same by a cart and a total?"""

from __future__ import annotations

import unittest

from shop import catalog, orders
from tests.serving import ask, serving


class OrdersWithCatalogTest(unittest.TestCase):
    def test_an_order_costs_what_the_catalog_says(self) -> None:
        with serving(catalog.service), serving(orders.service) as url:
            status, order = ask(f"{url}/orders", {"cart": {"sticker": 20}})
        self.assertEqual((status, order["total"]), (200, 4500))

    def test_the_catalogs_refusal_reaches_the_customer(self) -> None:
        with serving(catalog.service), serving(orders.service) as url:
            status, answer = ask(f"{url}/orders", {"cart": {"yacht": 1}})
        self.assertEqual((status, answer["error"]), (400, "catalog: There is no product yacht"))

    def test_without_a_catalog_orders_says_so_and_is_not_ready(self) -> None:
        with serving(orders.service) as url:
            self.assertEqual(ask(f"{url}/orders", {"cart": {"mug": 1}})[0], 503)
            self.assertEqual(ask(f"{url}/ready")[0], 503)
            self.assertEqual(ask(f"{url}/health")[0], 200)
