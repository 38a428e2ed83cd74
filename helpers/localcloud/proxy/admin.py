"""What Envoy says of itself, on a port that answers no more than these questions.

https://www.envoyproxy.io/docs/envoy/latest/operations/admin
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

from .naming import Document

_LIMIT = 5.0


@dataclass(frozen=True)
class Taken:
    """The versions of documents that Envoy works with, and how many updates it refused."""

    versions: dict[str, str]
    refused: int


def admin_document(port: int) -> Document:
    """Return the bootstrap's part for the admin port; what could end or change the proxy is not allowed."""
    allowed = [{"exact": "/ready"}, {"prefix": "/stats?"}, {"exact": "/reopen_logs"}]
    return {
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
        "allow_paths": allowed,
    }


def taken(port: int) -> Taken:
    """Return what the Envoy at admin port `port` works with. Raises OSError if it does not answer."""
    stats = json.loads(_ask(port, "GET", "/stats?format=json&filter=(version_text|update_rejected)$"))["stats"]
    values: dict[str, Any] = {stat["name"]: stat["value"] for stat in stats if "name" in stat}
    versions = {name: value for name, value in values.items() if name.endswith("version_text")}
    refused = sum(value for name, value in values.items() if name.endswith("update_rejected"))
    return Taken(versions, refused)


def reopen_log(port: int) -> None:
    """Let Envoy write to a new access log, after the old one was moved away. Raises OSError."""
    _ask(port, "POST", "/reopen_logs")


def _ask(port: int, method: str, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_LIMIT)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise OSError(f"Envoy answered {path} with {answer.status}")
        return content
    except http.client.HTTPException as error:
        raise OSError(str(error) or type(error).__name__) from None
    finally:
        connection.close()
