"""A single visitor: one question, or a sequence in which cookies are kept as a browser does."""

from __future__ import annotations

import json
from typing import Any

TIMEOUT = 10.0


class Visitor:
    """Asks the application at `url`, one request after another; keeps the cookies that it is given."""

    def __init__(self, url: str) -> None:
        import urllib3

        self._url, self._cookies = url, dict[str, str]()
        self._pool = urllib3.PoolManager(retries=False, timeout=TIMEOUT)

    def ask(self, path: str, body: Any = None) -> tuple[int, Any]:
        """GET `path`, or POST a `body` as JSON there; return the status and the JSON that came back (None if none).

        Raises urllib3's HTTPError if nobody answers.
        """
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        data = None if body is None else json.dumps(body).encode()
        method = "GET" if data is None else "POST"
        answer = self._pool.request(method, self._url + path, body=data, headers=headers, redirect=False)
        self._keep(answer.headers.getlist("Set-Cookie"))
        return answer.status, _parsed(answer.data)

    def _keep(self, given: list[str]) -> None:
        for cookie in given:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def status(url: str) -> int | None:
    """Return the status with which `url` answers a GET, or None if nobody answers."""
    import urllib3

    try:
        return Visitor(url).ask("")[0]
    except (urllib3.exceptions.HTTPError, OSError):
        return None
