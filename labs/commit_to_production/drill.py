"""Injects a fault, plays the people around the pipeline, and judges what came of it."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from helpers import aws
from helpers.lab import existing
from labs.commit_to_production import faults, stage
from labs.commit_to_production.faults import BAD, ENDLESS, OLDER, RECOVERED, ROLLED_BACK, STOPPED, Fault
from labs.commit_to_production.traffic import Answer, Customers

OVER = ("Succeeded", "Failed", "Stopped", "Superseded", "Cancelled")
UNDER_WAY = ["Created", "Queued", "InProgress", "Baking", "Ready"]
Document = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of one fault.

    Args:
        fault: its name.
        verdict: how it ended.
        stage: where the release's execution ended.
        tries: how often the action that ran most often ran.
        exposed: share of the customers' answers that came from the new release, 0 to 1.
        hurt: answers of the new release that were not right.
    """

    fault: str
    verdict: str
    stage: str
    tries: int
    exposed: float
    hurt: int

    @property
    def right(self) -> bool:
        """Whether that is an end that was wanted."""
        return self.verdict in faults.EIGHT[self.fault].wanted if self.fault in faults.EIGHT else True


def run(fault: Fault) -> Result:
    """Inject `fault` into the pipeline as it is now, see it through, and return what became of it.

    A sound release goes first if none has gone through since the pipeline was changed: a rollback needs one.
    Raises WaitTimeout if the alarms do not calm down before.
    """
    _clear()
    with Customers() as customers:
        _calm()
        if not _has_ground() and (first := _Attempt(faults.GOOD, customers).judged()).verdict != RECOVERED:
            raise aws.WorkbookError(f"A sound release does not go through: {first.verdict} in {first.stage}.")
        result = _Attempt(fault, customers).judged()
    stage.calendar(0)
    return result


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


def executions() -> list[Document]:
    """Return the pipeline's executions, the newest first."""
    pages = aws.client("codepipeline").get_paginator("list_pipeline_executions")
    found = pages.paginate(pipelineName=aws.name("release"))
    return [each for page in found for each in page["pipelineExecutionSummaries"]]


def actions(execution: str) -> list[Document]:
    """Return the actions of an execution, the newest first."""
    pages = aws.client("codepipeline").get_paginator("list_action_executions")
    found = pages.paginate(pipelineName=aws.name("release"), filter={"pipelineExecutionId": execution})
    return [each for page in found for each in page["actionExecutionDetails"]]


def _has_ground() -> bool:
    """Whether a release has gone through since the pipeline was changed, if it has a rollback that needs one."""
    pipeline = aws.client("codepipeline").get_pipeline(name=aws.name("release"))["pipeline"]
    if "ROLLBACK" not in json.dumps(pipeline["stages"]):
        return True
    for each in executions():
        if each["status"] != "Succeeded" or each.get("executionType") == "ROLLBACK":
            continue
        found = actions(each["pipelineExecutionId"])
        return bool(found) and found[0]["pipelineVersion"] == pipeline["version"]
    return False


def _calm() -> None:
    """Wait until no alarm of the learner's cries of what was before."""

    def calm() -> bool:
        found = aws.client("cloudwatch").describe_alarms(AlarmNamePrefix=aws.prefix(), StateValue="ALARM")
        return not found["MetricAlarms"]

    deadline = time.monotonic() + 20 + 900 / aws.time_scale()
    while not calm() and time.monotonic() < deadline:
        _PAUSE.wait(0.5)


_PAUSE = threading.Event()


