"""Spans by OpenTelemetry, sent in the background by OTLP over HTTP; imported only where traces are asked for.

OTEL_EXPORTER_OTLP_TRACES_ENDPOINT says where to: X-Ray's endpoint (https://xray.<region>.amazonaws.com/v1/traces) or
any collector. Names and attributes follow the HTTP conventions of OpenTelemetry. SHOP_PREFIX stands before the
services' names, so that several shops in one account can be told apart.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from . import logs, sampling, signing
from .service import Problem, Service
from .tracing import ENDPOINT, Span, Tracer

EXPORT_SECONDS = 3.0
"""How long one delivery may take, with its second try."""
END_SECONDS = 4.0
"""How long the end of a service waits for the last delivery."""

_w3c = TraceContextTextMapPropagator()
# Where both headers come, W3C's has the last word: it knows the exact span that asked.
_extract = CompositePropagator([AwsXRayPropagator(), _w3c]).extract


class Telemetry(Tracer):
    """Makes spans for one service and sends them."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.name)
        self._prefix = os.environ.get("SHOP_PREFIX", "")
        self._service = service.name
        _tell_problems_in_the_log(service)
        endpoint = os.environ[ENDPOINT]
        session = signing.session(endpoint)
        name = self._prefix + service.name
        about = {"service.name": name, "service.version": service.version}
        self._provider = TracerProvider(
            sampler=_sampler(name, endpoint, session), resource=Resource.create(about), shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(endpoint, timeout=EXPORT_SECONDS, session=session)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("shop", service.version)

    @contextmanager
    def serving(self, method: str, path: str, route: str | None, headers: Mapping[str, str]) -> Iterator[Span]:
        """Make a SERVER span, as part of the caller's trace if the headers tell of one."""
        # X-Ray's propagator knows its header in this spelling only.
        carrier = {"X-Amzn-Trace-Id": headers.get("x-amzn-trace-id", ""), **headers}
        about = _known({
            "http.request.method": method, "url.scheme": "http", "url.path": path, "http.route": route,
            "user_agent.original": headers.get("user-agent"), **_address(headers.get("host", "")),
        })  # fmt: skip
        with self._tracer.start_as_current_span(
            f"{method} {route}" if route else method, _extract(carrier), SpanKind.SERVER, about
        ) as span:
            yield _Recorded(span, worst=500)

    @contextmanager
    def asking(self, peer: str, method: str, url: str, path: str, trace: str) -> Iterator[Span]:
        """Make a CLIENT span."""
        about = {
            "http.request.method": method, "url.full": url + path, "url.template": path,
            "peer.service": self._prefix + peer, **_address(urlsplit(url).netloc),
        }  # fmt: skip
        headers: dict[str, str] = {}
        with self._tracer.start_as_current_span(
            f"{method} {path}", kind=SpanKind.CLIENT, attributes=about,
            record_exception=False, set_status_on_exception=False,
        ) as span:  # fmt: skip
            if not self.drops:
                _w3c.inject(headers)
            yield _Recorded(span, worst=400, headers=headers)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Make an INTERNAL span; a refusal of what a customer sent is no failure of the step."""
        with self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
            try:
                yield
            except Exception as problem:
                if not isinstance(problem, Problem) or problem.status >= 500:
                    _Recorded(span).failed(problem)
                raise

    def end(self) -> None:
        """Send the spans that wait, for END_SECONDS at most."""
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(END_SECONDS)


class _Recorded(Span):
    """A span that OpenTelemetry keeps; from the status `worst` on it counts as failed."""

    def __init__(self, span: trace.Span, worst: int = 500, headers: Mapping[str, str] | None = None) -> None:
        context = span.get_span_context()
        super().__init__(trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id), headers)
        self._span, self._worst = span, worst

    def answered(self, status: int, error: str | None = None) -> None:
        self._span.set_attribute("http.response.status_code", status)
        if status >= self._worst:
            self._span.set_attribute("error.type", str(status))
            self._span.set_status(Status(StatusCode.ERROR, error))

    def failed(self, problem: BaseException) -> None:
        self._span.set_attribute("error.type", type(problem).__qualname__)
        self._span.record_exception(problem)
        self._span.set_status(Status(StatusCode.ERROR, str(problem)))


def _sampler(service: str, endpoint: str, session: requests.Session) -> Sampler | None:
    """Return the sampler that OTEL_TRACES_SAMPLER=xray asks for; None lets the SDK read that variable itself."""
    if os.environ.get("OTEL_TRACES_SAMPLER", "").lower() != "xray":
        return None
    rules = sampling.XRayRules(service, endpoint.removesuffix("/v1/traces"), session)
    return ParentBased(rules)


def _address(netloc: str) -> dict[str, str | int]:
    host, _, port = netloc.partition(":")
    return {"server.address": host, "server.port": int(port)} if port.isdecimal() else {"server.address": host}


def _known(attributes: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: value for name, value in attributes.items() if value is not None}


class _Log(logging.Handler):
    """Writes what OpenTelemetry complains of as lines of the service's own log."""

    def __init__(self, service: Service) -> None:
        super().__init__(logging.WARNING)
        self._service = service

    def emit(self, record: logging.LogRecord) -> None:
        logs.write("WARNING", self._service.name, self._service.version, error=record.getMessage())


def _tell_problems_in_the_log(service: Service) -> None:
    logger = logging.getLogger("opentelemetry")
    logger.propagate = False
    logger.handlers = [_Log(service)]
