"""From commit to production: try again, release by degrees, and the outcome matrix."""

from __future__ import annotations

import json
from typing import Any

from helpers import aws
from helpers.lab import Outcome, exercise, existing, not_attempted, right, wrong
from labs.commit_to_production import drill, faults
from labs.commit_to_production.result import Result

LONG = 1500.0
"""Seconds for a check that releases; locally it takes some twenty for each release."""

HANDFUL = 10

Document = dict[str, Any]


def _pipeline() -> Document | None:
    found: Any = existing(aws.client("codepipeline").get_pipeline, name=aws.name("release"))
    return found["pipeline"] if found else None


def _stage(pipeline: Document, name: str) -> Document:
    return next(each for each in pipeline["stages"] if each["name"] == name)


def _variables(pipeline: Document) -> dict[str, str]:
    """Return what the deployment is told by its action's configuration."""
    given = _stage(pipeline, "Production")["actions"][0]["configuration"].get("EnvironmentVariables", "[]")
    return {each["name"]: each["value"] for each in json.loads(given)}


@exercise(
    "Try again, and not for ever",
    place="The stage's `onFailure` with the result RETRY; the configuration `EnvironmentVariables` of the deployment.",
    plan="In the declaration let the stage Test retry its failed actions once, and give the deployment a number in"
    " TRIES. Then update the pipeline.",
    limit=LONG,
)
def retries() -> Outcome:
    pipeline = _pipeline()
    if pipeline is None or (not _retrying(pipeline) and "TRIES" not in _variables(pipeline)):
        return not_attempted("no stage that retries, and no limit on calls", point="Which failures are worth a retry?")
    if "Production" in _retrying(pipeline):
        return wrong(
            seen="the stage Production is retried as a whole",
            expected="a retry where nothing is changed by it: in the stage Test",
            where="`onFailure` of the stage Production",
            point="Trying a bad release again shows it to customers twice.",
        )
    if "Test" not in _retrying(pipeline):
        return wrong(
            seen="one failing test ends the release, flaky or not",
            expected="the stage Test gets a second try",
            where="`onFailure` of the stage Test",
            point="A test that passes the second time has told you something, too.",
        )
    tries = _variables(pipeline).get("TRIES", "")
    if not tries.isdigit() or not int(tries):
        return wrong(
            seen=f"TRIES is {_variables(pipeline).get('TRIES', 'not given')}",
            expected="a number: after so many calls the deployment gives up",
            where="`EnvironmentVariables` of the action Production: JSON, a list with name and value",
            point="What never gives up holds its stage, and bills each minute.",
        )
    if int(tries) > HANDFUL:
        return wrong(
            seen=f"{tries} calls, and the pause doubles with each",
            expected="a handful: somebody will want to know today that the calendar is away",
            where="TRIES in `EnvironmentVariables` of the action Production",
            point="A limit that nobody lives to see is none.",
        )
    return _tried() or right(
        "A test and an API that fail for a moment delay a release; one that fails for good stops it.",
        next_question="Who looks at the tests that pass only the second time?",
    )


def _retrying(pipeline: Document) -> list[str]:
    return [each["name"] for each in pipeline["stages"] if each.get("onFailure", {}).get("result") == "RETRY"]


def _tried() -> Outcome | None:
    for name in ("flaky test", "transient API error"):
        if problem := _ended(faults.EIGHT[name], "the number in TRIES, and the stage Test"):
            return problem
    return _ended(faults.SILENT_CALENDAR, "the number in TRIES: the pause doubles with each call")


def _ended(fault: faults.Fault, where: str) -> Outcome | None:
    """Run a fault and return what is wrong with its end, if anything is."""
    try:
        result = drill.keep(fault)
    except drill.NotReady as problem:
        return wrong(
            seen=str(problem),
            expected="quiet alarms, and sound releases that go through",
            where=where,
            point="What stops everything tells good from bad no better than what stops nothing.",
        )
    if result.verdict in fault.wanted:
        return _exposed(fault, result, where)
    return wrong(
        seen=f"{fault.name}: {result.verdict}, in the stage {result.stage}",
        expected=" or ".join(fault.wanted),
        where=where,
        point="Never a bad version at 100 %, never an endless retry.",
    )


def _exposed(fault: faults.Fault, result: Result, where: str) -> Outcome | None:
    """Return what is wrong with the share of the customers that met the fault, if anything is."""
    met = max(result.weight, result.exposed)
    if met <= fault.share:
        return None
    return wrong(
        seen=f"{fault.name}: {result.verdict}, but it got {met:.0%} of the calls",
        expected=f"at most {fault.share:.0%} of the customers meet it",
        where=where,
        point="What a canary could have seen, it has to see.",
    )


