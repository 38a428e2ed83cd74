"""MiniStack's ASGI application in process, set up before it is imported and watched for changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ..events import Event
from ..resource import Resource, UpdatePolicy
from ..scope import Scope
from . import (
    cloudformation,
    contract,
    credentials,
    eventbridge,
    interrupted_functions,
    lambda_aliases,
    models,
    observability,
    reset,
    settings,
)
from .persistence import BaseState

log = logging.getLogger(__name__)
_DELIVERY_LIMIT = 10.0


class Emulator:
    """The base: answers every call of a service that we have not built."""

    def __init__(self, home: Path, endpoint: str, port: int, region: str, secret_of: credentials.SecretOf) -> None:
        """Import the base with its state below `home`. Raises BaseChanged if it is not the version we know."""
        settings.apply_settings(home, endpoint, port, region)
        contract.verify()
        from ministack import app

        self.home = home
        self.app = app.app
        self.state = BaseState()
        self._handlers = app.SERVICE_HANDLERS
        self._aliases = app.SERVICE_NAME_ALIASES
        self._loop: asyncio.AbstractEventLoop
        self._resources: Callable[[], Sequence[Resource | UpdatePolicy]] | None = None
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="rule-target")
        models.share_models()
        credentials.sign_as_account(secret_of)
        lambda_aliases.route_by_weight()
        interrupted_functions.resume_updates()

    def has(self, signing_name: str) -> bool:
        """Return whether the base has a service that signs as `signing_name`."""
        return self._aliases.get(signing_name, signing_name) in self._handlers or signing_name in _OTHER_NAMES

    def forget(self, account: str) -> int:
        """Drop what the base holds for `account` and write that down; return how many entries there were."""
        count = reset.forget_account(self.home, account)
        self.state.changed("*")
        return count

    def add_pipeline_target(self, start: eventbridge.StartPipeline) -> None:
        """Let EventBridge rules start our pipelines by calling `start(scope, name)`, off the event loop."""

        def start_aside(scope: Scope, name: str) -> None:
            self._threads.submit(_logged, start, scope, name)

        eventbridge.add_pipeline_target(start_aside)

    def add_log_target(self, write: eventbridge.WriteLog) -> None:
        """Let EventBridge rules write into our log groups by calling `write(scope, group, message)`."""
        eventbridge.add_log_target(write)

    def add_resources(self, resources: Callable[[], Sequence[Resource | UpdatePolicy]]) -> None:
        """Let CloudFormation make the resources of our services that `resources` gives, once it is first called."""
        self._resources = resources

    def prepare(self, signing_name: str) -> None:
        """Register our resources before CloudFormation is first called: loading it takes longer than all else."""
        if signing_name in _STACKS and self._resources is not None:
            resources, self._resources = self._resources(), None
            cloudformation.begin(resources)

    def add_observer(self, observer: observability.Observer) -> None:
        """Hand what the base measures and logs to `observer`."""
        observability.observe(observer)

    def remember_loop(self) -> None:
        """Note the event loop we run on (called once, on it)."""
        self._loop = asyncio.get_running_loop()

    def forward(self, event: Event) -> None:
        """Hand `event` to the EventBridge rules of its account; from any thread but the loop's own.

        Raises ConnectionError once the base has ended, TimeoutError if it does not take the event.
        """

        async def deliver() -> None:
            eventbridge.forward(event)
            self.state.changed("events")

        if not self._loop.is_running():
            raise ConnectionError("The base has ended")
        asyncio.run_coroutine_threadsafe(deliver(), self._loop).result(timeout=_DELIVERY_LIMIT)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


# Signing names under which the base's router knows a service that its registry calls otherwise.
_OTHER_NAMES = frozenset({"monitoring", "elasticloadbalancing", "email", "execute-api", "s3express", "es", "tagging"})


_STACKS = frozenset({"cloudformation", "cloudcontrolapi"})


def _logged(start: eventbridge.StartPipeline, scope: Scope, name: str) -> None:
    try:
        start(scope, name)
    except Exception as error:
        log.warning("A rule could not start the pipeline %s: %s", name, error)
