"""Refuses what no AWS tool sends: a Host that is not this machine, or a page in a browser (StartBuild runs commands).

A web page could otherwise reach the port through DNS rebinding or a plain form post.
"""

from __future__ import annotations

from collections.abc import Mapping

from .refusal import Refusal

_OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")


def check_origin(headers: Mapping[str, str], path: str) -> None:
    """Raise Refusal unless the request is for this machine and not from a browser."""
    host = headers.get("host", "").rsplit(":", 1)[0] if ":" in headers.get("host", "") else headers.get("host", "")
    if host not in _OWN_NAMES:
        raise Refusal(
            "AccessDenied",
            f"The local cloud answers to 127.0.0.1 and localhost only, and this request is for '{host}'.",
            status=403,
        )
    if "origin" in headers:
        raise Refusal("AccessDenied", "The local cloud does not answer requests made by a web page.", status=403)
    if path.startswith(("/_ministack", "/_localstack")):
        raise Refusal("AccessDenied", "The base emulator's own administration is not reachable.", status=403)
