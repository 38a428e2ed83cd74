"""Deploys in place to the hosts of a group, some at a time.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-server.html
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from . import fleet, host, revisions
from .agent import Agent, new_target
from .alarms import AlarmActive
from .fleet import Host
from .instances import chosen_instances
from .model import Config, DeploymentFailed, HostState, Instance, Target
from .pace import Pace, StopAsked
from .recorder import Recorder

log = logging.getLogger(__name__)
# A deployment to servers has no limit of its own but those of its scripts; AWS ends it after this.
_LIMIT = timedelta(days=5)
_TOO_MANY = (
    "The overall deployment failed because too many individual instances failed deployment, too few healthy instances"
    " are available for deployment, or some instances in your deployment group are experiencing problems."
)


class ServerRun:
    """One in-place deployment."""

    def __init__(self, cloud: Cloud, scope: Scope, recorder: Recorder, pace: Pace, config: Config) -> None:
        self._cloud = cloud
        self._scope = scope
        self._recorder = recorder
        self._deployment = recorder.deployment
        self._pace = pace
        self._config = config
        self._instances: dict[str, Instance] = {}
        self._revision = revisions.digest(recorder.deployment.revision)

    def execute(self) -> None:
        """Deploy batch after batch. Raises DeploymentFailed, and what waiting raises."""
        self._find_targets()
        for target in self._in_status("InProgress"):
            self._agent(target, threading.Event()).fail_interrupted()
        before = self._deployment.progress["healthy_before"]
        minimum = self._deployment.progress["minimum"]
        try:
            self._deploy(minimum)
        except (StopAsked, AlarmActive):
            self._distrust_interrupted()
            raise
        succeeded = len(self._in_status("Succeeded"))
        if not fleet.enough(succeeded, self._healthy(), before, minimum):
            raise self._failure()

    def revert(self, failed: dict[str, Any]) -> None:
        """A host is rolled back by deploying to it again."""
        self.execute()

    def _deploy(self, minimum: int) -> None:
        total = len(self._deployment.targets)
        while waiting := self._in_status("Pending"):
            hosts = [self._host(target) for target in waiting]
            try:
                batch = fleet.next_batch(hosts, self._healthy(), total, minimum)
            except fleet.TooFewHealthy as error:
                raise self._failure(str(error)) from None
            names = {chosen.name for chosen in batch}
            self._run([target for target in waiting if target.id in names])

    def _find_targets(self) -> None:
        stored = self._cloud.store.collection("codedeploy.instance", Instance)
        if not self._deployment.targets:
            self._begin(chosen_instances(stored.list(self._scope), self._deployment.settings))
        for target in self._deployment.targets:
            known = stored.get(self._scope, target.id)
            self._instances[target.id] = known or Instance(target.id, "", "", self._cloud.clock.now())

    def _begin(self, instances: list[Instance]) -> None:
        if not instances:
            raise DeploymentFailed(
                "NO_INSTANCES",
                "The deployment failed because no instances were found for your deployment group. Check your deployment"
                " group settings to make sure the tags for your on-premises instances are correct.",
            )
        total, rule = len(instances), self._config.minimum_healthy or {"type": "HOST_COUNT", "value": 0}
        minimum = fleet.minimum_healthy(total, self._config.name, rule)
        if minimum >= total:
            raise DeploymentFailed(
                "HEALTH_CONSTRAINTS_INVALID",
                f"{minimum} of {total} instances must stay healthy by {self._config.name}: none may be taken out.",
            )
        with self._recorder.change():
            self._recorder.add_targets([new_target(self._scope, instance) for instance in instances])
            self._recorder.note(minimum=minimum, healthy_before=self._healthy())

    def _run(self, batch: list[Target]) -> None:
        """Deploy to the hosts of a batch at the same time."""
        cancel = threading.Event()
        agents = [self._agent(target, cancel) for target in batch]
        threads = [threading.Thread(target=_guarded, args=(agent,), daemon=True) for agent in agents]
        for thread in threads:
            thread.start()
        try:
            end = self._cloud.clock.now() + _LIMIT
            self._pace.wait_until(end, lambda: not any(thread.is_alive() for thread in threads))
        finally:
            cancel.set()
            for thread in threads:
                thread.join(10)

    def _agent(self, target: Target, cancel: threading.Event) -> Agent:
        instance = self._instances[target.id]
        return Agent(self._cloud, self._scope, self._recorder, instance, target, cancel)

    def _host(self, target: Target) -> Host:
        state = self._state(target)
        revision = fleet.UNKNOWN
        if state.revision:
            revision = fleet.CURRENT if state.revision == self._revision else fleet.OLD
        return Host(target.id, state.healthy, revision)

    def _state(self, target: Target) -> HostState:
        found = host.states(self._cloud).get(self._scope, self._key(target))
        return found or HostState(target.id)

    def _key(self, target: Target) -> str:
        return f"{self._deployment.group_id}/{target.id}"

    def _healthy(self) -> int:
        return sum(self._state(target).healthy for target in self._deployment.targets)

    def _in_status(self, status: str) -> list[Target]:
        return [target for target in self._deployment.targets if target.status == status]

    def _distrust_interrupted(self) -> None:
        """A host that was in the middle is not healthy: nobody knows what is on it."""
        for target in self._in_status("InProgress"):
            state = self._state(target)
            state.healthy = False
            host.states(self._cloud).put(self._scope, self._key(target), state)

    def _failure(self, more: str = "") -> DeploymentFailed:
        reasons = [
            f"{target.id}, {event.name}: {event.message}"
            for target in self._in_status("Failed")
            for event in target.events
            if event.status == "Failed"
        ]
        message = " ".join(filter(None, (_TOO_MANY, more, f"({reasons[0]})" if reasons else "")))
        return DeploymentFailed("HEALTH_CONSTRAINTS", message)


def _guarded(agent: Agent) -> None:
    try:
        agent.run()
    except Exception:
        log.exception("The agent of a host ended with an error nobody foresaw")
        agent.fail_interrupted()
