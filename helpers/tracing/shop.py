"""The shop as a source of traces: how it is told to send them, customers who use it, its lines in CloudWatch Logs."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpers import aws

RULES_SECONDS = 300.0
"""How often a sampler asks X-Ray for its rules; locally as much faster as the cloud's minutes pass."""

# Whoever is asked has its line written before whoever asks: so also where the clock shows the same millisecond.
_SERVICES = ("catalog", "orders", "web")
_ORDER = ("POST", "/orders", b'{"cart": {"mug": 1, "sticker": 2}}')
_VISITS = (("GET", "/products", None), ("GET", "/cart/total?mug=2&sticker=1", None))
# The shop is on this machine: a proxy that the environment names is for elsewhere.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def environment(sampler: str = "always_on", **more: str) -> dict[str, str]:
    """Return the variables with which the shop sends its traces to X-Ray: `launch.shop(**tracing.environment())`.

    Args:
        sampler: OTEL_TRACES_SAMPLER; "xray" asks X-Ray for the account's sampling rules.
        more: further variables of the shop, such as SHOP_VERSION.
    """
    own = {name: value for name, value in aws.environ().items() if name.isupper()}
    url = aws.endpoint() or f"https://xray.{aws.region()}.amazonaws.com"
    sent = {
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{url}/v1/traces",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "OTEL_TRACES_SAMPLER": sampler,
        "SHOP_PREFIX": aws.name(""),
    }
    if sampler == "xray":
        sent["OTEL_TRACES_SAMPLER_ARG"] = f"polling_interval={RULES_SECONDS / aws.time_scale():g}"
    return {**own, **sent, **more}


@dataclass(frozen=True)
class Answer:
    """What a customer got: the request, the status, and how long it took in seconds."""

    method: str
    path: str
    status: int
    seconds: float


def customers(url: str, *, visits: int = 0, orders: int = 0, headers: Mapping[str, str] | None = None) -> list[Answer]:
    """Use the shop at `url`: so many visits and orders, one after another, always in the same sequence."""
    return [_ask(url, *request, headers or {}) for request in _mixed(visits, orders)]


def _mixed(visits: int, orders: int) -> Iterator[tuple[str, str, bytes | None]]:
    """Spread the orders evenly among the visits."""
    total, placed = visits + orders, 0
    for number in range(total):
        if (number + 1) * orders // total > placed:
            placed += 1
            yield _ORDER
        else:
            yield _VISITS[(number - placed) % len(_VISITS)]


def _ask(url: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    request = urllib.request.Request(url + path, body, dict(headers), method=method)
    started = time.monotonic()
    try:
        with _open(request, timeout=10) as answer:
            status = answer.status
            answer.read()
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    return Answer(method, path.partition("?")[0], status, time.monotonic() - started)


def lines(shop: Any) -> list[dict[str, Any]]:
    """Return the log lines of a shop's three services that tell of requests with a trace, by time."""
    found = [line for service in _SERVICES for line in shop.logs(service) if "span_id" in line]
    return sorted(found, key=lambda line: str(line["time"]))


def log_group(thing: str, lab: str) -> str:
    """Make a log group for `thing`, tagged as the lab's, and return its name."""
    name = aws.name(thing)
    aws.created(aws.client("logs").create_log_group, logGroupName=name, tags=aws.tags(lab))
    return name


def ship(found: Iterable[Mapping[str, Any]], group: str) -> int:
    """Send log lines to a log group as an agent beside each service would, a stream for each; return how many."""
    client, run = aws.client("logs"), uuid.uuid4().hex[:8]
    by_service: dict[str, list[Mapping[str, Any]]] = {}
    for line in found:
        by_service.setdefault(line["service"], []).append(line)
    for service, told in by_service.items():
        stream = f"{service}/{run}"
        client.create_log_stream(logGroupName=group, logStreamName=stream)
        client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[_event(line) for line in told])
    return sum(map(len, by_service.values()))


def _event(line: Mapping[str, Any]) -> dict[str, Any]:
    moment = datetime.fromisoformat(line["time"])
    return {"timestamp": round(moment.timestamp() * 1000), "message": json.dumps(line)}
