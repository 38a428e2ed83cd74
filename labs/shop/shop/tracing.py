"""Traces: a span for each request, each call of a peer and each step worth a look.

They are made where OTEL_EXPORTER_OTLP_TRACES_ENDPOINT says where to send them (see telemetry.py). Without it, or where
OpenTelemetry is not installed, there is only the trace id that ties the log lines of one request together.

SHOP_DROP_TRACE_CONTEXT="orders" is a fault: the calls of that service (or several, with commas) carry no trace.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from . import logs
from .service import OPERATIONS, Service

ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"


class Span:
    """What is known of a piece of work: the ids of its trace and its span, and the headers that hand them on."""

    def __init__(self, trace: str, id: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        self.trace, self.id, self.headers = trace, id, dict(headers or {})

    def answered(self, status: int, error: str | None = None) -> None:
        """Take down how the work ended: an HTTP status, and a sentence if it is an error."""

    def failed(self, problem: BaseException) -> None:
        """Take down that there was no answer, and why."""


class Tracer:
    """Makes no spans: hands the trace id on, for the logs."""

    def __init__(self, service: str = "") -> None:
        losing = os.environ.get("SHOP_DROP_TRACE_CONTEXT", "").split(",")
        self.drops = bool(service) and service in losing

    @contextmanager
    def serving(self, method: str, path: str, route: str | None, headers: Mapping[str, str]) -> Iterator[Span]:
        """Answer a request for `path`; `route` is its pattern, None if there is none. Header names in lower case."""
        yield Span(logs.trace_of(headers.get("traceparent", ""), headers.get("x-amzn-trace-id", "")))

    @contextmanager
    def asking(self, peer: str, method: str, url: str, path: str, trace: str) -> Iterator[Span]:
        """Call a peer; the request has to carry the span's headers."""
        yield Span(trace, headers={} if self.drops else {"traceparent": logs.traceparent(trace)})

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Do a part of the work that shall be seen by itself."""
        yield

    def end(self) -> None:
        """Send what is not sent yet."""


_plain = Tracer()
_tracer: Tracer = _plain


def start(service: Service) -> None:
    """Make spans from now on, if that is asked for and can be done."""
    global _tracer
    _tracer = Tracer(service.name)
    if not os.environ.get(ENDPOINT):
        return
    try:
        from .telemetry import Telemetry
    except ImportError as missing:
        logs.write("WARNING", service.name, service.version, error=f"No spans are made: {missing}")
        return
    _tracer = Telemetry(service)


def end() -> None:
    """Send what is not sent yet; takes a few seconds at most, also if nobody takes it."""
    _tracer.end()


@contextmanager
def serving(method: str, path: str, route: str | None, headers: Mapping[str, str]) -> Iterator[Span]:
    """See Tracer.serving. What a service is watched by makes no span."""
    with _for(path).serving(method, path, route, headers) as span:
        yield span


@contextmanager
def asking(peer: str, method: str, url: str, path: str, trace: str) -> Iterator[Span]:
    """See Tracer.asking."""
    with _for(path).asking(peer, method, url, path, trace) as span:
        yield span


@contextmanager
def step(name: str) -> Iterator[None]:
    """See Tracer.step."""
    with _tracer.step(name):
        yield


def _for(path: str) -> Tracer:
    return _plain if path in OPERATIONS else _tracer
