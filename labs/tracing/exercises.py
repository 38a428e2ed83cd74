"""From a log line to a trace: one number by three ways, three bottlenecks, a trace made whole, failures kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from helpers import aws, tracing
from helpers.lab import Outcome, exercise, existing, not_attempted, right, wrong
from labs.tracing import planted, release, traffic

GROUP = "shop-lines"
BUDGET = 0.3
"""The share of all requests that may be traced."""
LONG = 240.0
"""Seconds for a check that runs the shop; locally it takes a few."""


@exercise(
    "Make a metric of the requests that failed",
    place="PutMetricFilter: `filterPattern` chooses the lines, `metricValue` says what one of them adds.",
    plan="Look at the lines of one failed order: which of them is the customer's? Write a pattern for JSON that chooses"
    " lines of that service with a status of 500 and more, and let each add 1.",
    limit=LONG,
)
def failures() -> Outcome:
    client, group = aws.client("logs"), aws.name(GROUP)
    answer: Any = existing(client.describe_metric_filters, logGroupName=group)
    if not answer or not answer["metricFilters"]:
        return not_attempted(f"no metric filter on {group}", point="A metric can be counted from lines that are there.")
    chosen = answer["metricFilters"][0]
    value = chosen["metricTransformations"][0]["metricValue"]
    if value != "1":
        return wrong(
            seen=f"each line that fits adds {value}",
            expected="each failed request adds 1",
            where="`metricValue`",
            point="The metric is to count requests, so what does one of them add?",
        )
    return _judged_pattern(chosen["filterPattern"])


def _judged_pattern(pattern: str) -> Outcome:
    """Let CloudWatch try the pattern on lines that the learner has not seen."""
    found = traffic.run(visits=6, orders=8, failing=0.5, seed=5)
    messages = [json.dumps(line) for line in found.lines]
    matches = aws.client("logs").test_metric_filter(filterPattern=pattern, logEventMessages=messages)["matches"]
    counted = Counter(found.lines[match["eventNumber"] - 1]["trace_id"] for match in matches)
    faults = {trace.log_id for trace in tracing.arrived(line["trace_id"] for line in found.requests) if _failed(trace)}
    if counted == Counter(faults):
        return right(
            f"{len(faults)} requests failed in a run that you have not seen: lines, metric and traces agree on which.",
            next_question="Which of the three would you look at first in the night?",
        )
    if counted.keys() == faults:
        return wrong(
            seen=f"{counted.total()} lines chosen for {len(faults)} failed requests",
            expected="one line for each request that failed",
            where="`filterPattern`: which service answers the customer?",
            point="Every service that a failure passes writes a line of it.",
        )
    return wrong(
        seen=f"a pattern that chooses lines of {len(counted)} requests; {len(faults)} failed",
        expected="lines of the failed requests and no others",
        where='`filterPattern`, such as { $.field = "value" && $.number >= 1 }; the fields are those of the lines',
        point="What sets the line of a failed request apart from all others?",
    )


def _failed(trace: tracing.Trace) -> bool:
    return trace.root.outcome == "fault"


def _hints(system: str) -> dict[str, str]:
    return {
        "place": "The picture: filled stretches with a line below them. As an answer, `service(\"...\")` in the filter"
        f" expression of the group {system}.",
        "plan": "For each service, add up its own work on the critical path (tracing.critical_path gives the pieces)."
        f" The one with the largest sum is it: make the group {system} of the requests that go through it.",
    }  # fmt: skip


@exercise("Find what makes bookings slow", **_hints("bookings"))
def bookings() -> Outcome:
    return _bottleneck("bookings", "What would the whole take if that work took no time at all?")


@exercise("Find what makes the search slow", **_hints("search"))
def search() -> Outcome:
    return _bottleneck("search", "Who waits for the statistics, and who pays for them all the same?")


@exercise("Find what makes the feed slow", **_hints("feed"))
def feed() -> Outcome:
    return _bottleneck("feed", "Which change would help more: faster calls, or fewer?")


def _bottleneck(system: str, next_question: str) -> Outcome:
    expression = tracing.expression_of(aws.name(system))
    if expression is None:
        return not_attempted(f"no group {aws.name(system)}", point="A bar is as long as what it waits for.")
    chosen = _chosen(system, expression)
    root = planted.truth(system)
    bottleneck = tracing.bottleneck(root)
    names = [planted.service_name(system, each) for each in chosen]
    if names == [bottleneck]:
        seconds = tracing.seconds_by_service(tracing.critical_path(root))[bottleneck]
        share = f"{seconds * 1000:.0f} of {root.seconds * 1000:.0f} ms"
        return right(f"{bottleneck} decides {share} by its own work.", next_question=next_question)
    if len(names) != 1:
        return wrong(
            seen=f"a filter that selects requests through {len(names) or 'none'} of the services",
            expected="requests through one service, and no others",
            where='the filter expression: service("...") with the full name of a service',
            point="Every request goes through the first service: it says nothing about what is slow.",
        )
    return _not_this_one(names[0], root)


def _chosen(system: str, expression: str) -> list[str]:
    """Return the services whose requests the learner's filter selects, by new traces that go through one alone."""
    since = datetime.now(UTC) - timedelta(minutes=1)
    markers = planted.mark(system)
    tracing.arrived(markers)
    selected = {summary["Id"] for summary in tracing.summaries(since, FilterExpression=expression)}
    return sorted(service for id_, service in markers.items() if id_ in selected)


