"""Blue/green and canary: a race foretold, a rehearsal, a schedule, a guarded canary, a table changed, blue kept."""

from __future__ import annotations

from typing import Any

from helpers import aws, delivery
from helpers.lab import Outcome, exercise, not_attempted, right, wrong
from labs.blue_green_canary import grounds, handed, hooks, keeping, native, orders, race, releases, seen

LONG = 300.0
"""Seconds for a check that releases something; locally that takes a few for each release."""
ENOUGH = 2 * seen.RATE
"""Customers' requests in a second, so many that a tenth of them cannot miss a failure in several periods by chance."""
MOST_WEIGHT = 10.0
"""Percent of the customers that a bad release may meet in the exercise on the canary."""
REPORTED_MINUTES, MOST_HOURS = 45, 2.0
LINEAR = "ECSLinear10PercentEvery1Minutes"
AFTER, ALL_AT = 40, 9
"""Percent after three minutes and a half, and the minute in which the last tenth moves."""


@exercise(
    "Foretell the race",
    place="How many customers can each way expose at a time, and what has to start anew before they are well again?",
    plan="Think of one moment in each way: how many tasks of either version answer, and what the way back takes."
    " Leave the best and the worst of the four with delivery.predict.",
)
def order() -> Outcome:
    expected = delivery.prediction("race")
    if expected is None:
        return not_attempted("no prediction for the race", point="Who meets a bad release, before anybody knows?")
    told = (expected.get("fewest"), expected.get("most"))
    if not set(told) <= set(race.WAYS) or told[0] == told[1]:
        return wrong(
            seen=f"fewest={told[0]!r}, most={told[1]!r}",
            expected=f"two of {', '.join(race.WAYS)}",
            where="the arguments of delivery.predict",
        )
    measured = race.published("race")
    if measured is None:
        return not_attempted("no record of the race; run the cell to its end")
    return _judged_order(told, {each["way"]: each["hurt"] for each in measured})


def _judged_order(told: tuple[Any, Any], hurt: dict[str, int]) -> Outcome:
    fewest, most = min(hurt, key=lambda way: hurt[way]), max(hurt, key=lambda way: hurt[way])
    if told[0] != fewest:
        return wrong(
            seen=f"{told[0]} as the way that hurts fewest; it hurt {hurt[told[0]]} requests",
            expected=f"the way that shows the release to few before it shows it to all; that hurt {hurt[fewest]}",
            where="the picture of the race",
            point="Going back fast is worth much. Meeting few is worth more.",
        )
    if told[1] != most:
        return wrong(
            seen=f"{told[1]} as the way that hurts most; it hurt {hurt[told[1]]} requests",
            expected=f"the way in which nobody answers for a while, twice; that hurt {hurt[most]}",
            where="the picture of the race",
            point="What do customers get while tasks are being replaced?",
        )
    return right(
        f"Foretold, and measured: {hurt[fewest]} requests hurt by {fewest}, {hurt[most]} by {most}.",
        next_question="What would a release that nobody meets cost?",
    )


@exercise(
    "Rehearse what customers do",
    place="The question is asked at the test listener: ask(path) answers with a status and the JSON that came with it.",
    plan="Ask for what customers ask for, and often enough that a failure in half of the answers cannot hide. Then look"
    " at what came: is this what you would sell?",
    limit=LONG,
)
def rehearsal() -> Outcome:
    if hooks.find() is None or hooks.asks_the_first_question():
        return not_attempted("a rehearsal that asks /health", point="Whom does a task tell the truth about a release?")
    service, road = delivery.find("handed", releases.LAB), grounds.find_road("handed")
    with delivery.load(f"{road.url}/products", rate=seen.RATE) as customers:
        good = _rehearsed(service, releases.NEXT, customers)
        if good.state != "Succeeded":
            return wrong(
                seen="a good release was refused",
                expected="a rehearsal that lets a good release pass",
                where="the question: what does it make of the shop as it is?",
                point="A gate that is never open protects, too. Nobody wants it.",
            )
        for version, told in ((releases.FAULTY, "fails half of its requests"), (releases.FREE, "has no prices")):
            if (bad := _rehearsed(service, version, customers)).state == "Succeeded":
                return _passed(version, told, bad)
    return right(
        "A good release passed, and two bad ones were refused at AfterAllowTestTraffic: no customer met them.",
        next_question="Which bad release would still pass?",
    )


