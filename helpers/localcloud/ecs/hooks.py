"""Lifecycle hooks: Lambda functions that are asked until they have decided, and pauses that somebody ends.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..workers import Job
from .plan import PRODUCTION, TEST_SHIFT
from .records import Records
from .service_documents import deployment_arn, revision_arn, service_arn
from .service_model import Deployment, Document, HookRun
from .service_view import ServiceView

log = logging.getLogger(__name__)

KIND = "ecs.hook"
_TIMEOUT, _CALL_BACK = 1440, 30
_DECIDED = ("SUCCEEDED", "FAILED", "TIMED_OUT")


class Hooks:
    """Begins hooks for the keeper, and asks Lambda in jobs of their own."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._cloud: Cloud = records.cloud

    def done(self, view: ServiceView, deployment: Deployment, stage: str) -> bool:
        """Begin the hooks of the present stage, ask on; return whether all have let the deployment pass."""
        configured = _configured(deployment, stage)
        runs = [run for run in deployment.hooks if run.position == deployment.position and not run.rolling_back]
        if configured and not runs:
            runs = [self._new(view, deployment, stage, hook) for hook in configured]
            view.change_deployment(lambda found: found.hooks.extend(runs))
        return self._settled(view, deployment, runs)

    def told(self, view: ServiceView, deployment: Deployment) -> bool:
        """On the way back ask the hooks of the shifts that were made once more; return whether all have answered."""
        asked = {run.stage for run in deployment.hooks}
        runs = [run for run in deployment.hooks if run.rolling_back]
        if not runs:
            again = [
                self._new(view, deployment, stage, hook, rolling_back=True)
                for stage in (PRODUCTION, TEST_SHIFT)
                if stage in asked
                for hook in _configured(deployment, stage)
                if hook["targetType"] == "AWS_LAMBDA"
            ]
            view.change_deployment(lambda found: found.hooks.extend(again))
            runs = again
        self._settled(view, deployment, runs)
        return all(run.status in _DECIDED for run in runs)

    def _settled(self, view: ServiceView, deployment: Deployment, runs: list[HookRun]) -> bool:
        now = view.health.now
        for run in runs:
            if run.status not in _DECIDED and now >= run.expires:
                view.change_deployment(_deciding(run.id, "TIMED_OUT"))
            elif run.status == "IN_PROGRESS" and run.call_at and now >= run.call_at:
                self._cloud.workers.start(KIND, view.scope, f"{deployment.key}/{run.id}")
        return all(
            run.status == "SUCCEEDED" or (run.status == "TIMED_OUT" and run.timeout_action == "CONTINUE")
            for run in runs
        )

    def _new(
        self, view: ServiceView, deployment: Deployment, stage: str, hook: Document, *, rolling_back: bool = False
    ) -> HookRun:
        timeout = hook.get("timeoutConfiguration", {})
        minutes = timeout.get("timeoutInMinutes", _TIMEOUT)
        pause = hook["targetType"] == "PAUSE"
        return HookRun(
            id=str(uuid.uuid4()), position=deployment.position, stage=stage, kind=hook["targetType"],
            target=hook.get("hookTargetArn", ""), status="AWAITING_ACTION" if pause else "IN_PROGRESS",
            expires=view.health.now + timedelta(minutes=minutes / view.health.time_scale),
            timeout_action=timeout.get("action", "ROLLBACK"), details=_as_dict(hook.get("hookDetails")),
            role=hook.get("roleArn", ""), call_at=None if pause else view.health.now, rolling_back=rolling_back,
        )  # fmt: skip

    def work(self, job: Job) -> None:
        """Ask one Lambda function for its verdict; after a crash it is asked again."""
        key, _, id_ = job.key.rpartition("/")
        deployment = self._records.deployments.get(job.scope, key)
        run = next((each for each in deployment.hooks if each.id == id_), None) if deployment else None
        if (
            deployment is None
            or run is None
            or run.status != "IN_PROGRESS"
            or not _is_due(run, self._cloud.clock.now())
        ):
            return
        try:
            answer = self._ask(job.scope, deployment, run)
        except Exception as error:
            if self._cloud.workers.closing.is_set():
                return
            log.info("The hook %s could not be asked: %s", run.target, error)
            answer = {}
        self._take(job.scope, key, run, answer)

    def _take(self, scope: Scope, key: str, run: HookRun, answer: Document) -> None:
        status, now = answer.get("hookStatus"), self._cloud.clock.now()
        seconds = float(answer.get("callBackDelay") or _CALL_BACK) / self._cloud.clock.time_scale
        change: Callable[[Deployment], None]
        if status == "IN_PROGRESS":
            change = _calling_back(run.id, now + timedelta(seconds=seconds), _as_dict(answer.get("hookDetails")))
        else:
            change = _deciding(run.id, "SUCCEEDED" if status == "SUCCEEDED" else "FAILED")
        with self._cloud.store.transaction():
            deployment = self._records.deployments.get(scope, key)
            if deployment is not None:
                change(deployment)
                self._records.deployments.put(scope, key, deployment)
        self._records.bell(scope, run_service(key)).set()

    def _ask(self, scope: Scope, deployment: Deployment, run: HookRun) -> Document:
        service = self._records.services.get(scope, deployment.service)
        assert service is not None
        revisions = [*deployment.sources[:1], deployment.target]
        shares = {deployment.target: deployment.production_weight}
        shares |= dict.fromkeys(deployment.sources[:1], 100.0 - deployment.production_weight)
        event = {
            "executionDetails": {
                "testTrafficWeights": {
                    revision_arn(scope, deployment.service, deployment.target): deployment.test_weight
                },
                "productionTrafficWeights": {
                    revision_arn(scope, deployment.service, each): shares[each] for each in revisions
                },
                "serviceArn": service_arn(scope, service),
                "targetServiceRevisionArn": revision_arn(scope, deployment.service, deployment.target),
            },
            "executionId": run.id,
            "lifecycleStage": run.stage,
            "resourceArn": deployment_arn(scope, deployment),
            "hookDetails": run.details,
        }
        lambda_ = self._cloud.client("lambda", scope)
        answer = lambda_.invoke(FunctionName=run.target, Payload=json.dumps(event).encode())
        content = json.loads(answer["Payload"].read())
        return content if isinstance(content, dict) and "FunctionError" not in answer else {}


