"""One fault's release, from its commit to the end of all that it sets going, and the people around it."""

from __future__ import annotations

import math
import sys
import threading
import time
from typing import Any

from helpers import aws, show
from helpers.lab import existing
from labs.commit_to_production import faults, production, views
from labs.commit_to_production.faults import BAD, ENDLESS, OLDER, PARTLY, RECOVERED, ROLLED_BACK, STOPPED, Fault
from labs.commit_to_production.result import Result
from labs.commit_to_production.traffic import Answer, Customers

OVER = ("Succeeded", "Failed", "Stopped", "Superseded", "Cancelled")
DRAWN_EVERY = 1.0
"""Seconds from one picture to the next."""
Document = dict[str, Any]


class Attempt:
    """One push, or two, and what comes of it."""

    def __init__(self, fault: Fault, customers: Customers) -> None:
        self._fault, self.customers = fault, customers
        self._before = {each["pipelineExecutionId"] for each in production.executions()}
        self._present, self._known = production.main_version(), production.versions()
        self._from, self._begun = len(customers.answers), time.time()
        self._weight, self._drawn = 0.0, 0.0
        self._canary, self._everyone = False, math.inf
        self._tampered: set[str] = set()
        fault.before()
        self._pushed = faults.push(fault, fault.title)

    def judged(self) -> Result:
        """See it through, in a picture that changes as it goes on, and say how it ended."""
        with show.live() as view:
            over = self._seen_through(view)
            result = self._result(over)
            view.update(self._picture())
        if not self._fault.sound:
            production.restore(self._present)
        return result

    @property
    def let_through(self) -> bool:
        """Whether there was a canary, and it has let through what it could have seen."""
        return self._canary and self._weight > self._fault.share == faults.CANARY

    @property
    def met(self) -> int:
        """How many customers met the new release before everybody did."""
        return sum(answer.moment < self._everyone for answer in self._new())

    def _seen_through(self, view: show.Live) -> bool:
        """Return whether all of it has come to an end; what has not in time is stopped."""
        deadline, pause = time.monotonic() + self._fault.seconds, threading.Event()
        while not (over := self._over()) and time.monotonic() < deadline:
            self.look(view)
            self._review()
            pause.wait(0.3)
        if not over:
            clear()
        return over

    def look(self, view: show.Live) -> None:
        """Note what the alias gives to whom just now, and draw it where a picture can change."""
        given = sum(share for version, share in production.weights().items() if version not in self._known)
        self._weight = max(self._weight, given)
        self._canary = self._canary or 0 < given < 1
        if _in_notebook() and time.monotonic() > self._drawn + DRAWN_EVERY:
            view.update(self._picture())
            self._drawn = time.monotonic()

    def _picture(self) -> show.Picture:
        steps = production.steps(self._mine(), self._begun)
        return views.release(self._fault.title, self._answers(), steps)

    def _answers(self) -> list[Answer]:
        return self.customers.answers[self._from :]

    def _new(self) -> list[Answer]:
        """What the new release, or one of them, has answered."""
        return [each for each in self._answers() if each.version and each.version not in self._known]

    def sum_up(self) -> None:
        """Note since when the new release has had all calls, if only for an instant."""
        had = [moment for version, moment in production.moved(self._begun).items() if version not in self._known]
        if had:
            self._weight, self._everyone = 1.0, min(had)

    def _result(self, over: bool) -> Result:
        self.sum_up()
        answers, new = self._answers(), self._new()
        return Result(
            self._fault.name, self._verdict(new) if over else ENDLESS, self._end(), self._tries(), self._weight,
            len(new) / max(len(answers), 1), sum(not answer.right for answer in new),
        )  # fmt: skip

    def _mine(self) -> list[Document]:
        """Executions since the push, the newest first."""
        return [each for each in production.executions() if each["pipelineExecutionId"] not in self._before]

    def _over(self) -> bool:
        mine = self._mine()
        taken = {revision["revisionId"] for each in mine for revision in each.get("sourceRevisions", ())}
        started = {commit for commit, _ in self._pushed} <= taken
        return started and all(each["status"] in OVER for each in mine) and not production.deploying()

    def _review(self) -> None:
        """Play the reviewer: whatever waits longest is looked at last, which is how people work."""
        live = [each["pipelineExecutionId"] for each in self._mine() if each["status"] == "InProgress"]
        waiting = [(id_, action) for id_ in live for action in production.actions(id_) if waits(action)]
        if not waiting or not self._all_there(live):
            return
        id_, action = waiting[0]
        if any(other != id_ and _in_production(other) for other in live):
            return
        self._tamper(id_)
        token = action["output"]["executionResult"]["externalExecutionId"]
        verdict = {"status": "Approved", "summary": "Looks good to me"}
        place = {"pipelineName": aws.name("release"), "stageName": "Approve", "actionName": "Approve"}
        existing(aws.client("codepipeline").put_approval_result, **place, result=verdict, token=token)

    def _all_there(self, live: list[str]) -> bool:
        """With two pushes the reviewer comes back from lunch when both have been tested."""
        return len(self._pushed) == 1 or all(_tested(id_) for id_ in live)

    def _tamper(self, id_: str) -> None:
        if id_ in self._tampered:
            return
        self._tampered.add(id_)
        built = next(action for action in production.actions(id_) if action["stageName"] == "Build")
        faults.tamper(self._fault, built["output"]["outputArtifacts"][0]["s3location"])

    def _verdict(self, new: list[Answer]) -> str:
        """Say how it ended: by what the alias gives to whom, and by who had answered on the way."""
        weights = production.weights()
        if self._fault.sound:
            return self._verdict_of_sound(weights)
        left = [share for version, share in weights.items() if version not in self._known]
        if left:
            return BAD if sum(left) == 1 else PARTLY
        return ROLLED_BACK if new else STOPPED

    def _verdict_of_sound(self, weights: dict[str, float]) -> str:
        if len(weights) > 1:
            return PARTLY
        version = next(iter(weights))
        if production.release_of(version) == self._pushed[-1][1]:
            return RECOVERED
        return STOPPED if version in self._known else OLDER

    def _end(self) -> str:
        """The last stage that the release's own execution was in, or whose gate it stood before."""
        own = [each for each in self._mine() if each.get("executionType") != "ROLLBACK"]
        return production.last_stage(own[0]["pipelineExecutionId"]) if own else "Source"

    def _tries(self) -> int:
        counted = [
            [action["actionName"] for action in production.actions(each["pipelineExecutionId"])]
            for each in self._mine()
        ]  # fmt: skip
        return max((names.count(name) for names in counted for name in names), default=0)


