"""Keeps the record of a running deployment: each step is in the store before the next begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from . import announce
from .model import Deployment, LifecycleEvent, Target


class Recorder:
    """Writes how a deployment goes; safe for the threads of several targets."""

    def __init__(self, cloud: Cloud, scope: Scope, deployment: Deployment) -> None:
        self._cloud = cloud
        self._scope = scope
        self._stored = cloud.store.collection("codedeploy.deployment", Deployment)
        self.deployment = deployment

    @contextmanager
    def change(self) -> Iterator[Deployment]:
        """Change the deployment; it is in the store when the block ends."""
        with self._cloud.store.transaction():
            yield self.deployment
            self._stored.put(self._scope, self.deployment.id, self.deployment)

    def note(self, **progress: Any) -> None:
        """Keep what the deployment must know to go on after a crash."""
        with self.change() as deployment:
            deployment.progress.update(progress)

    def enter(self, status: str) -> None:
        """Give the deployment another status and announce it."""
        with self.change() as deployment:
            if deployment.status == status:
                return
            deployment.status = status
            deployment.started = deployment.started or self._cloud.clock.now()
            announce.deployment_change(self._cloud, self._scope, deployment)

    def add_targets(self, targets: list[Target]) -> None:
        """Say what the deployment deploys to."""
        with self.change() as deployment:
            deployment.targets = targets

    def begin_event(self, target: Target, name: str) -> LifecycleEvent:
        """Begin a lifecycle event of `target`."""
        with self.change():
            event = target.event(name)
            event.status, event.start = "InProgress", event.start or self._cloud.clock.now()
            self._set_target(target, "InProgress")
        return event

    def end_event(self, target: Target, name: str, status: str, **diagnostics: str) -> None:
        """End a lifecycle event; `diagnostics` are its error_code, script, message and log_tail."""
        with self.change():
            event = target.event(name)
            event.status, event.end = status, self._cloud.clock.now()
            event.start = event.start or event.end
            for member, value in diagnostics.items():
                setattr(event, member, value)
            target.updated = event.end

    def end_target(self, target: Target, status: str) -> None:
        """End a target: what it did not come to is skipped, what it was in the middle of has failed."""
        with self.change():
            for event in target.events:
                if event.status == "Pending":
                    event.status = "Skipped"
                elif event.status == "InProgress":
                    event.status, event.end = "Failed", self._cloud.clock.now()
            self._set_target(target, status)

    def finish(self, status: str, code: str = "", message: str = "") -> None:
        """End the deployment, and every target that has not ended."""
        with self.change() as deployment:
            for target in deployment.targets:
                if target.status in ("Pending", "InProgress", "Ready"):
                    untouched = "Skipped" if target.status == "Pending" else "Failed"
                    self.end_target(target, "Succeeded" if status == "Succeeded" else untouched)
            deployment.status, deployment.completed = status, self._cloud.clock.now()
            deployment.started = deployment.started or deployment.completed
            deployment.error_code, deployment.error_message = code, message
            announce.deployment_change(self._cloud, self._scope, deployment)

    def _set_target(self, target: Target, status: str) -> None:
        target.updated = self._cloud.clock.now()
        if target.status != status:
            target.status = status
            if self.deployment.platform == "Server":
                announce.instance_change(self._cloud, self._scope, self.deployment, target)
