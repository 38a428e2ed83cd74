"""Measure, be told, look: metrics, their cost, filters, alarms, missing data, dashboards."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from helpers import aws, observability
from helpers.lab import Outcome, exercise, existing, not_attempted, right, wrong
from labs.cloudwatch import evaluator as evaluators
from labs.cloudwatch import hidden
from labs.cloudwatch.questions import QUESTIONS

CART_CENTS = 1400
"""What the cart costs that every customer of this lab orders."""
CUSTOMERS = 50
LONG = 900.0


def namespace(thing: str = "shop") -> str:
    """Return the learner's namespace for metrics."""
    return aws.name(thing)


def group(service: str) -> str:
    """Return the learner's log group of a service."""
    return f"/{aws.prefix()}/{service}"


def _total(name: str, where: str | None = None, **dimensions: str) -> float | None:
    """Return the sum of a metric over the last hour, or None if it has no data."""
    end = datetime.now(UTC) + timedelta(minutes=1)
    found = aws.client("cloudwatch").get_metric_statistics(
        Namespace=where or namespace(), MetricName=name, StartTime=end - timedelta(hours=2), EndTime=end,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        Period=86400, Statistics=["Sum"],
    )["Datapoints"]  # fmt: skip
    return sum(point["Sum"] for point in found) if found else None


def _orders_logged() -> int:
    table = observability.ask([group("orders")], "filter method = 'POST' and status = 200 | stats count(*) as n")
    return 0 if table.empty else int(table["n"][0])


@exercise(
    "Publish what the business counts",
    place="PutMetricData takes `Namespace` and `MetricData`; a datum has `MetricName` and `Value` or more.",
    plan="For each answer that is an order with status 200, one order; and its total, in whole units of money. Put the"
    " metrics `orders` and `revenue` into the namespace in `namespace`, without dimensions.",
    limit=LONG,
)
def custom() -> Outcome:
    orders, revenue = _total("orders"), _total("revenue")
    if orders is None and revenue is None:
        return not_attempted(f"no metric orders in {namespace()}", point="No service of AWS knows what an order is.")
    logged = _orders_logged()
    if orders != logged:
        return wrong(
            seen=f"orders: {orders}",
            expected=f"{logged}, as many as the log of the service orders tells of",
            where="which answers you count, and whether the cell ran twice",
            point="A metric and a log line are two tellings of one event.",
        )
    if revenue is None or round(revenue * 100) != logged * CART_CENTS:
        cents = revenue is not None and round(revenue) == logged * CART_CENTS
        return wrong(
            seen="revenue in cents" if cents else f"revenue: {revenue}",
            expected=f"{logged * CART_CENTS / 100:.2f} in whole units of money for {logged} orders",
            where="`Value` of the datum: the catalog counts in cents" if cents else "`MetricName` and `Value`",
            point="A number without its unit is a riddle.",
        )
    return right("Orders and revenue are metrics now.", next_question="Which of the two would you page somebody for?")


@exercise(
    "Keep the customer, pay for two metrics",
    place="`dimensions` of observability.emf, and the fields that are no dimension.",
    plan="Write the same fifty lines with one set of dimensions that has few values, such as the service. The customer"
    " stays in the line as a field, where Logs Insights finds it.",
    limit=LONG,
)
def cardinality() -> Outcome:
    space = namespace("checkout")
    listed = _listed(space)
    if not listed:
        return not_attempted(f"no metric in {space}", point="Every new value of a dimension is a new metric.")
    if len(listed) > 2:
        names = Counter(d["Name"] for metric in listed for d in metric["Dimensions"])
        return wrong(
            seen=f"{len(listed)} metrics, told apart by {', '.join(names)}",
            expected="one or two",
            where="the sets of dimensions: each value of each of them makes a metric",
            point="What has many values is a field to search, not a dimension to pay for.",
        )
    total = sum(_total(m["MetricName"], space, **{d["Name"]: d["Value"] for d in m["Dimensions"]}) or 0 for m in listed)
    if not total:
        return wrong(
            seen="a metric without a value", expected="the price of fifty orders", where="`metrics` of the line"
        )
    question = f"filter @message like '\"{space}\"' and ispresent(customer) | stats count_distinct(customer) as n"
    seen = observability.ask([group("checkout")], question)
    if seen.empty or int(seen["n"][0]) < CUSTOMERS:
        return wrong(
            seen="lines that do not say whose order it was",
            expected=f"{CUSTOMERS} customers, found by the field `customer`",
            where="the fields of the line",
            point="A metric says how much; the line says who.",
        )
    return right(
        "Two questions, one line, and hardly a metric.", next_question="What would one metric a customer cost?"
    )


def _listed(space: str) -> list[Any]:
    pages = aws.client("cloudwatch").get_paginator("list_metrics").paginate(Namespace=space)
    return [metric for page in pages for metric in page["Metrics"]]


