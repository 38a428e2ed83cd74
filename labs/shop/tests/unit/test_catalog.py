"""The price of a cart."""

from __future__ import annotations

import unittest

from shop.catalog import total
from shop.service import Problem


class TotalTest(unittest.TestCase):
    def test_prices_add_up(self) -> None:
        self.assertEqual(total({"mug": 2, "sticker": 1}), 2050)

    def test_an_empty_cart_is_free(self) -> None:
        self.assertEqual(total({}), 0)

    def test_just_below_fifty_there_is_no_discount(self) -> None:
        self.assertEqual(total({"shirt": 2, "mug": 1, "sticker": 1}), 4950)

    def test_at_exactly_fifty_the_discount_begins(self) -> None:
        self.assertEqual(total({"sticker": 20}), 4500)

    def test_unknown_products_and_quantities_are_refused(self) -> None:
        for cart in ({"yacht": 1}, {"mug": 0}, {"mug": -1}):
            with self.assertRaises(Problem):
                total(cart)
