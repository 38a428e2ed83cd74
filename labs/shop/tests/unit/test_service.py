"""What every service has."""

from __future__ import annotations

import unittest
from unittest.mock import patch

from shop.service import Problem, Request, Service

NOTHING = Request({}, None, "")


class ServiceTest(unittest.TestCase):
    def test_a_service_lives_before_it_is_ready(self) -> None:
        service = Service("till", {}, ready=lambda: False)
        self.assertEqual(service.answer("GET", "/health", NOTHING), {"status": "alive"})
        with self.assertRaises(Problem) as refused:
            service.answer("GET", "/ready", NOTHING)
        self.assertEqual(refused.exception.status, 503)

    def test_the_version_is_the_one_it_was_started_with(self) -> None:
        with patch.dict("os.environ", {"SHOP_VERSION": "9.9.9"}):
            service = Service("till", {})
        self.assertEqual(service.answer("GET", "/version", NOTHING), {"service": "till", "version": "9.9.9"})

    def test_faults_hit_customers_and_not_operations(self) -> None:
        service = Service("till", {"GET /": lambda request: "hello"})
        service.answer("POST", "/faults", Request({}, {"error_rate": 1}, ""))
        self.assertEqual(service.answer("GET", "/ready", NOTHING), {"status": "ready"})
        with self.assertRaises(Problem) as failed:
            service.answer("GET", "/", NOTHING)
        self.assertEqual(failed.exception.status, 500)

    def test_an_unknown_path_or_switch_is_named(self) -> None:
        service = Service("till", {})
        with self.assertRaisesRegex(Problem, "till has no GET /nowhere"):
            service.answer("GET", "/nowhere", NOTHING)
        with self.assertRaisesRegex(Problem, "There is no switch smoke"):
            service.answer("POST", "/faults", Request({}, {"smoke": 1}, ""))