class _Attempt:
    """One push, or two, from the commit to the end of all that it sets going."""

    def __init__(self, fault: Fault, customers: Customers) -> None:
        self._fault, self._customers = fault, customers
        self._client = aws.client("codepipeline")
        self._before = {each["pipelineExecutionId"] for each in executions()}
        self._present = _alias()
        self._known, self._from = _versions(), len(customers.answers)
        fault.before()
        self._pushed = faults.push(fault, f"Release with a fault: {fault.name}")
        self._tampered: set[str] = set()

    def judged(self) -> Result:
        """See it through and say how it ended."""
        deadline = time.monotonic() + self._fault.seconds
        while not (over := self._over()) and time.monotonic() < deadline:
            self._review()
            _PAUSE.wait(0.5)
        if not over:
            _clear()
        answers = self._customers.answers[self._from :]
        new = [answer for answer in answers if answer.version and answer.version not in self._known]
        result = Result(
            self._fault.name, self._verdict(new) if over else ENDLESS, self._end(), self._tries(),
            len(new) / max(len(answers), 1), sum(not answer.right for answer in new),
        )  # fmt: skip
        if not self._fault.sound:
            self._mend()
        return result

    def _mend(self) -> None:
        """Whoever is on call puts the alias back by hand, so that no fault goes on into the next one."""
        client, name = aws.client("lambda"), aws.name("pricing")
        client.update_alias(
            FunctionName=name, Name="live", FunctionVersion=self._present,
            RoutingConfig={"AdditionalVersionWeights": {}},
        )  # fmt: skip

    def _mine(self) -> list[Document]:
        """Executions since the push, the newest first."""
        return [each for each in executions() if each["pipelineExecutionId"] not in self._before]

    def _over(self) -> bool:
        mine = self._mine()
        taken = {revision["revisionId"] for each in mine for revision in each.get("sourceRevisions", ())}
        started = {commit for commit, _ in self._pushed} <= taken
        return started and all(each["status"] in OVER for each in mine) and not _deploying()

    def _review(self) -> None:
        """Play the reviewer: whatever waits longest is looked at last, which is how people work."""
        live = [each["pipelineExecutionId"] for each in self._mine() if each["status"] == "InProgress"]
        waiting = [(id_, action) for id_ in live for action in actions(id_) if _waits(action)]
        if not waiting or not self._all_there(live):
            return
        id_, action = waiting[0]
        if any(other != id_ and _in_production(other) for other in live):
            return
        self._tamper(id_)
        token = action["output"]["executionResult"]["externalExecutionId"]
        verdict = {"status": "Approved", "summary": "Looks good to me"}
        place = {"pipelineName": aws.name("release"), "stageName": "Approve", "actionName": "Approve"}
        existing(self._client.put_approval_result, **place, result=verdict, token=token)

    def _all_there(self, live: list[str]) -> bool:
        """With two pushes the reviewer comes back from lunch when both have been tested."""
        return len(self._pushed) == 1 or all(_tested(id_) for id_ in live)

    def _tamper(self, id_: str) -> None:
        if id_ in self._tampered:
            return
        self._tampered.add(id_)
        built = next(action for action in actions(id_) if action["stageName"] == "Build")
        faults.tamper(self._fault, built["output"]["outputArtifacts"][0]["s3location"])

    def _verdict(self, new: list[Answer]) -> str:
        production, release = _production()
        if self._fault.sound:
            return RECOVERED if release == self._pushed[-1][1] else OLDER if self._fault.pushes > 1 else STOPPED
        if production not in self._known:
            return BAD
        return ROLLED_BACK if new else STOPPED

    def _end(self) -> str:
        """The last stage that the release's own execution was in."""
        own = [each for each in self._mine() if each.get("executionType") != "ROLLBACK"]
        found = actions(own[0]["pipelineExecutionId"]) if own else []
        return str(found[0]["stageName"]) if found else "Source"

    def _tries(self) -> int:
        counted = [
            [action["actionName"] for action in actions(each["pipelineExecutionId"])]
            for each in self._mine()
        ]  # fmt: skip
        return max((names.count(name) for names in counted for name in names), default=0)


def _clear() -> None:
    """Stop what is under way, such as the execution that a new pipeline begins with: it would hold its stage."""
    client, name = aws.client("codepipeline"), aws.name("release")
    for each in executions():
        if each["status"] not in OVER:
            place = {"pipelineName": name, "pipelineExecutionId": each["pipelineExecutionId"]}
            existing(client.stop_pipeline_execution, **place, abandon=True, reason="The drill begins anew")
    builds = aws.client("codebuild")
    ids = builds.list_builds_for_project(projectName=aws.name("release-deploy"))["ids"][:20]
    for build in builds.batch_get_builds(ids=ids)["builds"] if ids else []:
        if build["buildStatus"] == "IN_PROGRESS":
            builds.stop_build(id=build["id"])


def _waits(action: Document) -> bool:
    return action["stageName"] == "Approve" and action["status"] == "InProgress"


def _tested(execution: str) -> bool:
    return any(action["stageName"] == "Test" and action["status"] == "Succeeded" for action in actions(execution))


def _in_production(execution: str) -> bool:
    return any(action["stageName"] == "Production" for action in actions(execution))


def _deploying() -> bool:
    found = aws.client("codedeploy").list_deployments(
        applicationName=aws.name("pricing"), deploymentGroupName="live", includeOnlyStatuses=UNDER_WAY
    )
    return bool(found["deployments"])


def _versions() -> set[str]:
    pages = aws.client("lambda").get_paginator("list_versions_by_function")
    found = pages.paginate(FunctionName=aws.name("pricing"))
    return {each["Version"] for page in found for each in page["Versions"]}


def _alias() -> str:
    return str(aws.client("lambda").get_alias(FunctionName=aws.name("pricing"), Name="live")["FunctionVersion"])


def _production() -> tuple[str, str]:
    """Return the function's version that customers get, and the release that it says it is."""
    client, name = aws.client("lambda"), aws.name("pricing")
    version = _alias()
    question = json.dumps({"cart": {"mug": 1}, "country": "AT"}).encode()
    said = client.invoke(FunctionName=name, Qualifier=version, Payload=question)
    return version, str(json.loads(said["Payload"].read()).get("release", ""))
