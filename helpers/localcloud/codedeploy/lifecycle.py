"""Goes through the lifecycle events of a target in order; those that a crash found ended are not done again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .hooks import HookRunner
from .model import DeploymentFailed, Target
from .recorder import Recorder


class Lifecycle:
    """The events of one target of a Lambda or ECS deployment."""

    def __init__(self, recorder: Recorder, target: Target, hooks: Mapping[str, str], runner: HookRunner) -> None:
        self._recorder = recorder
        self._target = target
        self._hooks = hooks
        self._runner = runner

    def hook(self, event: str) -> None:
        """Run the hook of `event`, if there is one. Raises DeploymentFailed."""
        function = self._hooks.get(event)
        self.act(event, lambda: self._runner.run(self._target, event, function) if function else None)

    def act(self, event: str, action: Callable[[], None]) -> None:
        """Do `action` as the event. Raises what it raises; a DeploymentFailed is written into the event."""
        if self._target.event(event).status in ("Succeeded", "Skipped"):
            return
        self._recorder.begin_event(self._target, event)
        try:
            action()
        except DeploymentFailed as error:
            self._recorder.end_event(self._target, event, "Failed", error_code="UnknownError", message=str(error))
            raise
        self._recorder.end_event(self._target, event, "Succeeded", error_code="Success")

    def skip(self, *events: str) -> None:
        """Say that `events` do not apply."""
        for event in events:
            self._recorder.end_event(self._target, event, "Skipped")
