"""OpenTelemetry's real SDK, sending to the local cloud's OTLP endpoint with AWS's signature."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import Tracer

from helpers.localcloud import instance
from tests.localcloud.support import TestCloud


class Signed(requests.auth.AuthBase):
    """Signs as the account of a cloud, for X-Ray."""

    def __init__(self, cloud: TestCloud, secret: str | None = None) -> None:
        self._credentials = Credentials(cloud.account, secret or instance.secret_key(cloud.home, cloud.account))
        self._region = cloud.region

    def __call__(self, request: Any) -> Any:
        headers = {"Host": urlsplit(request.url).netloc, "Content-Type": request.headers["Content-Type"]}
        signed = AWSRequest(request.method, request.url, data=request.body, headers=headers)
        SigV4Auth(self._credentials, "xray", self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


def url(cloud: TestCloud) -> str:
    return f"{cloud.endpoint}/v1/traces"


def post(cloud: TestCloud, body: bytes, *, secret: str | None = None, **headers: str) -> requests.Response:
    """Send `body` signed; a header's underscores stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    all_headers = {"Content-Type": "application/x-protobuf", **named}
    return requests.post(url(cloud), data=body, headers=all_headers, auth=Signed(cloud, secret), timeout=30)


def exporter(cloud: TestCloud, compression: Compression = Compression.NoCompression) -> SpanExporter:
    """Return the SDK's exporter to the endpoint, signing."""
    session = requests.Session()
    session.auth = Signed(cloud)
    return OTLPSpanExporter(endpoint=url(cloud), session=session, compression=compression)


@contextmanager
def tracer(cloud: TestCloud, service: str, **attributes: str) -> Iterator[Tracer]:
    """Yield a tracer of `service` whose spans have all been sent afterwards."""
    named = {name.replace("_", "."): value for name, value in attributes.items()}
    provider = TracerProvider(resource=Resource.create({"service.name": service, **named}))
    provider.add_span_processor(SimpleSpanProcessor(exporter(cloud)))
    yield provider.get_tracer("tests")
    provider.shutdown()