@exercise(
    "A tenth of the customers first",
    place="PutMetricAlarm with `Metrics`; UpdateDeploymentGroup with `alarmConfiguration`"
    " and `autoRollbackConfiguration`.",
    plan="Make an alarm of the customers who asked and were not served. Give the deployment group a canary"
    " configuration, this alarm, and rollbacks on a failure and on an alarm.",
    limit=LONG,
)
def canary() -> Outcome:
    group = _group()
    if group is None or group["deploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce":
        return not_attempted("everything moves at once", point="How many customers must meet a release to judge it?")
    alarms = [each["name"] for each in group.get("alarmConfiguration", {}).get("alarms", [])]
    if not alarms or not group["alarmConfiguration"].get("enabled"):
        return wrong(
            seen="a canary that nobody looks at",
            expected="an alarm that stops it",
            where="`alarmConfiguration` of the deployment group",
            point="A canary without an alarm is a delay.",
        )
    rollback = group.get("autoRollbackConfiguration", {})
    lacking = {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"} - set(rollback.get("events", []))
    if lacking or not rollback.get("enabled"):
        return wrong(
            seen=f"no rollback on {', '.join(sorted(lacking)) or 'anything: it is not enabled'}",
            expected="rollbacks on a failure and on an alarm",
            where="`autoRollbackConfiguration` of the deployment group",
            point="A deployment that stops leaves the traffic where it is.",
        )
    return _guarded(alarms) or right(
        "A release that answers wrong, dies or fails its hook is taken back by itself.",
        next_question="How many customers met it, and would you have noticed with ten of them an hour?",
    )


def _group() -> Document | None:
    found: Any = existing(
        aws.client("codedeploy").get_deployment_group,
        applicationName=aws.name("pricing"), deploymentGroupName="live",
    )  # fmt: skip
    return found["deploymentGroupInfo"] if found else None


def _guarded(alarms: list[str]) -> Outcome | None:
    present = aws.client("cloudwatch").describe_alarms(AlarmNames=alarms)["MetricAlarms"]
    if len(present) < len(alarms):
        return wrong(
            seen=f"there is no alarm {alarms[0]}",
            expected="the name of an alarm that exists",
            where="`alarmConfiguration` of the deployment group",
            point="CodeDeploy stops if it cannot ask.",
        )
    where = "what the alarm counts, and after which time it is in ALARM: it has to speak before the canary is over"
    pushed = (faults.EIGHT["alarm with missing data"], faults.OTHER_COUNTRIES, faults.EIGHT["failing hook"])
    return next(filter(None, (_ended(fault, where) for fault in pushed)), None)


@exercise(
    "After the canary",
    place="`onSuccess` of the stage Production with a CloudWatchAlarm rule, and the pipeline's `executionMode`.",
    plan="Choose a mode that has rollbacks. Let the stage Production watch the alarm for minutes after its success,"
    " and roll back if customers are hurt.",
    limit=LONG,
)
def bake() -> Outcome:
    pipeline = _pipeline()
    after = _stage(pipeline, "Production").get("onSuccess", {}) if pipeline else {}
    if not after.get("conditions"):
        return not_attempted("nobody looks once a release is everywhere", point="What may happen after the canary?")
    if [each["result"] for each in after["conditions"]] != ["ROLLBACK"]:
        return wrong(
            seen="a stage that fails, and a bad release that stays",
            expected="a rollback of the stage",
            where="`result` of the condition `onSuccess`",
            point="Failing says that something is wrong; somebody has to undo it, too.",
        )
    watched = [rule["configuration"] for each in after["conditions"] for rule in each["rules"]]
    if not any(int(given.get("WaitTime", "0")) for given in watched):
        return wrong(
            seen="a look at the alarm that lasts no time",
            expected="minutes in which a fault can show itself",
            where="WaitTime in the configuration of the rule",
            point="The moment after a release is the one in which it looks best.",
        )
    return _ended(faults.EIGHT["slow burn after bake"], "the rule's WaitTime, and its AlarmStates") or right(
        "A release that fails only when everybody has it is taken back.",
        next_question="How long would you watch, if the fault may come after a night?",
    )


@exercise(
    "The whole matrix",
    place="One variable more for the deployment, `executionMode`, and what you have set before.",
    plan="Let the deployment compare its files with the digest that the build of this release has exported, and see to"
    " it that releases cannot overtake each other. All eight must end as the table says.",
    limit=LONG,
)
def matrix() -> Outcome:
    pipeline = _pipeline()
    if pipeline is None or "DIGEST" not in _variables(pipeline):
        return not_attempted("a deployment that takes what lies in the store", point="Who can write to that store?")
    if not _variables(pipeline)["DIGEST"].startswith("#{"):
        return wrong(
            seen="a digest that is written down",
            expected="the one that the build of this very release has exported",
            where="`EnvironmentVariables` of the action Production, and the namespace of the action Build",
            point="A digest belongs to one release.",
        )
    if not _variables(pipeline).get("TRIES", "").isdigit():
        return wrong(
            seen="a deployment that has a digest, and no number in TRIES any more",
            expected="both: the list replaces the one from before",
            where="`EnvironmentVariables` of the action Production",
            point="A repair that undoes another one is found by the customers.",
        )
    where = "`executionMode`, and what the deployment compares"
    return (
        _ended(faults.EIGHT["concurrent push"], where)
        or _ended(faults.EIGHT["poisoned artifact"], where)
        or _all_eight()
        or right(
            "Eight faults, and none of them is in production.",
            next_question="Which ninth fault would this pipeline let through?",
        )
    )


def _all_eight() -> Outcome | None:
    found = {each.fault: each for each in drill.kept()}
    bad = [name for name in faults.EIGHT if name not in found or not found[name].right]
    if not bad:
        return None
    return wrong(
        seen=f"{bad[0]}: {found[bad[0]].verdict if bad[0] in found else 'not run yet'}",
        expected=" or ".join(faults.EIGHT[bad[0]].wanted),
        where="the exercise on this fault: check it again",
        point="A matrix is right when all of its rows are.",
    )
