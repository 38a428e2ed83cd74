"""Customers in the background: requests at a steady rate, each of them remembered.

An open model: a request leaves when it is due, whether or not earlier ones are answered, as customers do not wait
for one another. Its latency counts from the moment it was due, so a server that stalls cannot hide it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from helpers import aws
from helpers.delivery.request import Request, failed, outcome, table

if TYPE_CHECKING:
    import pandas as pd

CLIENTS = 64
"""How many requests are in flight at most; what is due beyond that waits, and its wait is part of its latency."""
LONGEST = 900.0
"""Seconds after which a load ends by itself, if nobody stops it."""


class Load:
    """Requests that go on in the background until `stop`; made by `load`."""

    def __init__(
        self, url: str, rate: float, keep_alive: bool, timeout: float, headers: Mapping[str, str], longest: float
    ) -> None:
        import urllib3

        self.url, self.rate, self.started = url, rate, time.time()
        self._headers = dict(headers) if keep_alive else {**headers, "Connection": "close"}
        # No retries: a request that fails is what is to be seen.
        self._pool = urllib3.PoolManager(maxsize=CLIENTS, retries=False, timeout=urllib3.Timeout(timeout))
        self._clients = ThreadPoolExecutor(CLIENTS, thread_name_prefix="customer")
        self._done: list[Request] = []
        self._stopped = threading.Event()
        self._clock = threading.Thread(target=self._send_all, args=(longest,), daemon=True, name="customers")
        self._clock.start()

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Send nothing more and wait for what is under way; safe to call again."""
        self._stopped.set()
        self._clock.join()
        self._clients.shutdown()
        self._pool.clear()

    @property
    def running(self) -> bool:
        """Whether requests are still sent."""
        return self._clock.is_alive()

    def requests(self) -> list[Request]:
        """Return what is known so far, in the order in which answers came."""
        return self._done.copy()

    def records(self) -> pd.DataFrame:
        """Return what is known so far, a row for each request, by the moment it was due (UTC).

        Columns: start, seconds (latency), status (missing if there was no answer), version (the answer's
        X-Shop-Version), error ("" if there was none).
        """
        return table(self._done.copy())

    def failed(self) -> pd.DataFrame:
        """Return the rows of `records` that have no answer, or one of 500 and more."""
        return table([request for request in self._done.copy() if failed(request)])

    def _send_all(self, longest: float) -> None:
        begun, number = time.perf_counter(), 0
        while not self._stopped.is_set() and (due := number / self.rate) < longest:
            early = begun + due - time.perf_counter()
            if early > 0 and self._stopped.wait(early):
                return
            try:
                self._clients.submit(self._send, self.started + due, begun + due)
            except RuntimeError:  # the interpreter ends, and nobody has stopped us
                return
            number += 1

    def _send(self, start: float, due: float) -> None:
        status, version, error = self._ask()
        self._done.append(Request(start, time.perf_counter() - due, status, version, error))

    def _ask(self) -> tuple[int | None, str, str]:
        import urllib3

        try:
            answer: Any = self._pool.request("GET", self.url, headers=self._headers, redirect=False)
            return answer.status, answer.headers.get("X-Shop-Version", ""), ""
        except (urllib3.exceptions.HTTPError, OSError) as problem:
            return None, "", outcome(problem)


def load(
    url: str,
    rate: float = 20,
    *,
    keep_alive: bool = True,
    timeout: float = 5,
    headers: Mapping[str, str] | None = None,
    longest: float = LONGEST,
) -> Load:
    """Start customers who GET `url`, and return at once: `with delivery.load(url) as customers: ...`.

    Args:
        rate: requests in a second, evenly spread.
        keep_alive: whether connections are used again; without, each request makes one of its own.
        timeout: seconds that a customer waits for a connection, and for an answer.
        headers: sent with each request.
        longest: seconds after which it ends by itself.

    What goes wrong with a request is remembered, never raised. Raises WorkbookError for a URL or a rate that is none.
    """
    if not url.startswith(("http://", "https://")):
        raise aws.WorkbookError(f"{url!r} is no address for customers; it must begin with http:// or https://.")
    if not 0 < rate <= 1000:
        raise aws.WorkbookError(f"A rate of {rate!r} requests a second is out of range: 0 to 1000.")
    return Load(url, rate, keep_alive, timeout, headers or {}, longest)
