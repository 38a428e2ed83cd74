"""Faults strike as often as asked for, and the same seed strikes the same requests."""

from __future__ import annotations

import unittest

from shop.faults import Faults


def strikes(rate: float, seed: int = 1) -> list[bool]:
    faults = Faults()
    faults.set({"error_rate": rate, "seed": seed})
    return [faults.strike() for _ in range(1000)]


class FaultsTest(unittest.TestCase):
    def test_none_is_none_and_all_is_all(self) -> None:
        self.assertEqual(sum(strikes(0)), 0)
        self.assertEqual(sum(strikes(1)), 1000)

    def test_a_tenth_is_about_a_tenth_and_repeatable(self) -> None:
        self.assertTrue(60 < sum(strikes(0.1)) < 140)
        self.assertEqual(strikes(0.1), strikes(0.1))
        self.assertNotEqual(strikes(0.1, seed=1), strikes(0.1, seed=2))

    def test_a_switch_that_is_none_changes_nothing(self) -> None:
        faults = Faults()
        for wanted in ({"error_rate": 1.1}, {"latency_ms": -1}, {"latency_ms": "slow"}, {"error": 1}):
            with self.subTest(wanted), self.assertRaises(ValueError):
                faults.set(wanted)
        self.assertEqual(faults.set({}), {"latency_ms": 0, "error_rate": 0})
