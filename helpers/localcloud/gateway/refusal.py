"""A refusal by the gateway itself, before any service is asked."""

from __future__ import annotations


class Refusal(Exception):
    """`code` and `message` as AWS gives them, with the HTTP `status`."""

    def __init__(self, code: str, message: str, *, status: int = 403) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
