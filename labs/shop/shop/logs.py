"""Logs one JSON line a request, tied together across services by the trace id (W3C Trace Context)."""

from __future__ import annotations

import json
import re
import secrets
import sys
from datetime import UTC, datetime

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def trace_of(traceparent: str) -> str:
    """Return the trace id of the caller, or a new one."""
    found = _TRACEPARENT.fullmatch(traceparent)
    return found[1] if found else secrets.token_hex(16)


def traceparent(trace: str) -> str:
    """Return the header that hands `trace` on."""
    return f"00-{trace}-{secrets.token_hex(8)}-01"


def request(service: str, version: str, method: str, path: str, status: int, took: float, trace: str) -> None:
    """Write the line of one request; `took` is in milliseconds."""
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": "ERROR" if status >= 500 else "INFO",
        "service": service,
        "version": version,
        "method": method,
        "path": path,
        "status": status,
        "duration_ms": round(took, 1),
        "trace_id": trace,
    }
    print(json.dumps(line), file=sys.stderr, flush=True)
