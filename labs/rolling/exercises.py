"""Rolling deployments: bounds foretold, a deadlock freed, readiness, draining, and a breaker that takes back."""

from __future__ import annotations

from typing import Any

from helpers import aws, delivery
from helpers.lab import Outcome, exercise, not_attempted, right, wrong
from labs.rolling import releases, trial

LONG = 240.0
"""Seconds for a check that rolls out a release; locally that takes a few."""
LONGEST_DRAIN = 120
"""Seconds of draining beyond which each release waits for nothing."""


@exercise(
    "Foretell the bounds of a deployment",
    place="DeploymentConfiguration in the ECS API reference: in which direction is each of the two rounded?",
    plan="Take the percentages of three tasks. Neither is a whole number here: the careful one of the two neighbours"
    " holds. Leave both numbers with delivery.predict.",
)
def prediction() -> Outcome:
    expected = delivery.prediction("rolling")
    if expected is None:
        return not_attempted("no prediction for the experiment rolling", point="Whom do the two percentages protect?")
    least, most = told = (expected.get("least"), expected.get("most"))
    seen = delivery.published("rolling", releases.LAB)
    if seen is None:
        return not_attempted("no record of the deployment; run the cell to its end")
    bounds = delivery.bounds(3, 50, 150)
    if told == bounds:
        counted = f"{seen['least']} running at least, {seen['most']} alive at most, {seen['failed']} requests failed"
        foretold = f"Foretold: {least} and {most}. Seen: {counted}."
        return right(foretold, next_question="What do the same percentages allow of one task?")
    return _foretold_wrongly(told, bounds)


def _foretold_wrongly(told: tuple[Any, Any], bounds: tuple[int, int]) -> Outcome:
    least, most = told
    if not (isinstance(least, int) and isinstance(most, int)):
        return wrong(
            seen=f"least={least!r}, most={most!r}",
            expected="two whole numbers of tasks",
            where="the arguments of delivery.predict",
            point="Is there half a task?",
        )
    if least == bounds[0] - 1 or most == bounds[1] + 1:
        return wrong(
            seen=f"at least {least}, at most {most}",
            expected="numbers that are rounded to the careful side",
            where="1.5 and 4.5 tasks: fewer than 50 % must not be left, more than 150 % must not be paid for",
            point="A bound is a promise. Which of the two neighbours of 1.5 keeps it?",
        )
    return wrong(
        seen=f"at least {least}, at most {most}",
        expected="50 % and 150 % of three tasks",
        where="`deploymentConfiguration` in the cell: AWS's own defaults of 100 and 200 are replaced there",
        point="How many tasks may be missing, and how many more may be there?",
    )


@exercise(
    "Free the deployment that cannot move",
    place="UpdateService: `deploymentConfiguration`. Which of the two numbers has to give way?",
    plan="With one task, both bounds are one: nothing may stop and nothing may start. Leave the lower bound at one and"
    " let the upper one be two.",
    limit=LONG,
)
def deadlock() -> Outcome:
    small = delivery.find("small", releases.LAB)
    if not small.exists():
        return not_attempted(f"no service {small.name}")
    found = small.describe()
    configuration = found["deploymentConfiguration"]
    percents = (configuration["minimumHealthyPercent"], configuration["maximumPercent"])
    least, most = delivery.bounds(found["desiredCount"], *percents)
    if found["desiredCount"] == 1 and percents == (50, 150):
        return not_attempted(
            "the deployment as it was: at least 1 task, at most 1", point="Which step is allowed, if neither is?"
        )
    return _refused_freedom(found["desiredCount"], percents, least, most) or _freed(small)


def _refused_freedom(desired: int, percents: tuple[int, int], least: int, most: int) -> Outcome | None:
    if desired != 1:
        return wrong(
            seen=f"{desired} tasks, paid for all day",
            expected="one task, as before, but for the minute of a release",
            where="`desiredCount`",
            point="The second task is needed during a deployment only.",
        )
    if least == 0:
        return wrong(
            seen="a deployment that may stop the only task first",
            expected="at least one task at every moment",
            where="`minimumHealthyPercent`",
            point="Who answers between the stop of the old task and the start of the new one?",
        )
    if most <= least:
        return wrong(
            seen=f"at least {least} and at most {most} with {percents[0]} and {percents[1]} %",
            expected="room for one task more",
            where="`maximumPercent`: what is left of it after rounding",
            point="The upper bound is rounded down.",
        )
    return None


def _freed(small: delivery.Service) -> Outcome:
    seen = trial.release(small, releases.NEXT, "The check's own deployment")
    if seen.failed:
        return _hurt(seen, "`deploymentConfiguration`")
    return right(
        f"A deployment of one task ends, and none of its customers noticed it: {seen.failed} requests failed.",
        next_question="What would 0 and 100 percent have cost them?",
    )


def _hurt(seen: delivery.Rollout, where: str, point: str = "") -> Outcome:
    return wrong(
        seen=f"{seen.failed} failed requests during a deployment of the check's own",
        expected="a deployment that no customer notices",
        where=where,
        point=point,
    )


