"""Logs one JSON line a request, tied together across services by the trace id (W3C Trace Context)."""

from __future__ import annotations

import json
import re
import secrets
import sys
from datetime import UTC, datetime
from typing import Any

# X-Ray writes the same id as 1-<8 digits>-<24 digits>.
_AMAZON = re.compile(r"Root=1-([0-9a-f]{8})-([0-9a-f]{24})")
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def trace_of(traceparent: str, amazon: str = "") -> str:
    """Return the trace id of the caller, by either header (`amazon` is X-Amzn-Trace-Id), or a new one."""
    if found := _TRACEPARENT.fullmatch(traceparent):
        return found[1]
    if found := _AMAZON.search(amazon):
        return found[1] + found[2]
    return secrets.token_hex(16)


def traceparent(trace: str) -> str:
    """Return the header that hands `trace` on."""
    return f"00-{trace}-{secrets.token_hex(8)}-01"


def write(level: str, service: str, version: str, **details: Any) -> None:
    """Write one line about `service`; `details` that are None are left out."""
    line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level}
    line |= {"service": service, "version": version}
    line |= {key: value for key, value in details.items() if value is not None}
    # In one piece: other threads write, too.
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()
