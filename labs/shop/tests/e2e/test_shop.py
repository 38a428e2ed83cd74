"""The whole shop, as a customer sees it: the one at SHOP_URL, or one that is started here."""

from __future__ import annotations

import os
import unittest

from shop import catalog, orders, web
from tests.serving import ask, serving


class ShopTest(unittest.TestCase):
    url = ""

    @classmethod
    def setUpClass(cls) -> None:
        cls.url = os.environ.get("SHOP_URL", "").rstrip("/")
        if not cls.url:
            for service in (catalog.service, orders.service, web.service):
                cls.url = cls.enterClassContext(serving(service))

    def test_a_customer_sees_products_with_prices(self) -> None:
        status, page = ask(f"{self.url}/")
        self.assertEqual(status, 200)
        self.assertIn("T-shirt: 19.00", page)

    def test_the_price_that_was_shown_is_the_price_of_the_order(self) -> None:
        _, shown = ask(f"{self.url}/cart/total?shirt=1&sticker=2")
        status, order = ask(f"{self.url}/orders", {"cart": {"shirt": 1, "sticker": 2}})
        self.assertEqual((status, order["total"]), (200, shown["total"]))

    def test_all_of_it_is_ready(self) -> None:
        self.assertEqual(ask(f"{self.url}/ready"), (200, {"status": "ready"}))
