"""The whole shop, as a customer sees it."""

import unittest

from shop import catalog, orders, web
from tests.serving import ask, serving


class ShopTest(unittest.TestCase):
    def test_a_customer_looks_and_orders(self):
        with serving(catalog.service), serving(orders.service), serving(web.service) as url:
            status, page = ask(url + "/")
            self.assertEqual(status, 200)
            self.assertIn("T-shirt: 19.00", page)
            status, order = ask(f"{url}/orders", {"cart": {"shirt": 1}})
            self.assertEqual((status, order["total"]), (200, 1900))