def _not_this_one(service: str, root: tracing.Span) -> Outcome:
    on_path = tracing.seconds_by_service(tracing.critical_path(root)).get(service, 0.0) * 1000
    if on_path == 0:
        return wrong(
            seen=f"{service}, which is not on the critical path",
            expected="a service whose own work somebody waits for",
            where="the lines below the bars: where this service works, another decides how long it takes",
            point="If it took no time at all, would the answer come any sooner?",
        )
    return wrong(
        seen=f"{service}, whose own work decides {on_path:.0f} of {root.seconds * 1000:.0f} ms",
        expected="the service whose own work decides most",
        where="the filled part of each bar, added up for all bars of a service",
        point="A long bar may only wait; many short ones may add up.",
    )


@exercise(
    "Release a shop whose traces are whole",
    place="shop/orders.py: who calls the catalog, and in which thread? The active span is kept in a context variable.",
    plan="A thread of a pool starts with an empty context. Let the call run in a copy of the caller's context"
    " (contextvars), or call without a thread. Release that as 1.1.1 and send at least five orders.",
    limit=LONG,
)
def whole() -> Outcome:
    since = datetime.now(UTC) - timedelta(hours=1)
    found = tracing.traces(f'service("{aws.name("web")}")', since)
    orders = [trace for trace in found if trace.root.request == "POST /orders" and trace.root.version > release.FRIDAY]
    if not orders:
        return not_attempted(
            "no order that a release after 1.1.0 took", point="What ties two services' spans together?"
        )
    return _judged_orders(orders[-5:])


def _judged_orders(orders: Sequence[tracing.Trace]) -> Outcome:
    version, web = orders[-1].root.version, aws.name("web")
    crowded = [trace for trace in orders if sum(_serves(span, web) for span in trace.spans) > 1]
    if crowded:
        return wrong(
            seen=f"several orders of {version} in one trace",
            expected="a trace for each order",
            where="the headers: does each request get a trace id of its own?",
            point="A trace is the story of one request.",
        )
    if any(_failed(trace) for trace in orders):
        return wrong(
            seen=f"orders of {version} that fail",
            expected="a release that takes orders",
            where="the log lines of the shop, or the trace of one of these orders",
            point="A trace that is whole and an order that is lost help nobody.",
        )
    if any(aws.name("catalog") not in trace.services for trace in orders):
        return wrong(
            seen=f"orders of {version} whose trace ends before the catalog",
            expected="web, orders and catalog in one trace",
            where="shop/orders.py of the release, where it asks for the price",
            point="The context has to come along to wherever the call is made.",
        )
    return right(
        f"{version}: every order is one trace through three services.",
        next_question="Which test would have noticed on Friday?",
    )


def _serves(span: tracing.Span, service: str) -> bool:
    return span.is_segment and span.service == service


@exercise(
    "Keep the traces of the orders that fail",
    place="CreateSamplingRule: `URLPath`, `HTTPMethod`, `ServiceName`, `FixedRate`, `Priority`.",
    plan="The decision falls when a request comes in, in the first service. Make a rule that takes every request of"
    " the kind that fails, and leave all other kinds to the default rule.",
    limit=LONG,
)
def sampling() -> Outcome:
    rules = [rule for rule in tracing.sampling_rules() if rule["RuleName"].startswith(aws.prefix())]
    if not rules:
        return not_attempted("no sampling rule of yours", point="What is known of a request when it comes in?")
    found = traffic.run(visits=120, orders=20, failing=0.4, seed=11, sampler="xray")
    kept, failed = traffic.traced(found), {line["trace_id"] for line in found.failed}
    if failed - kept:
        return _lost(rules, len(failed - kept), len(failed))
    share = len(kept) / len(found.requests)
    if share > BUDGET:
        return wrong(
            seen=f"{share:.0%} of all requests traced",
            expected=f"all failed orders, and at most {BUDGET:.0%} of all requests",
            where="which requests the rule fits: `URLPath`, `HTTPMethod`",
            point="What is kept is paid for. Which requests can fail that way?",
        )
    return right(
        f"All failed orders of a run that you have not seen are in X-Ray, within {BUDGET:.0%} of its requests.",
        next_question="What would it cost if one order in ten thousand failed?",
    )


def _lost(rules: Sequence[dict[str, Any]], lost: int, failed: int) -> Outcome:
    if any("status" in name for rule in rules for name in rule.get("Attributes") or {}):
        return wrong(
            seen=f"a rule that asks for a status; {lost} of {failed} failed orders have no trace",
            expected="a rule that asks for what is known when a request comes in",
            where="`Attributes`: the status is set when the request is over",
            point="The decision falls before the answer is known.",
        )
    return wrong(
        seen=f"{lost} of {failed} failed orders have no trace",
        expected="a trace of every order that fails",
        where="`ServiceName` (who decides?), `URLPath`, `HTTPMethod`, and `FixedRate` of the rule that fits first",
        point="The first service decides, and the others follow.",
    )
