"""How resources are called in Envoy's documents and on disk."""

from __future__ import annotations

import hashlib
from typing import Any

Document = dict[str, Any]


def typed(message: str, /, **content: Any) -> Document:
    """Return `content` marked as Envoy's `message` (without "type.googleapis.com/envoy.")."""
    return {"@type": f"type.googleapis.com/envoy.{message}", **content}


def short(name: str) -> str:
    """Return a name for files and statistics, which take no slashes, of a cluster or listener."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def http_filter(message: str, /, **content: Any) -> Document:
    """Return the configuration of an HTTP filter such as "router.v3.Router"."""
    return typed(f"extensions.filters.http.{message}", **content)


def source(path: str) -> Document:
    """Return where Envoy reads a resource that changes: a file, replaced by a move."""
    return {"path_config_source": {"path": path}, "resource_api_version": "V3"}
