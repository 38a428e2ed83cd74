"""The page and the cart of the web service, with peers that are played."""

from __future__ import annotations

import unittest
from unittest.mock import patch

from shop.service import Problem, Request
from shop.web import cart, service


class WebTest(unittest.TestCase):
    def test_the_page_shows_prices_and_escapes_names(self) -> None:
        with patch("shop.peers.call", return_value=[{"id": "x", "name": "<b>", "price": 1905}]):
            page = service.answer("GET", "/", Request({}, None, ""))
        self.assertIn("<li>&lt;b&gt;: 19.05</li>", page)
        self.assertIn(f"Version {service.version}", page)

    def test_a_cart_is_read_from_the_query(self) -> None:
        self.assertEqual(cart({"mug": "2", "sticker": "10"}), {"mug": 2, "sticker": 10})

    def test_a_quantity_that_is_no_number_is_refused(self) -> None:
        for quantity in ("two", "-1", "1.5", ""):
            with self.subTest(quantity), self.assertRaises(Problem):
                cart({"mug": quantity})