@exercise(
    "Keep customers away until a task is ready",
    place="ModifyTargetGroup: `HealthCheckPath`. What does each path of the shop tell of itself?",
    plan="A task is alive at once and ready a minute later. Ask for the one that says 503 until customers may come.",
    limit=LONG,
)
def readiness() -> Outcome:
    group = delivery.find_target_group(aws.name("catalog"))
    if group is None:
        return not_attempted(f"no target group {aws.name('catalog')}")
    described = aws.client("elbv2").describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]
    path = described["HealthCheckPath"]
    if path == "/health":
        return not_attempted("a health check that asks /health", point="Alive is not ready. Who knows the difference?")
    if delivery.status(f"{delivery.address_of(group)}{path}") != 200:
        return wrong(
            seen=f"a health check that asks {path}, which a good task does not answer with 200",
            expected="a path that a task answers with 200 as soon as it is ready",
            where="the routes in shop/service.py",
            point="With such a check no task is ever healthy.",
        )
    return _judged_readiness(path)


def _judged_readiness(path: str) -> Outcome:
    seen = trial.release(delivery.find("catalog", releases.LAB), releases.SLOW, "The check's own slow release")
    if seen.failed:
        return wrong(
            seen=f"a health check that asks {path}; {seen.failed} requests reached tasks that were not ready",
            expected="customers only at tasks that are ready",
            where="`HealthCheckPath`: what does this path say in the first minute of a task?",
            point="Ask the question whose answer changes when the task is ready.",
        )
    return right(
        f"A release that warms up for {releases.WARM_UP_SECONDS} s was rolled out, and no customer met a cold task.",
        next_question="What would the same check do to a task whose database is away for a minute?",
    )


@exercise(
    "Let tasks finish what they are at",
    place="ModifyTargetGroupAttributes: `deregistration_delay.timeout_seconds` of the catalog's target group.",
    plan="A report takes 20 s: a task that leaves needs at least that, and some more. Each task of each release waits"
    " for it, so not a multiple.",
    limit=LONG,
)
def draining() -> Outcome:
    group = delivery.find_target_group(aws.name("catalog"))
    if group is None or (seconds := delivery.drain_seconds(group)) == 0:
        return not_attempted("a deregistration delay of 0 s", point="What becomes of a request that is half answered?")
    if seconds > LONGEST_DRAIN:
        return wrong(
            seen=f"{seconds} s, for which every task of every release waits",
            expected=f"enough for a report of {releases.REPORT_SECONDS} s, and at most {LONGEST_DRAIN} s",
            where="`deregistration_delay.timeout_seconds`",
            point="How long does the longest request take, and how often do you release?",
        )
    seen = trial.release(delivery.find("catalog", releases.LAB), releases.HASTY, "The check's own hasty release")
    if seen.failed:
        return wrong(
            seen=f"a delay of {seconds} s; {seen.failed} requests were cut off",
            expected="a delay in which every request ends",
            where=f"`deregistration_delay.timeout_seconds`, beside the {releases.REPORT_SECONDS} s of a report",
            point="The task ends when the delay is over, whatever it is at.",
        )
    return right(
        f"With {seconds} s each report was finished: {seen.failed} requests were cut off.",
        next_question="Which requests of your own system take longest?",
    )


@exercise(
    "Have a bad image taken back",
    place="UpdateService: `deploymentConfiguration` with `deploymentCircuitBreaker`, which has two switches.",
    plan="Let ECS count tasks that fail to start, give up after three, and go back to the last deployment that"
    " completed. Leave enough old tasks running meanwhile.",
    limit=LONG,
)
def breaker() -> Outcome:
    catalog = delivery.find("catalog", releases.LAB)
    if not catalog.exists():
        return not_attempted(f"no service {catalog.name}")
    configured = catalog.describe()["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
    if not configured.get("enable"):
        return not_attempted("a service without a circuit breaker", point="Who counts the tasks that never start?")
    if not configured.get("rollback"):
        return wrong(
            seen="a breaker that gives up, and leaves the service where it was stopped",
            expected="a service that goes back to its last good deployment by itself",
            where="`deploymentCircuitBreaker`: its second switch",
            point="What happens to a task that dies after the breaker has opened?",
        )
    return _judged_breaker(catalog)


def _judged_breaker(catalog: delivery.Service) -> Outcome:
    good = catalog.describe()["taskDefinition"]
    seen = trial.release(catalog, releases.BROKEN, "The check's own broken release")
    if seen.failed:
        return _hurt(
            seen, "`minimumHealthyPercent`: who answers while the bad tasks are tried?", "A breaker needs time to open."
        )
    now = catalog.describe()["taskDefinition"]
    if seen.state != "FAILED" or now != good:
        return wrong(
            seen=f"a deployment of a broken image that is {seen.state}",
            expected="one that failed, and the service back at what it had",
            where="`describe_services`: the `rolloutState` and its reason",
        )
    return right(
        "A broken image was given up and taken back, and no customer noticed it: 0 requests failed.",
        next_question="And an image whose tasks start well, and answer every second customer with an error?",
    )
