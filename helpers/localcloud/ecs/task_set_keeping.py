"""Keeps task sets of a service whose deployments somebody else controls: CodeDeploy, or a program of one's own."""

from __future__ import annotations

import math

from .service_model import Revision
from .service_view import ServiceView

DRAINING = "DRAINING"


def computed(desired: int, scale: float) -> int:
    """Return how many tasks a scale (percent) of `desired` are, rounded up (API shape TaskSet)."""
    return math.ceil(desired * scale / 100)


def keep_task_sets(view: ServiceView) -> None:
    """Start and stop tasks of every task set; one that drains is gone when its last task has stopped."""
    for revision in view.revisions:
        if revision.task_set_status == DRAINING:
            view.stop(view.of(revision.id))
            if not view.alive([revision.id]):
                view.records.revisions.delete(view.scope, revision.key)
        else:
            _keep(view, revision)


def _keep(view: ServiceView, revision: Revision) -> None:
    wanted = computed(view.service.desired, revision.scale or 0.0)
    view.keep(revision, wanted)
    alive = view.alive([revision.id])
    stable = len(alive) == wanted == view.healthy(alive)
    if stable != (revision.stable_since is not None) or wanted != revision.wanted:
        with view.records.cloud.store.transaction():
            # Its status may have changed since this look began.
            found = view.records.revision(view.scope, view.service, revision.id)
            if found is not None:
                found.wanted, found.stable_since = wanted, view.health.now if stable else None
                view.save(found)
