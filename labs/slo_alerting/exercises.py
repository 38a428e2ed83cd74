"""Alerts that are worth getting up for: a burn-rate policy, its alarms, little traffic, fatigue, the rotation."""

from __future__ import annotations

from datetime import date

from helpers import aws, oncall, slo
from helpers.lab import Outcome, exercise, not_attempted, right, wrong
from helpers.slo import cloud, documents
from helpers.slo.definitions import Definitions
from labs.slo_alerting import duty, hidden, judging, noisy, team

OBJECTIVE = slo.Objective(0.999)
LINGERS, LINGERS_FAST = 35.0, 12.0
"""Minutes for which a page may go on after its incident: any, and one on the fast burn."""

FAST = "burn-fast"
TICKETS = 60
"""Tickets that a team can look at in a month: two a day."""


@exercise(
    "Decide when the budget's burn is worth a person",
    place="Each pair has `burn`, `long`, `short` and `action`; slo.replay and slo.score say what a policy would do.",
    plan="Begin with the four pairs of the table, and look at what each of them catches. Two of them have to wake"
    " somebody, two can wait for the morning. Then store the list with documents.store.",
)
def policy() -> Outcome:
    document = documents.load("burn-policy")
    if document is None:
        return not_attempted(
            f"no parameter {aws.name('burn-policy')}", point="How much of the budget may go before somebody is called?"
        )
    try:
        chosen = slo.pairs(document)
    except ValueError as problem:
        return judging.unreadable(str(problem), "a list of pairs, each with burn, long, short (minutes) and action")
    for month in hidden.months():
        alerts = slo.replay(month.minutes, OBJECTIVE, chosen)
        found = slo.score(month, alerts)
        if outcome := judging.misjudged(month, found, alerts) or judging.lingers(found, LINGERS):
            return outcome
    return right(
        "On two months that you have not seen, everything that mattered was told in time, and nothing else.",
        next_question="Which of your pairs could you leave out, and what would it cost?",
    )


@exercise(
    "Page on a fast burn, with CloudWatch",
    place="`Metrics` of put_metric_alarm (an expression over `errors` and `requests`), `AlarmRule` and `AlarmActions`"
    " of put_composite_alarm.",
    plan="Put one alarm for the hour and one for the five minutes: the share of errors divided by the budget, above"
    " 14.4. Give them no actions. Put a composite over both that holds only while both are in ALARM, and let that one"
    " call the topic.",
)
def page() -> Outcome:
    alarms = cloud.definitions()
    composite = alarms.alarms.get(aws.name(FAST))
    own = [name for name in alarms.alarms if name.startswith(aws.name(FAST))]
    if composite is None and not own:
        return not_attempted(f"no alarm {aws.name(FAST)}", point="Two windows have to agree: what can join two alarms?")
    if composite is None or "AlarmRule" not in composite:
        return wrong(
            seen=f"{', '.join(own)}, and no composite alarm {aws.name(FAST)}",
            expected="one composite alarm over two metric alarms",
            where="put_composite_alarm, `AlarmName`",
            point="An alarm on one window cannot know what the other one says.",
        )
    return judging.calls_once(alarms, own, aws.name(FAST)) or _fast_enough(alarms, own)


def _fast_enough(alarms: Definitions, own: list[str]) -> Outcome:
    chosen = Definitions({name: alarm for name, alarm in alarms.alarms.items() if name in own})
    for month in hidden.months():
        sudden = judging.only(month, "outage", "outage at night", "bad deployment")
        outcome = judging.rehearsed(sudden, aws.name("shop"), chosen, soon=LINGERS_FAST)
        if outcome:
            return judging.other_scale(chosen, OBJECTIVE.error_rate(14.4), aws.name("shop")) or outcome
    return right(
        "On two months that you have not seen it pages for every sudden failure, for no blip, and lets go soon.",
        next_question="What does it not see? Look at the slower incidents.",
    )


@exercise(
    "Keep a quiet service from crying wolf",
    place="`Metrics` of put_metric_alarm: the expression knows both counts, and metric math has IF.",
    plan="Decide what has to be there before a share of errors means anything: requests, or failures. Put the alarm"
    " anew under its name, with that in its expression or with a window that gathers enough; an outage by day must"
    " still page within 90 minutes.",
)
def quiet() -> Outcome:
    name, alarms = aws.name("admin-burn"), cloud.definitions()
    alarm = alarms.alarms.get(name)
    if alarm is None or judging.same(alarm, noisy.admin_request()):
        return not_attempted(
            f"{name} as it was" if alarm else f"no alarm {name}",
            point="One failure of four requests is 25 %. What does it say about the service?",
        )
    chosen = Definitions({key: each for key, each in alarms.alarms.items() if key.startswith(aws.name("admin"))})
    for month in hidden.quiet_months():
        if outcome := judging.rehearsed(month, aws.name("admin"), chosen):
            return outcome
    return right(
        "On two months that you have not seen it slept through single failures and woke for the outage.",
        next_question="And if nobody uses the service at all: who would notice that it is down?",
    )


@exercise(
    "Mend the alarms",
    place="describe_alarms shows the set. put_metric_alarm, put_composite_alarm and delete_alarms change it,"
    " cloud.put_pair puts a pair of windows, cloud.topic gives the topic for tickets.",
    plan="First add what is missing, so that nothing is unwatched: the slower pairs of your policy. Then go through"
    " the team's alarms: is it a symptom or a cause, and what would somebody do about it at night? Take away, make a"
    " ticket of it, ask for several datapoints, or hold it back during deployments. Whoever is paged needs a link.",
)
def fatigue() -> Outcome:
    alarms = noisy.ours(cloud.definitions())
    if judging.untouched(alarms, FAST):
        return not_attempted("the team's alarms as they were", point="For which of them would you get up at night?")
    bare = judging.without_runbook(alarms)
    for month in hidden.months():
        if outcome := judging.rehearsed(month, aws.name("shop"), alarms, precision=0.9, tickets=TICKETS):
            return outcome
    if bare:
        return wrong(
            seen=f"{bare[0]} pages and says nothing about what to do",
            expected="a link to a runbook in the description of each alarm that pages",
            where="`AlarmDescription`",
            point="Somebody will read it at three in the morning.",
        )
    return right(
        "On two months that you have not seen nothing was missed, and hardly anybody woken in vain.",
        next_question="Who looks through these alarms again in half a year?",
    )


@exercise(
    "Write the rotation",
    place="`turns`: clocks in UTC and who takes turns; `escalation`: who is called, and for how many minutes.",
    plan="Put people together whose days are alike, at least two for each turn, so that one can fall ill. Choose the"
    " handovers so that nobody of a turn is asleep, in summer and in winter. Let the chain call a second person within"
    " ten minutes. Check it with oncall.findings before you store it.",
)
def rotation() -> Outcome:
    document = documents.load("rotation")
    if document is None:
        return not_attempted(f"no parameter {aws.name('rotation')}", point="Whose day is it when it is night for you?")
    try:
        plan = oncall.rotation(document)
    except ValueError as problem:
        return judging.unreadable(str(problem), "people, turns and escalation as in the example")
    since, until = date.fromisoformat(team.BEGINS), date.fromisoformat(team.UNTIL)
    return (
        duty.same_people(plan, team.PEOPLE)
        or duty.sound(plan, since, until)
        or duty.covers_illness(oncall.rotation(hidden.with_other_absences(document)), since, until)
        or duty.escalates(plan)
        or right(
            "A year without a gap, without a night, in fair shares, even when somebody falls ill.",
            next_question="What does a swap of shifts look like, and who has to agree to it?",
        )
    )
