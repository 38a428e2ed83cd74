"""The trace goes from service to service, and a line holds what is known."""

from __future__ import annotations

import io
import json
import unittest
from unittest.mock import patch

from shop import logs


class LogsTest(unittest.TestCase):
    def test_a_trace_is_handed_on(self) -> None:
        trace = logs.trace_of("")
        self.assertEqual(logs.trace_of(logs.traceparent(trace)), trace)

    def test_a_header_that_is_none_begins_a_new_trace(self) -> None:
        for header in ("nonsense", f"00-{'0' * 32}-{'1' * 16}-01"):
            self.assertRegex(logs.trace_of(header), "^(?!0{32})[0-9a-f]{32}$")

    def test_a_line_is_json_without_what_is_not_known(self) -> None:
        with patch("sys.stderr", io.StringIO()) as written:
            logs.write("INFO", "till", "1.0.0", status=200, error=None)
        line = json.loads(written.getvalue())
        self.assertEqual({key: line[key] for key in line if key != "time"},
                         {"level": "INFO", "service": "till", "version": "1.0.0", "status": 200})  # fmt: skip
