"""Web and catalog together: what a customer reads when the catalog is well, and when it is not."""

from __future__ import annotations

import unittest

from shop import catalog, web
from tests.serving import ask, serving


class WebWithCatalogTest(unittest.TestCase):
    def test_the_cart_costs_what_the_catalog_says(self) -> None:
        with serving(catalog.service), serving(web.service) as url:
            self.assertEqual(ask(f"{url}/cart/total?mug=2&sticker=1"), (200, {"total": 2050}))
            self.assertEqual(ask(f"{url}/cart/total?mug=two")[0], 400)

    def test_a_catalog_that_fails_is_a_bad_gateway(self) -> None:
        with serving(catalog.service) as peer, serving(web.service) as url:
            self.addCleanup(catalog.service.faults.set, {"error_rate": 0})
            self.assertEqual(ask(f"{peer}/faults", {"error_rate": 1})[0], 200)
            self.assertEqual(ask(f"{url}/products"), (502, {"error": "catalog: A fault was switched on"}))

    def test_a_catalog_that_is_down_is_named(self) -> None:
        with serving(web.service) as url:
            status, answer = ask(f"{url}/")
        self.assertEqual(status, 503)
        self.assertIn("catalog", answer["error"])