def clear() -> None:
    """Stop what is under way, such as the execution that a new pipeline begins with: it would hold its stage."""
    client, name = aws.client("codepipeline"), aws.name("release")
    for each in production.executions():
        if each["status"] not in OVER:
            place = {"pipelineName": name, "pipelineExecutionId": each["pipelineExecutionId"]}
            existing(client.stop_pipeline_execution, **place, abandon=True, reason="The drill begins anew")
    builds = aws.client("codebuild")
    ids = builds.list_builds_for_project(projectName=aws.name("release-deploy"))["ids"][:20]
    for build in builds.batch_get_builds(ids=ids)["builds"] if ids else []:
        if build["buildStatus"] == "IN_PROGRESS":
            builds.stop_build(id=build["id"])


def _in_notebook() -> bool:
    """Elsewhere only the last picture is printed, not one below the other."""
    module = sys.modules.get("IPython")
    return hasattr(module.get_ipython() if module else None, "kernel")


def waits(action: Document) -> bool:
    """Return whether an action is an approval that can be answered."""
    # It has no token in its first moment.
    token = action.get("output", {}).get("executionResult", {}).get("externalExecutionId")
    return (action["stageName"], action["status"]) == ("Approve", "InProgress") and bool(token)


def _tested(execution: str) -> bool:
    found = production.actions(execution)
    return any((action["stageName"], action["status"]) == ("Test", "Succeeded") for action in found)


def _in_production(execution: str) -> bool:
    return any(action["stageName"] == "Production" for action in production.actions(execution))
