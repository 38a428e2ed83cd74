"""A collector of traces that stands in for X-Ray: takes OTLP over HTTP and answers its sampling calls."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass
class Seen:
    """A span as it arrived."""

    service: str
    name: str
    kind: int
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    failed: bool
    events: list[str]
    version: str = ""


@dataclass
class Collector:
    """What arrived, by path; `answers` are the JSON answers of other paths."""

    url: str = ""
    spans: list[Seen] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that send a shop's traces here."""
        return {
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{self.url}/v1/traces", "OTEL_BSP_SCHEDULE_DELAY": "50",
            "AWS_ACCESS_KEY_ID": "111122223333", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "eu-west-1",
        }  # fmt: skip

    def wait(self, count: int, limit: float = 10) -> list[Seen]:
        """Return the spans once there are `count`; raises AssertionError after `limit` seconds."""
        with self.arrived:
            told = self.arrived.wait_for(lambda: len(self.spans) >= count, limit)
        assert told, f"{len(self.spans)} spans, not {count}: {[span.name for span in self.spans]}"
        return list(self.spans)

    def take(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        with self.arrived:
            self.headers.append(headers)
            if path == "/v1/traces":
                self.spans += _spans(body)
            else:
                self.asked.append((path, json.loads(body)))
            self.arrived.notify_all()
        return self.answers.get(path)


@contextmanager
def collecting(**answers: Any) -> Iterator[Collector]:
    """Run a collector; `answers` are by operation, such as GetSamplingRules={...}."""
    collector = Collector(answers={f"/{operation}": answer for operation, answer in answers.items()})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = collector.take(self.path, body, {name.lower(): value for name, value in self.headers.items()})
            known = answer is not None or self.path == "/v1/traces"
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _spans(body: bytes) -> Iterator[Seen]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        about = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Seen(
                    str(about["service.name"]), span.name, span.kind,
                    span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), _attributes(span.attributes),
                    span.status.code == 2, [event.name for event in span.events], str(about["service.version"]),
                )  # fmt: skip


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
