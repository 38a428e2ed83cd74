"""Injects a fault into the pipeline as it is now, sees it through, and keeps what became of it."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict
from typing import Any

from helpers import aws
from helpers.lab import existing
from labs.commit_to_production import faults, production, stage
from labs.commit_to_production.attempt import Attempt, clear
from labs.commit_to_production.faults import RECOVERED, Fault
from labs.commit_to_production.result import Result
from labs.commit_to_production.traffic import Customers

Document = dict[str, Any]
ENOUGH = 8
"""Answers by which canaries can be judged that let a fault through; with fewer, nothing was measured."""
MOST = 4
"""Injections of one fault, if its canaries are met by too few."""


class NotReady(aws.WorkbookError):
    """A fault would show nothing: an alarm rings before it, or not even a sound release goes through."""


def run(fault: Fault) -> Result:
    """Inject `fault` into the pipeline as it is now, see it through, and return what became of it.

    A sound release goes before a bad one if none has gone through since the pipeline was changed: a rollback needs one.
    Raises NotReady if that one does not go through or an alarm rings already, and WaitTimeout if too few customers met
    each canary.
    """
    clear()
    with Customers() as customers:
        _calm()
        if not (fault.sound or _has_ground()):
            _lay_ground(customers)
        result = _measured(fault, customers)
    stage.calendar(0)
    return result


def _lay_ground(customers: Customers) -> None:
    """Bring a sound release to production."""
    first = Attempt(faults.GOOD, customers).judged()
    if first.verdict != RECOVERED:
        raise NotReady(f"a sound release does not go through: {first.verdict}, in the stage {first.stage}")


def _measured(fault: Fault, customers: Customers) -> Result:
    """Inject it again if too few customers met its canary, as on a machine that has much else to do."""
    met = 0
    for _ in range(MOST):
        attempt = Attempt(fault, customers)
        result = attempt.judged()
        met += attempt.met
        if not attempt.let_through or met >= ENOUGH:
            return result
        print("Too few customers met that canary to judge by it: the same release once more.")
        _calm()
    raise aws.WaitTimeout("In each of the canaries too few customers asked: nothing can be said about them.")


def keep(fault: Fault) -> Result:
    """Run `fault` and keep the result for the matrix."""
    result = run(fault)
    kept = json.dumps({**_results(), fault.name: asdict(result)})
    name, ssm = aws.name("drill"), aws.client("ssm")
    ssm.put_parameter(Name=name, Type="String", Value=kept, Overwrite=True)
    return result


def _results() -> dict[str, Document]:
    """Return what is kept of earlier runs, by fault."""
    found: Any = existing(aws.client("ssm").get_parameter, Name=aws.name("drill"))
    return dict(json.loads(found["Parameter"]["Value"])) if found else {}


def kept() -> list[Result]:
    """Return what is kept of the eight, in their order."""
    found = _results()
    return [Result(**found[name]) for name in faults.EIGHT if name in found]


def _has_ground() -> bool:
    """Whether a release has gone through since the pipeline was changed, if it has a rollback that needs one."""
    pipeline = aws.client("codepipeline").get_pipeline(name=aws.name("release"))["pipeline"]
    if "ROLLBACK" not in json.dumps(pipeline["stages"]):
        return True
    for each in production.executions():
        if each["status"] != "Succeeded" or each.get("executionType") == "ROLLBACK":
            continue
        found = production.actions(each["pipelineExecutionId"])
        return bool(found) and found[0]["pipelineVersion"] == pipeline["version"]
    return False


def _calm() -> None:
    """Wait until each alarm of the learner's knows that all is well. Raises NotReady if one goes on ringing.

    One that never gets to know anything, such as of a metric that nobody reports, is waited for, too, but may stay so.
    """
    deadline, pause = time.monotonic() + 5 + 600 / aws.time_scale(), threading.Event()
    while (found := _not_well()) and time.monotonic() < deadline:
        pause.wait(0.3)
    if ringing := [name for name, state in found.items() if state == "ALARM"]:
        raise NotReady(f"{ringing[0]} rings while all customers are served")


def _not_well() -> dict[str, str]:
    """Return the states of the learner's alarms, by name, that are not OK."""
    found = aws.client("cloudwatch").describe_alarms(AlarmNamePrefix=aws.prefix())["MetricAlarms"]
    return {each["AlarmName"]: each["StateValue"] for each in found if each["StateValue"] != "OK"}
