"""Faults strike as often as asked for, and the same seed strikes the same requests."""

import unittest

from shop.faults import Faults
from shop.service import Problem


def strikes(rate, count=1000):
    faults = Faults()
    faults.set({"error_rate": rate})
    failed = []
    for number in range(count):
        try:
            faults.strike()
        except Problem:
            failed.append(number)
    return failed


class FaultsTest(unittest.TestCase):
    def test_none_is_none_and_all_is_all(self):
        self.assertEqual(strikes(0), [])
        self.assertEqual(len(strikes(1)), 1000)

    def test_a_tenth_is_about_a_tenth_and_repeatable(self):
        self.assertTrue(60 < len(strikes(0.1)) < 140)
        self.assertEqual(strikes(0.1), strikes(0.1))
