"""Tells whether a call to the base may change something, so that its state is written afterwards."""

from __future__ import annotations

from urllib.parse import parse_qs

from ..protocol import HttpRequest

_READING = (
    "BatchGet",
    "Describe",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Test",
    "Validate",
)
_QUERY_FORM = "application/x-www-form-urlencoded"


def operation_name(request: HttpRequest) -> str:
    """Return the operation named in a header or a form, or "" for a REST call."""
    if target := request.headers.get("x-amz-target", ""):
        return target.rpartition(".")[2]
    if request.headers.get("content-type", "").startswith(_QUERY_FORM):
        return parse_qs(request.body[:200].decode("latin-1")).get("Action", [""])[0]
    if "/operation/" in request.path:
        return request.path.rpartition("/")[2]
    return ""


def may_change(request: HttpRequest) -> bool:
    """Return whether the call may change state; when in doubt it may."""
    if name := operation_name(request):
        return not name.startswith(_READING)
    return request.method not in ("GET", "HEAD")