def _rehearsed(service: delivery.Service, version: str, customers: delivery.Load) -> seen.Seen:
    chosen = {"AfterAllowTestTraffic": hooks.function()}
    return handed.release(service, version, customers, f"The check's own {version}", chosen, live=False)


def _passed(version: str, told: str, bad: seen.Seen) -> Outcome:
    point = {
        releases.FAULTY: "A health check tells that a task lives. What do customers ask for, and how often?",
        releases.FREE: "A status of 200 says that there was an answer. Who looks at it?",
    }
    return wrong(
        seen=f"release {version}, which {told}, passed the rehearsal and reached customers ({bad.hurt} requests hurt)",
        expected="a rehearsal that refuses it before a customer meets it",
        where="the question, and what `/products` of that release answers",
        point=point[version],
    )


@exercise(
    "Foretell a linear shift",
    place="Each increment is shifted at its beginning. When does the first one begin?",
    plan="Count the steps of ten percent. The first is taken at minute 0, so the tenth comes a minute earlier than"
    " one thinks. Leave both numbers with delivery.predict.",
)
def schedule() -> Outcome:
    expected = delivery.prediction("linear")
    if expected is None:
        return not_attempted("no prediction of the linear shift", point="What happens in its first second?")
    found = handed.newest()
    if found is None or LINEAR not in found["deploymentConfigName"]:
        return not_attempted("no linear deployment; run the cell to its end")
    told = (expected.get("after"), expected.get("all_at"))
    if told == (AFTER, ALL_AT):
        return right(
            f"Foretold, and seen: AllowTraffic took {_minutes_of_shift(found):.1f} minutes.",
            next_question="How many customers met the new version before half of the time was over?",
        )
    if told[0] == AFTER - 10 or told[1] == ALL_AT + 1:
        return wrong(
            seen=f"{told[0]} % after three minutes and a half, all in minute {told[1]}",
            expected="a first step that is taken at once",
            where="the lifecycle event AllowTraffic, and the first step in the picture",
            point="Between ten steps there are only nine pauses.",
        )
    return wrong(
        seen=f"{told[0]} % after three minutes and a half, all in minute {told[1]}",
        expected="ten percent a minute, from minute 0 on",
        where="the name of the configuration",
    )


def _minutes_of_shift(found: dict[str, Any]) -> float:
    event = next(each for each in handed.events(found["deploymentId"]) if each["lifecycleEventName"] == "AllowTraffic")
    return float((event["endTime"] - event["startTime"]).total_seconds() * aws.time_scale() / 60)


@exercise(
    "Guard a release by a canary",
    place="UpdateService: `deploymentConfiguration` has a strategy, its own settings, and `alarms` with two switches"
    " (DeploymentConfiguration in the ECS API reference).",
    plan="Show the release to a tenth at most, for some minutes, while the alarm on errors looks on; when it rings,"
    " go back. A release that fails seldom needs longer to be seen.",
    limit=LONG,
)
def canary() -> Outcome:
    service = delivery.find("catalog", releases.LAB)
    if not service.exists():
        return not_attempted(f"no service {service.name}")
    configured = service.describe()["deploymentConfiguration"]
    alarms = configured.get("alarms") or {}
    if configured.get("strategy") == "BLUE_GREEN" and not alarms.get("enable"):
        return not_attempted("blue/green without an alarm", point="Who meets the release first, and who looks on?")
    if not (alarms.get("enable") and alarms.get("alarmNames")):
        return wrong(
            seen=f"the strategy {configured.get('strategy')}, and nobody who looks on",
            expected="a deployment that listens to an alarm",
            where="`alarms` in deploymentConfiguration",
            point="A canary that nobody listens to is a slow release of everything.",
        )
    if not alarms.get("rollback"):
        return wrong(
            seen="an alarm that stops the deployment where it stands",
            expected="a service that goes back by itself",
            where="`alarms`: its second switch",
            point="Who has the tenth that meets the release when it is stopped?",
        )
    return _judged_canary(service, configured)


