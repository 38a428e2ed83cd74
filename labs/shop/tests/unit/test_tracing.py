"""Without a place to send traces to, the trace id is handed on all the same."""

from __future__ import annotations

import unittest
from unittest.mock import patch

from shop import logs, tracing

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
AMAZON = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"


class TracingTest(unittest.TestCase):
    def test_the_trace_of_either_header_goes_on(self) -> None:
        for headers in ({"traceparent": logs.traceparent(TRACE)}, {"x-amzn-trace-id": AMAZON}):
            with self.subTest(headers), tracing.serving("GET", "/", "/", headers) as span:
                self.assertEqual((span.trace, span.id), (TRACE, None))

    def test_a_call_carries_the_trace(self) -> None:
        with tracing.asking("catalog", "GET", "http://catalog", "/products", TRACE) as span:
            self.assertEqual(logs.trace_of(span.headers["traceparent"]), TRACE)

    def test_a_service_can_be_made_to_lose_it(self) -> None:
        with patch.dict("os.environ", {"SHOP_DROP_TRACE_CONTEXT": "web,orders"}):
            losing, keeping = tracing.Tracer("orders"), tracing.Tracer("catalog")
        for tracer, kept in ((losing, False), (keeping, True)):
            with tracer.asking("catalog", "GET", "http://catalog", "/products", TRACE) as span:
                self.assertEqual("traceparent" in span.headers, kept)
