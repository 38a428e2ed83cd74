"""Which requests are traced: the rules that X-Ray keeps for the account, asked for again and again.

X-Ray's centralized sampling: the rules go by priority and the first that fits decides. It takes so many requests each
second (its reservoir, of which X-Ray gives every instance a quota), and of the rest a fixed share. Switched on by
OTEL_TRACES_SAMPLER=xray; OTEL_TRACES_SAMPLER_ARG="polling_interval=300" says how often the rules are asked for, in
seconds. Quotas are asked for thirty times as often, as AWS's own samplers do (300 s and 10 s).
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import requests
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes

RULES_SECONDS = 300.0
TARGETS_PER_POLL = 30
ANSWER_SECONDS = 3.0

Document = dict[str, Any]


class Rule:
    """One sampling rule, and what this instance has done by it."""

    def __init__(self, document: Document, clock: Callable[[], float] = time.time) -> None:
        self.name: str = document["RuleName"]
        self.rate: float = document["FixedRate"]
        self._document, self._clock = document, clock
        self._lock = threading.Lock()
        self._quota, self._quota_end = 0, 0.0
        self._second, self._taken = 0, 0
        self._requests = self._sampled = self._borrowed = 0

    def fits(self, service: str, attributes: Mapping[str, Any]) -> bool:
        """Return whether the rule is for this request of `service`."""
        host, port = attributes.get("server.address", ""), attributes.get("server.port")
        asked = {
            "ServiceName": service, "ServiceType": "", "ResourceARN": "",
            "Host": f"{host}:{port}" if port else host,
            "HTTPMethod": attributes.get("http.request.method", ""), "URLPath": attributes.get("url.path", ""),
        }  # fmt: skip
        wanted = self._document.get("Attributes") or {}
        return all(_like(self._document.get(field, "*"), value) for field, value in asked.items()) and all(
            name in attributes and _like(pattern, str(attributes[name])) for name, pattern in wanted.items()
        )

    def takes(self, trace_id: int) -> bool:
        """Return whether this request is traced, and count it."""
        with self._lock:
            self._requests += 1
            taken = self._from_reservoir() or (trace_id & (1 << 64) - 1) < self.rate * (1 << 64)
            self._sampled += taken
        return taken

    def _from_reservoir(self) -> bool:
        now = self._clock()
        if int(now) != self._second:
            self._second, self._taken = int(now), 0
        granted = now < self._quota_end
        # Before it has a quota, an instance borrows one request a second.
        limit = self._quota if granted else min(self._document.get("ReservoirSize", 0), 1)
        if self._taken >= limit:
            return False
        self._taken += 1
        self._borrowed += not granted
        return True

    def target(self, document: Document) -> None:
        """Take the rate and the quota that X-Ray grants."""
        with self._lock:
            self.rate = document.get("FixedRate", self.rate)
            if "ReservoirQuota" in document and "ReservoirQuotaTTL" in document:
                self._quota, self._quota_end = document["ReservoirQuota"], document["ReservoirQuotaTTL"]

    def statistics(self, client: str) -> Document:
        """Return what was done since the last report, and begin to count anew."""
        with self._lock:
            counts = {
                "RequestCount": self._requests, "SampledCount": self._sampled, "BorrowCount": self._borrowed,
            }  # fmt: skip
            self._requests = self._sampled = self._borrowed = 0
        return {"RuleName": self.name, "ClientID": client, "Timestamp": self._clock(), **counts}


class XRayRules(Sampler):
    """Samples by the account's rules; as long as there are none to be had, one request a second and 5 % of the rest."""

    def __init__(self, service: str, endpoint: str, session: requests.Session) -> None:
        self._service, self._endpoint, self._session = service, endpoint, session
        self._client = secrets.token_hex(12)
        self._fallback = Rule({"RuleName": "", "FixedRate": 0.05, "ReservoirSize": 1})
        self._rules: list[Rule] = []
        self._modified = 0.0
        # Asked once before the first request, so that this one is decided by the rules, too.
        self._attempt(self._fetch)
        threading.Thread(target=self._poll, daemon=True).start()

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        fitting = (rule for rule in self._rules if rule.fits(self._service, attributes or {}))
        taken = next(fitting, self._fallback).takes(trace_id)
        return SamplingResult(Decision.RECORD_AND_SAMPLE if taken else Decision.DROP, attributes, trace_state)

    def get_description(self) -> str:
        return "XRayRules"

    def _poll(self) -> None:
        pause = threading.Event()
        rounds = 0
        while not pause.wait(_polling_interval() / TARGETS_PER_POLL):
            rounds += 1
            self._attempt(self._report)
            if rounds % TARGETS_PER_POLL == 0 or not self._rules:
                self._attempt(self._fetch)

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (requests.RequestException, ValueError, LookupError, TypeError):
            return  # the rules that we have hold until X-Ray answers again

    def _fetch(self) -> None:
        found: list[Document] = []
        token: str | None = None
        while token != "":
            answer = self._ask("GetSamplingRules", {"NextToken": token} if token else {})
            found += [record["SamplingRule"] for record in answer["SamplingRuleRecords"]]
            token = answer.get("NextToken") or ""
        known = {rule.name: rule for rule in self._rules}
        ordered = sorted(found, key=lambda rule: (rule["Priority"], rule["RuleName"]))
        self._rules = [_kept(known.get(rule["RuleName"]), rule) for rule in ordered]

    def _report(self) -> None:
        rules = {rule.name: rule for rule in self._rules}
        if not rules:
            return
        documents = [rule.statistics(self._client) for rule in rules.values()]
        answer = self._ask("SamplingTargets", {"SamplingStatisticsDocuments": documents})
        for document in answer.get("SamplingTargetDocuments", ()):
            if document["RuleName"] in rules:
                rules[document["RuleName"]].target(document)
        modified = float(answer.get("LastRuleModification") or 0)
        if modified > self._modified:
            self._fetch()
            self._modified = modified

    def _ask(self, operation: str, body: Document) -> Document:
        answer = self._session.post(f"{self._endpoint}/{operation}", json=body, timeout=ANSWER_SECONDS)
        answer.raise_for_status()
        content: Document = answer.json()
        return content


def _kept(known: Rule | None, document: Document) -> Rule:
    """Return the rule that we have if nothing about it has changed: it knows its quota."""
    return known if known and known._document == document else Rule(document)


def _like(pattern: str, value: str) -> bool:
    """Return whether `value` fits a pattern of X-Ray: * is any text, ? any character, case does not matter."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.IGNORECASE | re.DOTALL) is not None


def _polling_interval() -> float:
    found = re.search(r"polling_interval=([0-9.]+)", os.environ.get("OTEL_TRACES_SAMPLER_ARG", ""))
    try:
        return max(float(found[1]), 0.3) if found else RULES_SECONDS
    except ValueError:
        return RULES_SECONDS
