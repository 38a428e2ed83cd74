"""Keeps services: a durable job for each looks again and again, and does what is missing.

All that it knows is in the store, so a crash costs it nothing: the next look goes on from there.
"""

from __future__ import annotations

import logging
import threading

from ..scope import Scope
from ..workers import Job
from . import announce, documents
from .balancing import Balancing
from .records import Records
from .rollout import Rollout
from .service_documents import service_arn
from .service_health import HealthView
from .service_model import ServiceRecord
from .service_view import ServiceView
from .task_set_keeping import keep_task_sets

log = logging.getLogger(__name__)

KIND = "ecs.service"
# Seconds of AWS's between two looks: while something goes on, and else.
_BUSY, _QUIET = 5.0, 30.0
# Seconds of this machine that a look has at least to itself, whatever the time scale.
_LEAST = 0.1


class Keeper:
    """The handler of all service jobs."""

    def __init__(self, records: Records, balancing: Balancing, rollout: Rollout) -> None:
        self._records = records
        self._balancing = balancing
        self._rollout = rollout
        self._clock = records.cloud.clock

    def work(self, job: Job) -> None:
        """Keep a service until it is gone or the local cloud closes."""
        bell = self._records.bell(job.scope, job.key)
        threading.Thread(target=_ring_at_end, args=(job, bell), name="service-end", daemon=True).start()
        while not job.stop.is_set():
            bell.clear()
            try:
                seconds = self._look(job.scope, job.key)
            except Exception:
                if job.stop.is_set():
                    return
                log.exception("The look at the service %s failed; the next follows", job.key)
                seconds = _QUIET
            if seconds is None:
                return
            job.stop.wait(_LEAST / 2)
            self._clock.wait(bell, max(seconds, _LEAST * self._clock.time_scale))

    def _look(self, scope: Scope, key: str) -> float | None:
        """Do what is to be done now; return how long to wait, None if there is nothing to keep any more."""
        service = self._records.services.get(scope, key)
        if service is None or service.status == "INACTIVE":
            return None
        view = self._view(scope, service)
        view.note_failures()
        if service.status == "DRAINING":
            return self._drain(view)
        busy = self._advance(view)
        return _BUSY if self._note_steady(view) or busy else _QUIET

    def _advance(self, view: ServiceView) -> bool:
        if view.service.controller == "ECS":
            return self._rollout.advance(view)
        keep_task_sets(view)
        return False

    def _view(self, scope: Scope, service: ServiceRecord) -> ServiceView:
        tasks = self._records.tasks_of(scope, service)
        groups = {target.group for task in tasks if task.wanted for target in task.targets}
        health = HealthView(
            now=self._clock.now(), time_scale=self._clock.time_scale,
            grace=float(service.settings.get("healthCheckGracePeriodSeconds", 0)),
            targets={group: self._balancing.health(scope, group) for group in groups},
        )  # fmt: skip
        return ServiceView(
            self._records, scope, service, list(self._records.revisions_of(scope, service)), tasks, health
        )

    def _drain(self, view: ServiceView) -> float | None:
        """A deleted service stops its tasks and is INACTIVE when the last has stopped."""
        view.stop([task for task in view.tasks if task.wanted])
        if any(not task.over for task in view.tasks):
            return _BUSY
        view.change_service(lambda found: setattr(found, "status", "INACTIVE"))
        return None

    def _note_steady(self, view: ServiceView) -> bool:
        """Announce that the service has become steady; return whether it still is not."""
        wanted = sum(revision.wanted for revision in view.revisions if view.of(revision.id))
        alive = [task for task in view.tasks if not task.over]
        deployment = view.deployment()
        quiet = deployment is None or deployment.over
        steady = quiet and len(alive) == view.healthy(alive) == wanted and wanted >= view.service.desired
        if steady != view.service.steady:
            view.change_service(lambda found: setattr(found, "steady", steady))
            if steady:
                view.say("has reached a steady state.")
                arn = service_arn(view.scope, view.service)
                cluster = documents.cluster_arn(view.scope, view.service.cluster)
                announce.service_action(self._records.cloud, view.scope, arn, cluster, "SERVICE_STEADY_STATE", "INFO")
        return not steady


def _ring_at_end(job: Job, bell: threading.Event) -> None:
    job.stop.wait()
    bell.set()
