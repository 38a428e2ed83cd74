"""Takes a deployment that shifts traffic through its stages, each with its work, its hooks and its wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from . import plan
from .hooks import Hooks
from .plan import Step
from .service_documents import plan_of
from .service_model import ALTERNATE, PRIMARY, Deployment, Revision
from .service_view import ServiceView
from .shifting import Shifting

PRODUCTION_RULE, TEST_RULE = "productionListenerRule", "testListenerRule"


class Stages:
    """BLUE_GREEN, LINEAR and CANARY."""

    def __init__(self, shifting: Shifting, hooks: Hooks) -> None:
        self._shifting = shifting
        self._hooks = hooks

    def cleaning_up(self, deployment: Deployment) -> bool:
        """Return whether the deployment has come so far that it cannot fail any more."""
        if deployment.configuration.get("strategy", "ROLLING") == "ROLLING":
            return False
        steps = plan_of(deployment)
        return deployment.position >= len(steps) - 1

    def failed_hook(self, deployment: Deployment) -> str:
        """Return which hook has failed, or ""."""
        for hook in deployment.hooks:
            if hook.status in ("FAILED", "TIMED_OUT") and not (
                hook.status == "TIMED_OUT" and hook.timeout_action == "CONTINUE"
            ):
                return (
                    f"lifecycle hook {hook.target or hook.id} at {hook.stage} {hook.status.lower().replace('_', ' ')}"
                )
        return ""

    def forward(self, view: ServiceView, deployment: Deployment) -> bool:
        """Do what the present stage asks for and, if all of it is done, go on; return whether it was the last."""
        steps = plan_of(deployment)
        if deployment.position >= len(steps):
            return True
        step = steps[deployment.position]
        target = view.revision(deployment.target)
        assert target is not None
        if not self._work(view, deployment, target, step):
            return False
        if deployment.worked is None:
            deployment = view.change_deployment(lambda found: _set(found, worked=view.health.now))
        if not self._hooks.done(view, deployment, step.stage) or not _baked(view, deployment, step):
            return False
        view.change_deployment(lambda found: _set(found, position=found.position + 1, worked=None))
        view.records.bell(view.scope, view.service.key).set()
        return deployment.position + 1 >= len(steps)

    def give_back(self, view: ServiceView, source: Revision) -> None:
        """Give all traffic back to `source`; done twice it changes nothing."""
        for rule in (PRODUCTION_RULE, TEST_RULE):
            self._shifting.shift(view.scope, view.service, rule, _percents(source, 100.0))
        view.change_deployment(lambda found: _set(found, production_weight=0.0, test_weight=0.0))

    def back(self, view: ServiceView, deployment: Deployment, source: Revision) -> bool:
        """Tell the hooks of the shifts and stop the tasks that failed; return whether only `source` is left."""
        view.keep(source, view.service.desired)
        if not self._hooks.told(view, deployment):
            return False
        others = [revision.id for revision in view.revisions if revision.id != source.id]
        for other in others:
            view.stop(view.of(other))
        tasks = view.of(source.id)
        return not view.alive(others) and view.healthy(tasks) == len(tasks) == view.service.desired

    def _work(self, view: ServiceView, deployment: Deployment, target: Revision, step: Step) -> bool:
        """Do the stage's own work; return whether it is done. Done once more after a crash, it changes nothing."""
        sources = [each for each in deployment.sources if each != deployment.target]
        self._keep_both(view, deployment, target, step)
        if step.stage == plan.RECONCILE:
            return self._reconcile(view, sources)
        if step.stage == plan.SCALE_UP:
            tasks = view.of(target.id)
            return len(tasks) == view.service.desired == view.healthy(tasks)
        if step.stage == plan.TEST_SHIFT and deployment.test_weight != 100.0:
            self._shifting.shift(view.scope, view.service, TEST_RULE, _percents(target, 100.0))
            view.change_deployment(lambda found: _set(found, test_weight=100.0))
        elif step.stage == plan.PRODUCTION and deployment.production_weight != step.weight:
            self._shifting.shift(view.scope, view.service, PRODUCTION_RULE, _percents(target, step.weight))
            view.change_deployment(lambda found: _set(found, production_weight=step.weight))
        elif step.stage == plan.CLEAN_UP:
            for source in sources:
                self._ask_for(view, source, 0)
                view.stop(view.of(source))
            return not view.alive(sources)
        return True

    def _keep_both(self, view: ServiceView, deployment: Deployment, target: Revision, step: Step) -> None:
        """Until it is cleaned up what carries traffic is kept, and from SCALE_UP on the new revision is, too."""
        desired = view.service.desired
        source = view.revision(view.service.completed)
        if source and source.id != target.id and step.stage != plan.CLEAN_UP:
            self._ask_for(view, source.id, desired)
            view.keep(source, desired)
        if step.stage not in (plan.RECONCILE, plan.PRE_SCALE_UP):
            self._ask_for(view, target.id, desired)
            view.keep(target, desired)

    @staticmethod
    def _ask_for(view: ServiceView, revision: str, count: int) -> None:
        found = view.revision(revision)
        if found and found.wanted != count:
            found.wanted = count
            view.save(found)

    def _reconcile(self, view: ServiceView, sources: list[str]) -> bool:
        """An earlier deployment did not end: all traffic goes to the last complete revision, the rest goes."""
        completed = view.revision(view.service.completed)
        if completed is not None:
            self.give_back(view, completed)
        abandoned = [source for source in sources if source != view.service.completed]
        for source in abandoned:
            self._ask_for(view, source, 0)
            view.stop(view.of(source))
        return not view.alive(abandoned)


def _percents(revision: Revision, percent: float) -> dict[str, float]:
    """Return the shares of both slots when `revision` has `percent`."""
    other = PRIMARY if revision.slot == ALTERNATE else ALTERNATE
    return {other: round(100.0 - percent, 1), revision.slot: percent}


def _baked(view: ServiceView, deployment: Deployment, step: Step) -> bool:
    assert deployment.worked is not None
    return view.health.now >= deployment.worked + timedelta(minutes=step.bake / view.health.time_scale)


def _set(thing: Any, **members: Any) -> None:
    for name, value in members.items():
        setattr(thing, name, value)