@exercise(
    "Turn lines into metrics",
    place="PutMetricFilter takes `filterPattern` and `metricTransformations` with `metricValue` and `defaultValue`.",
    plan="Two filters on the log group of web: one whose pattern takes every request that failed with 500 or above, one"
    " that takes every request. Each adds 1, and 0 where a line does not match.",
    limit=LONG,
)
def filters() -> Outcome:
    found = existing(aws.client("logs").describe_metric_filters, logGroupName=group("web")) or {"metricFilters": []}
    by_metric = {t["metricName"]: (f, t) for f in found["metricFilters"] for t in f["metricTransformations"]}
    if not {"errors", "requests"} & by_metric.keys():
        return not_attempted("no filter for errors or requests", point="The lines hold numbers that nobody counts yet.")
    for name in ("errors", "requests"):
        if name not in by_metric:
            return wrong(
                seen=f"no filter that makes {name}", expected="one for errors, one for requests", where="`metricName`"
            )
        if problem := hidden.filter_problem(name, *by_metric[name]):
            return problem
    return right("Every request counts, and every failure counts once.", next_question="When is no line a good sign?")


@exercise(
    "An alarm that tells you, and that does not cry wolf",
    place="`Metrics` with an expression, `EvaluationPeriods`, `DatapointsToAlarm`, `TreatMissingData`, `AlarmActions`.",
    plan="Divide the failed by all requests. Look at three minutes and ask for two of them. Say what a minute without"
    " requests means. Name the topic in the actions.",
    limit=LONG,
)
def alarm() -> Outcome:
    found = observability.find(aws.name("errors"))
    if found is None:
        return not_attempted(f"no alarm {aws.name('errors')}", point="Nobody looks at a graph at night.")
    return hidden.alarm_problem(found) or right(
        "It knows a share from a count, and a quiet night from a broken one.",
        next_question="How long does it take it to notice?",
    )


@exercise(
    "One page, not three",
    place="PutCompositeAlarm takes `AlarmRule`; the rule names alarms: ALARM(name).",
    plan="A composite alarm that is in ALARM when both others are, and that has the topic as its action. The alarm on"
    " errors loses its own action: it only feeds the composite now.",
    limit=LONG,
)
def composite() -> Outcome:
    found = observability.find(aws.name("page"))
    if found is None:
        return not_attempted(f"no alarm {aws.name('page')}", point="Two facts together may be worth waking for.")
    if "AlarmRule" not in found:
        return wrong(seen="a metric alarm", expected="a composite alarm over two others", where="PutCompositeAlarm")
    return hidden.rule_problem(found) or right(
        "It needs both, and it alone tells.", next_question="Which of the two would you lose sleep without?"
    )


@exercise(
    "Mend the evaluator",
    place="The sentences below the table: what AWS does when it finds fewer datapoints than it needs.",
    plan="Do not fill the last N slots: take the last N datapoints that are really there. Fill only what is then still"
    " missing. One more rule: if all that is known breaches and the oldest of it is M slots old, that is an alarm.",
)
def evaluator() -> Outcome:
    stored: Any = existing(aws.client("s3").get_object, Bucket=aws.bucket_name("evaluator"), Key="evaluator.py")
    if stored is None:
        return not_attempted("no evaluator.py in your bucket", point="What did the naive one do with the gaps?")
    try:
        missed = evaluators.misses(evaluators.answers_of_source(stored["Body"].read().decode()))
    except ValueError as problem:
        return wrong(
            seen=f"it could not be asked: {problem}",
            expected="a function evaluate(slots, n, m, missing, before) that returns a state",
            where="evaluator.py",
            point="The check runs what is in the bucket.",
        )
    if missed:
        case, before, expected, given = missed[0]
        return wrong(
            seen=f"{given} for {case.slots}, M = {case.m}, {case.mode}, from {before}; {len(missed)} answers differ",
            expected=f"{expected}, as AWS publishes it",
            where="the slots beyond the last three: real datapoints there count",
            point="AWS looks further back than N when data are missing.",
        )
    return right("It agrees with AWS in every cell.", next_question="Which mode would you take for a nightly job?")


@exercise(
    "Three dashboards for three kinds of people",
    place="PutDashboard; the widgets of helpers.dashboard; the questions that `questions` lists.",
    plan="For each of business, operations and developer one dashboard whose name ends in that word. Take each question"
    " and ask which widget would answer it: a sum, a share, a percentile, an alarm, or a question to the logs.",
    limit=LONG,
)
def dashboards() -> Outcome:
    client = aws.client("cloudwatch")
    bodies: dict[str, Any] = {who: existing(client.get_dashboard, DashboardName=aws.name(who)) for who in QUESTIONS}
    if not any(bodies.values()):
        return not_attempted("no dashboard", point="Who looks, and what do they want to know?")
    for who, found in bodies.items():
        if found is None:
            return wrong(
                seen=f"no dashboard {aws.name(who)}", expected="one for each of the three", where="`DashboardName`"
            )
        widgets = json.loads(found["DashboardBody"])["widgets"]
        open_questions = [question for question in QUESTIONS[who] if not question.answered(widgets)]
        if open_questions:
            return wrong(
                seen=f"the dashboard for {who} does not answer: {open_questions[0].text}",
                expected=open_questions[0].hint,
                where=f"the widgets of {aws.name(who)}, and whether they have data",
                point="A dashboard is a list of answers: begin with the questions.",
            )
    return right("Seven questions, seven answers.", next_question="Which widget would nobody miss?")
