"""Keeps the record of a running build: each phase is in the store before the next begins."""

from __future__ import annotations

from ..cloud import Cloud
from ..scope import Scope
from ..store import Collection
from . import announce
from .model import Build, PhaseRecord


class Recorder:
    """Writes how a build goes; the build object is its own, the store's copy follows."""

    def __init__(self, cloud: Cloud, scope: Scope, builds: Collection[Build], build: Build) -> None:
        self._cloud = cloud
        self._scope = scope
        self._builds = builds
        self.build = build

    def enter(self, phase: str) -> None:
        """Begin `phase`."""
        self.build.phases.append(PhaseRecord(phase, self._cloud.clock.now()))
        self.save()

    def leave(self, status: str = "SUCCEEDED", code: str = "", message: str = "") -> None:
        """End the phase that runs."""
        phase = self.build.phases[-1]
        phase.end, phase.status, phase.code, phase.message = self._cloud.clock.now(), status, code, message
        with self._cloud.store.transaction():
            self.save()
            announce.phase_change(self._cloud, self._scope, self.build, phase)

    def finish(self, status: str) -> None:
        """End the build."""
        self.build.status, self.build.ended = status, self._cloud.clock.now()
        self.build.phases.append(PhaseRecord("COMPLETED", self.build.ended))
        with self._cloud.store.transaction():
            self.save()
            announce.state_change(self._cloud, self._scope, self.build)

    def save(self) -> None:
        """Write the build as it is, keeping what a StopBuild has noted meanwhile."""
        with self._cloud.store.transaction():
            stored = self._builds.get(self._scope, self.build.key)
            self.build.stop_requested |= bool(stored and stored.stop_requested)
            self._builds.put(self._scope, self.build.key, self.build)