def answer_pause(deployment: Deployment, hook_id: str, status: str) -> bool:
    """Give the pause `hook_id` its verdict; return whether there is such a pause that waits."""
    for run in deployment.hooks:
        if run.id == hook_id and run.status == "AWAITING_ACTION":
            run.status = status
            return True
    return False


def run_service(deployment_key: str) -> str:
    """Return the key of the service of a deployment."""
    return deployment_key.rpartition("/")[0]


def _configured(deployment: Deployment, stage: str) -> list[Document]:
    hooks: list[Document] = deployment.configuration.get("lifecycleHooks", [])
    return [hook for hook in hooks if stage in hook.get("lifecycleStages", [])]


def _deciding(id_: str, status: str) -> Callable[[Deployment], None]:
    def change(deployment: Deployment) -> None:
        for run in deployment.hooks:
            if run.id == id_ and run.status not in _DECIDED:
                run.status, run.call_at = status, None

    return change


def _calling_back(id_: str, moment: datetime, details: Document) -> Callable[[Deployment], None]:
    def change(deployment: Deployment) -> None:
        for run in deployment.hooks:
            if run.id == id_:
                run.call_at, run.details = moment, details or run.details

    return change


def _is_due(run: HookRun, now: datetime) -> bool:
    return run.call_at is not None and run.call_at <= now


def _as_dict(details: Any) -> Document:
    return details if isinstance(details, dict) else {}
