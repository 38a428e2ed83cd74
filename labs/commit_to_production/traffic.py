"""Customers of the pricing function, and what the web service counts of them."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from helpers import aws
from labs.shop.shop.catalog import total

WORKERS = 2
PAUSE = 3.0
"""Seconds of AWS's time between two questions of one customer: as many in a canary, however long it lasts here."""
NAMESPACE = "Shop"
SERVICE = "pricing"
CARTS = ({"shirt": 1, "mug": 4}, {"sticker": 20}, {"mug": 1})
RATES = {"US": 1.1, "CH": 0.95, "AT": 1.0}


@dataclass(frozen=True)
class Answer:
    """What one customer got, when (epoch seconds): the function's version, its release, whether the price was right."""

    moment: float
    version: str
    release: str
    right: bool
    told: dict[str, Any]


class Customers:
    """Customers who ask the alias without a pause, until the `with` ends."""

    def __init__(self) -> None:
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._counted: Counter[str] = Counter()
        self._questions = itertools.cycle(itertools.product(CARTS, RATES))
        self.answers: list[Answer] = []

    def __enter__(self) -> Customers:
        # Clients are made one after the other: a session is not for several threads at once.
        runs = [(self._ask_on, _client("lambda")) for _ in range(WORKERS)] + [(self._count_on, _client("cloudwatch"))]
        self._threads = [threading.Thread(target=run, args=[client], daemon=True) for run, client in runs]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _ask_on(self, client: Any) -> None:
        while not self._stop.wait(PAUSE / aws.time_scale()):
            with self._lock:
                cart, country = next(self._questions)
            self._ask(client, cart, country)

    def _ask(self, client: Any, cart: dict[str, int], country: str) -> None:
        moment = time.time()
        try:
            got = client.invoke(
                FunctionName=aws.name("pricing"), Qualifier="live",
                Payload=json.dumps({"cart": cart, "country": country}).encode(),
            )  # fmt: skip
            told, version = json.loads(got["Payload"].read()), got.get("ExecutedVersion", "")
        except Exception as problem:  # whatever a customer meets is counted, and the next one asks
            told, version = {"errorMessage": repr(problem)}, ""
        # An answer that holds more than was asked for is not right either.
        right = set(told) == {"release", "total"} and told["total"] == round(total(cart) * RATES[country])
        with self._lock:
            self.answers.append(Answer(moment, version, str(told.get("release", "")), right, told))
            self._counted.update(_counts(told))

    def _count_on(self, client: Any) -> None:
        while not self._stop.wait(15 / aws.time_scale()):
            with self._lock:
                counted, self._counted = self._counted, Counter()
            data = [
                {"MetricName": name, "Value": value, "Dimensions": [{"Name": "Service", "Value": aws.name(SERVICE)}]}
                for name, value in counted.items()
            ]
            if data:
                client.put_metric_data(Namespace=NAMESPACE, MetricData=data)


def _client(service: str) -> Any:
    return aws.session().client(service, endpoint_url=aws.endpoint())


def _counts(told: dict[str, Any]) -> dict[str, int]:
    """`Asked` is what the web service counts; `Good` and `Errors` only an answer can tell."""
    counts = {"Asked": 1}
    if "release" in told:
        counts |= {"Good": int("total" in told), "Errors": int("error" in told)}
    return counts
