"""Takes one host through the lifecycle events of an in-place deployment, as CodeDeploy's agent does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..cloud import Cloud
from ..scope import Scope
from . import appspec, bundle, host, install, revisions
from .appspec import ServerSpec
from .host import HostFolders
from .model import DeploymentFailed, HostState, Instance, LifecycleEvent, Target
from .recorder import Recorder
from .scripts import Cancelled, ScriptError, ScriptRunner
from .surroundings import surroundings

EVENTS = (
    "ApplicationStop",
    "DownloadBundle",
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
)
RESTARTED = "Failing in-progress lifecycle event after an agent restart."
_REFUSALS = (DeploymentFailed, bundle.BundleError, install.InstallError, appspec.AppSpecError, OSError)


def new_target(scope: Scope, instance: Instance) -> Target:
    """Return the target that `instance` is of a deployment."""
    arn = scope.arn("codedeploy", f"instance/{instance.name}")
    return Target(instance.name, arn, [LifecycleEvent(name) for name in EVENTS])


class Agent:
    """One host in one deployment."""

    def __init__(
        self,
        cloud: Cloud,
        scope: Scope,
        recorder: Recorder,
        instance: Instance,
        target: Target,
        cancel: threading.Event,
    ) -> None:
        self._cloud = cloud
        self._scope = scope
        self._recorder = recorder
        self._deployment = recorder.deployment
        self._target = target
        self._cancel = cancel
        self._folders = HostFolders(cloud, scope, instance, self._deployment.group_id)
        self._key = f"{self._deployment.group_id}/{instance.name}"
        found = host.states(cloud).get(scope, self._key)
        self._state: HostState = found or HostState(instance.name)
        self._spec: ServerSpec

    def run(self) -> None:
        """Deploy to the host; the verdict is in its target. Nothing is written if the deployment is cancelled."""
        scripted = {name: self._scripted(name) for name in EVENTS}
        actions = {**scripted, "DownloadBundle": self._download, "Install": self._install}
        try:
            if self._state.last_deployment:
                self._event("ApplicationStop", self._stop_application)
            else:
                self._recorder.end_event(self._target, "ApplicationStop", "Skipped")
            for name in EVENTS[1:]:
                self._event(name, actions[name])
        except Cancelled:
            return
        except ScriptError:
            self._finish("Failed")
        else:
            self._finish("Succeeded")

    def fail_interrupted(self) -> None:
        """Fail what was going on when the local cloud died, as the agent does when it starts again."""
        running = [event.name for event in self._target.events if event.status == "InProgress"]
        prefix = self._mark("")
        host.end_processes(
            [mark for mark in self._state.marks if mark.startswith(prefix) and mark.endswith(tuple(running))]
        )
        for name in running:
            self._recorder.end_event(self._target, name, "Failed", error_code="UnknownError", message=RESTARTED)
        self._finish("Failed")

    def _event(self, name: str, action: Callable[[], None]) -> None:
        if self._cancel.is_set():
            raise Cancelled
        self._recorder.begin_event(self._target, name)
        try:
            action()
        except ScriptError as error:
            self._failed(name, error)
        except _REFUSALS as error:
            self._failed(name, ScriptError("UnknownError", "", str(error)))
        else:
            self._recorder.end_event(self._target, name, "Succeeded", error_code="Success")

    def _failed(self, name: str, error: ScriptError) -> None:
        diagnostics = {
            "error_code": error.code,
            "script": error.script,
            "message": str(error),
            "log_tail": error.log_tail,
        }
        self._recorder.end_event(self._target, name, "Failed", **diagnostics)
        if name != "ApplicationStop" or not self._deployment.settings.get("ignoreApplicationStopFailures"):
            raise error

    def _stop_application(self) -> None:
        """The scripts of the revision that runs are asked, not those of the one that comes."""
        previous = self._folders.archive(self._state.last_deployment)
        spec = appspec.parse_server(bundle.appspec_text(previous))
        self._run_scripts("ApplicationStop", spec, self._state.last_deployment)

    def _download(self) -> None:
        revision = self._deployment.revision
        content = revisions.read(self._cloud, self._scope, revision)
        archive = self._folders.archive(self._deployment.id)
        bundle.unpack(content, revision["s3Location"]["bundleType"], archive)
        self._spec = appspec.parse_server(bundle.appspec_text(archive))

    def _install(self) -> None:
        folders = self._folders
        install.clean(folders.root, folders.record)
        existing = self._deployment.settings.get("fileExistsBehavior") or self._spec.existing or "DISALLOW"
        copies = install.plan(self._spec.files, folders.archive(self._deployment.id), folders.root, existing)
        install.copy(copies, folders.root, folders.record)

    def _scripted(self, event: str) -> Callable[[], None]:
        return lambda: self._run_scripts(event, self._spec, self._deployment.id)

    def _run_scripts(self, event: str, spec: ServerSpec, source: str) -> None:
        scripts = spec.hooks.get(event, [])
        if not scripts:
            return
        mark = self._mark(event)
        self._save(marks=[*self._state.marks, mark])
        around = surroundings(self._cloud, self._scope, self._folders, self._deployment, event, source, mark)
        ScriptRunner(self._cloud.clock, around, self._cancel).run(event, scripts)

    def _mark(self, event: str) -> str:
        scope = self._scope
        return f"codedeploy/{scope.account}/{scope.region}/{self._target.id}/{self._deployment.id}/{event}"

    def _finish(self, status: str) -> None:
        living = host.keep_watch(self._cloud, self._state.marks)
        with self._recorder.change():
            self._recorder.end_target(self._target, status)
            self._save(marks=living, healthy=status == "Succeeded")
            if status == "Succeeded":
                self._save(revision=revisions.digest(self._deployment.revision), last_deployment=self._deployment.id)
        self._folders.forget_others(self._deployment.id, self._state.last_deployment)

    def _save(self, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self._state, name, value)
        host.states(self._cloud).put(self._scope, self._key, self._state)
