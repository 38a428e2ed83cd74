"""The trace goes from service to service."""

import unittest

from shop import logs


class TraceTest(unittest.TestCase):
    def test_a_trace_is_handed_on(self):
        trace = logs.trace_of("")
        self.assertEqual(logs.trace_of(logs.traceparent(trace)), trace)

    def test_a_header_that_is_none_begins_a_new_trace(self):
        self.assertEqual(len(logs.trace_of("nonsense")), 32)
