"""Takes the deployment of a service one step further: rolling, or by stages that shift traffic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from . import announce
from .alarms import Alarms
from .bounds import Counts, bounds, move
from .breaker import threshold
from .service_documents import deployment_id, service_arn
from .service_model import Deployment, Revision
from .service_view import ServiceView
from .stages import Stages

FAILED_TO_START = "tasks failed to start"
ALARM = "alarm detected"
NO_CANDIDATE = "No rollback candidate was found to run the rollback."
_STUCK = (
    "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the"
    " minimumHealthyPercent or maximumPercent value and try again."
)


class Rollout:
    """Every look at a service that has a deployment passes here."""

    def __init__(self, alarms: Alarms, stages: Stages) -> None:
        self._alarms = alarms
        self._stages = stages

    def advance(self, view: ServiceView) -> bool:
        """Do the next thing of the deployment, or keep what it brought; return whether it goes on."""
        deployment = view.deployment()
        if deployment is None or deployment.over:
            self._keep(view)
            return False
        if deployment.status == "PENDING":
            deployment = self._begin(view, deployment)
        if deployment.status == "STOP_REQUESTED":
            self._end(view, "STOPPED", "The deployment was stopped on request.", "FAILED")
        elif deployment.rolling_back:
            self._roll_back(view, deployment)
        elif why := self._failure(view, deployment):
            self._fail(view, deployment, why)
        else:
            self._forward(view, deployment)
        return True

    def _keep(self, view: ServiceView) -> None:
        """Keep the revision that is there; one that failed gets no new tasks."""
        for revision in view.revisions:
            if revision.id == view.service.primary and revision.rollout != "FAILED":
                view.keep(revision, view.service.desired)

    def _begin(self, view: ServiceView, deployment: Deployment) -> Deployment:
        watched, breaking = self._alarms.watch(view.scope, deployment), _breaks(deployment)

        def change(found: Deployment) -> None:
            if found.status == "PENDING":
                found.status, found.started = "IN_PROGRESS", view.health.now
                found.alarms = watched
                found.breaker = "MONITORING" if breaking else "DISABLED"

        target = view.revision(deployment.target)
        reason = f"ECS deployment {deployment_id(target)} in progress."
        _announce(view, "SERVICE_DEPLOYMENT_IN_PROGRESS", target, reason)
        return view.change_deployment(change)

    def _failure(self, view: ServiceView, deployment: Deployment) -> str:
        """Return why the deployment has failed, or ""."""
        if self._stages.cleaning_up(deployment):
            return ""
        breaker = deployment.configuration.get("deploymentCircuitBreaker", {})
        if _breaks(deployment) and deployment.failures >= threshold(breaker, view.service.desired):
            view.change_deployment(lambda found: setattr(found, "breaker", "TRIGGERED"))
            return FAILED_TO_START
        if triggered := self._alarms.triggered(view.scope, deployment):

            def change(found: Deployment) -> None:
                found.alarms, found.triggered_alarms = "TRIGGERED", triggered

            view.change_deployment(change)
            return ALARM
        return self._stages.failed_hook(deployment)

    def _fail(self, view: ServiceView, deployment: Deployment, why: str) -> None:
        """End the deployment, or roll it back if it is to be and there is something to go back to."""
        target = view.revision(deployment.target)
        assert target is not None
        reason = _reason(target, why)
        view.say(f"(deployment {deployment_id(target)}) deployment failed: {why}.")
        target.rollout, target.rollout_reason = "FAILED", reason
        view.save(target)
        _announce(view, "SERVICE_DEPLOYMENT_FAILED", target, reason)
        if not _rolls_back(deployment, why):
            self._end(view, "STOPPED", reason, "FAILED")
        elif not view.service.completed:
            view.say(NO_CANDIDATE)
            self._end(view, "ROLLBACK_FAILED", f"{reason} {NO_CANDIDATE}", "FAILED")
        else:
            request_rollback(view.change_deployment, view.health.now, view.service.completed, reason)

    # Forward

    def _forward(self, view: ServiceView, deployment: Deployment) -> None:
        if deployment.configuration.get("strategy", "ROLLING") != "ROLLING":
            if self._stages.forward(view, deployment):
                self._succeed(view, deployment)
            return
        target = view.revision(deployment.target)
        assert target is not None
        if not self._roll(view, deployment, target) or not self._baked(view, deployment):
            return
        self._succeed(view, deployment)

    def _baked(self, view: ServiceView, deployment: Deployment) -> bool:
        """Alarms watch a rolling deployment for a while after its last old task has gone."""
        if deployment.worked is not None:
            return view.health.now >= deployment.worked + timedelta(
                seconds=deployment.bake_seconds / view.health.time_scale
            )
        seconds = self._alarms.bake_seconds(view.scope, deployment)
        if seconds:
            view.change_deployment(lambda found: _set(found, worked=view.health.now, bake_seconds=seconds))
        return not seconds

    def _roll(self, view: ServiceView, deployment: Deployment, target: Revision) -> bool:
        """Make the next move of a rolling deployment to `target`; return whether all is done."""
        configuration, desired = deployment.configuration, view.service.desired
        limits = bounds(
            desired, configuration.get("minimumHealthyPercent", 100), configuration.get("maximumPercent", 200)
        )
        others = [revision.id for revision in view.revisions if revision.id != target.id]
        new, old = view.of(target.id), [task for other in others for task in view.of(other)]
        next_move = move(desired, limits, Counts(len(new), view.healthy(new), len(old), view.healthy(old)))
        if next_move.stuck and not deployment.stuck:
            view.say(_STUCK)
            view.change_deployment(lambda found: setattr(found, "stuck", True))
        view.stop_old(old, next_move.stop_old)
        view.keep(target, min(len(new) + next_move.start, desired))
        self._count_down(view, others, target)
        new = view.of(target.id)
        return len(new) == desired == view.healthy(new) and not view.alive(others)

    @staticmethod
    def _count_down(view: ServiceView, others: Sequence[str], target: Revision) -> None:
        """Note how many tasks each revision is asked to have."""
        for id_ in (*others, target.id):
            revision = view.revision(id_)
            wanted = view.service.desired if id_ == target.id else len(view.of(id_))
            if revision and revision.wanted != wanted:
                revision.wanted = wanted
                view.save(revision)

    def _succeed(self, view: ServiceView, deployment: Deployment) -> None:
        target = view.revision(deployment.target)
        assert target is not None
        view.say(f"(deployment {deployment_id(target)}) deployment completed.")
        self._end(view, "SUCCESSFUL", "", "COMPLETED")

    def _end(self, view: ServiceView, status: str, reason: str, rollout: str) -> None:
        """Write the verdict of a deployment."""
        with view.records.cloud.store.transaction():
            deployment = view.change_deployment(lambda found: _close(found, status, reason, view.health.now))
            primary = deployment.rollback_to if status == "ROLLBACK_SUCCESSFUL" else deployment.target
            revision = view.revision(primary)
            assert revision is not None
            revision.rollout = rollout
            if rollout == "COMPLETED":
                revision.rollout_reason = f"ECS deployment {deployment_id(revision)} completed."
                _announce(view, "SERVICE_DEPLOYMENT_COMPLETED", revision, revision.rollout_reason)
                view.change_service(lambda found: _set(found, primary=primary, completed=primary))
            view.save(revision)

    # Back

    def _roll_back(self, view: ServiceView, deployment: Deployment) -> None:
        """Bring the last revision that was complete back; the one that failed goes."""
        source = view.revision(deployment.rollback_to)
        if source is None:
            return self._end(view, "ROLLBACK_FAILED", NO_CANDIDATE, "FAILED")
        if deployment.status == "ROLLBACK_REQUESTED":
            deployment = self._begin_rollback(view, deployment, source)
        if deployment.configuration.get("strategy", "ROLLING") == "ROLLING":
            done = self._roll(view, deployment, source)
        else:
            done = self._stages.back(view, deployment, source)
        if done:
            view.say(f"(deployment {deployment_id(source)}) deployment completed.")
            self._end(view, "ROLLBACK_SUCCESSFUL", deployment.rollback_reason, "COMPLETED")
        return None

    def _begin_rollback(self, view: ServiceView, deployment: Deployment, source: Revision) -> Deployment:
        target = view.revision(deployment.target)
        assert target is not None
        if deployment.configuration.get("strategy", "ROLLING") != "ROLLING":
            self._stages.give_back(view, source)
        with view.records.cloud.store.transaction():
            if target.rollout != "FAILED":
                target.rollout, target.rollout_reason = "FAILED", deployment.rollback_reason
                view.save(target)
            source.rollout = "IN_PROGRESS"
            source.rollout_reason = (
                f"{deployment.rollback_reason} Rolling back to deploymentId {deployment_id(source)}."
            )
            source.wanted = view.service.desired
            view.save(source)
            view.change_service(lambda found: _set(found, primary=source.id))
            view.say(f"rolling back to (deployment {deployment_id(source)}).")
            return view.change_deployment(lambda found: _set(found, status="ROLLBACK_IN_PROGRESS"))


def request_rollback(change: Any, now: datetime, to: str, reason: str) -> None:
    """Let a deployment roll back to the revision `to`; `change` is how the deployment is changed."""

    def asked(found: Deployment) -> None:
        if found.over or found.rolling_back:
            return
        found.status, found.rollback_to = "ROLLBACK_REQUESTED", to
        found.rollback_reason, found.rollback_started = reason, now

    change(asked)


def _breaks(deployment: Deployment) -> bool:
    return bool(deployment.configuration.get("deploymentCircuitBreaker", {}).get("enable"))


def _rolls_back(deployment: Deployment, why: str) -> bool:
    """The circuit breaker and the alarms say for themselves whether to roll back; a failed hook always does."""
    if why == FAILED_TO_START:
        return bool(deployment.configuration.get("deploymentCircuitBreaker", {}).get("rollback"))
    if why == ALARM:
        return bool(deployment.configuration.get("alarms", {}).get("rollback"))
    return True


def _reason(target: Revision, why: str) -> str:
    if why == FAILED_TO_START:
        return "ECS deployment circuit breaker: tasks failed to start."
    return f"ECS deployment {deployment_id(target)} failed: {why}."


def _close(found: Deployment, status: str, reason: str, now: datetime) -> None:
    found.status, found.reason, found.finished = status, reason or found.reason, now
    if status != "SUCCESSFUL":
        found.stopped = now
    found.breaker = "MONITORING_COMPLETE" if found.breaker == "MONITORING" else found.breaker
    found.alarms = "MONITORING_COMPLETE" if found.alarms == "MONITORING" else found.alarms


def _set(thing: Any, **members: Any) -> None:
    for name, value in members.items():
        setattr(thing, name, value)


def _announce(view: ServiceView, name: str, revision: Revision | None, reason: str) -> None:
    arn = service_arn(view.scope, view.service)
    announce.deployment_change(view.records.cloud, view.scope, arn, name, deployment_id(revision), reason)