def _judged_canary(service: delivery.Service, configured: dict[str, Any]) -> Outcome:
    road, alarm = grounds.find_road("catalog"), aws.name("shop-errors")
    with delivery.load(f"{road.url}/products", rate=ENOUGH) as customers:
        seen.quiet(alarm, customers)
        bad = native.release(service, releases.SELDOM, customers, "The check's own bad release", live=False)
        if bad.state != "ROLLBACK_SUCCESSFUL":
            native.release(service, releases.NEXT, customers, "Back", native.plain(), live=False)
            service.update(deploymentConfiguration=configured)
    if bad.state != "ROLLBACK_SUCCESSFUL" or bad.weight > MOST_WEIGHT:
        return wrong(
            seen=f"a bad release that was {bad.state} after it had up to {bad.weight:g} % of the customers",
            expected=f"one that is taken back before it has more than {MOST_WEIGHT:g} %",
            where="the percentage of the first step, and for how long it stays",
            point="An alarm needs a whole period with failures in it. Does the step last so long?",
        )
    return right(
        f"A release that fails a third of its requests was taken back at {bad.weight:g} %: {bad.hurt} requests were"
        " hurt.",
        next_question="With one request a minute, what would ten minutes of canary have told you?",
    )


@exercise(
    "Rename a field while two versions run",
    place="In each step two neighbours run side by side: each has to read what the other one writes.",
    plan="First write both, still reading the old; then give the old orders the new fields; then read the new; then"
    " stop writing the old; and only then remove it.",
)
def contract() -> Outcome:
    plan = orders.saved()
    if plan is None:
        return not_attempted("no plan for the orders", point="Who reads an order that the other version has written?")
    played = orders.play(plan, names=("Barbara Liskov", "Margaret Heafield Hamilton"))
    if played.problem:
        return wrong(
            seen=played.problem,
            expected="a plan at each of whose steps every order can be read, and that ends with the new fields alone",
            where="`orders.play(plan)` shows each step",
            point="Expand, move, contract: never two of them in one release.",
        )
    return right(
        f"{len(played.rows)} steps, and every order could be read at each of them, forward and back.",
        next_question="How far back can you roll after the last step?",
    )


@exercise(
    "Keep blue as long as it is worth it",
    place="UpdateDeploymentGroup: what becomes of the original tasks, and after how many minutes?",
    plan="Blue must be there when the last report comes in, and two tasks make two task hours an hour. Between both"
    " there is room.",
    limit=LONG,
)
def keep() -> Outcome:
    found = keeping.termination()
    if found is None or (found["action"] == "TERMINATE" and found.get("terminationWaitTimeInMinutes") == 1):
        return not_attempted("blue is kept for one minute", point="When do customers tell you what no alarm has seen?")
    if found["action"] != "TERMINATE":
        return wrong(
            seen="old tasks that stay until somebody remembers them",
            expected="old tasks that go by themselves",
            where="the action in terminateBlueInstancesOnDeploymentSuccess",
            point="Who pays for them on Sunday?",
        )
    minutes = found.get("terminationWaitTimeInMinutes", 0)
    if minutes < REPORTED_MINUTES or keeping.hours(minutes) > MOST_HOURS:
        return _kept_wrongly(minutes)
    back = keeping.change_of_mind(delivery.find("handed", releases.LAB), grounds.find_road("handed").url)
    return right(
        f"Blue stays {minutes} minutes, {keeping.hours(minutes):.3g} task hours. A release that no alarm sees was taken"
        f" back: {back:.1f} minutes after the call the last customer met it.",
        next_question="What does the way back cost when blue is gone?",
    )


def _kept_wrongly(minutes: int) -> Outcome:
    if minutes < REPORTED_MINUTES:
        return wrong(
            seen=f"old tasks that are gone after {minutes} minutes",
            expected=f"a way back when the last customers report, after {REPORTED_MINUTES} minutes",
            where="terminationWaitTimeInMinutes",
        )
    return wrong(
        seen=f"{keeping.hours(minutes):.3g} task hours for each release",
        expected=f"{MOST_HOURS:g} at most",
        where="terminationWaitTimeInMinutes: minutes, with two tasks",
        point="What is the chance of going back worth on the second day?",
    )
