"""Assembles the local cloud and serves it on one port of 127.0.0.1."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import uvicorn

from . import record
from .base.emulator import Emulator
from .clock import SystemClock
from .cloud import Cloud
from .events import Event
from .gateway import Gateway
from .keys import root_key, secret_of
from .observatory import Observatory
from .resource import Resource, UpdatePolicy
from .scope import Scope
from .service import Message, Receive, Send, Service

log = logging.getLogger(__name__)


class PortTaken(RuntimeError):
    """The port that was asked for is in use by another program."""


def open_socket(port: int) -> socket.socket:
    """Return a socket bound to 127.0.0.1:`port` (0: any free one). Raises PortTaken."""
    # asyncio switches Nagle's delay (40 ms an answer) off only where the protocol is named.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if hasattr(socket, "SO_REUSEADDR"):
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind(("127.0.0.1", port))
    except OSError as error:
        opened.close()
        raise PortTaken(
            f"Port {port} of 127.0.0.1 cannot be had ({error.strerror}). Stop the program that uses it, or choose"
            " another with `workbook up --port N` (0 takes any that is free)."
        ) from None
    # Calls made while the services start wait in the backlog instead of being refused.
    opened.listen(2048)
    return opened


def services_of(cloud: Cloud) -> list[Service]:
    """Return every service that we have built; a new one is added here."""
    from .cloudwatch import CloudWatch
    from .codebuild import CodeBuild
    from .codecommit import CodeCommit
    from .codedeploy import CodeDeploy
    from .codepipeline import CodePipeline
    from .ecs import Ecs
    from .elbv2 import ElbV2
    from .logs import Logs
    from .xray import XRay

    return [
        CodeCommit(cloud),
        CodeBuild(cloud),
        CodePipeline(cloud),
        CodeDeploy(cloud),
        CloudWatch(cloud),
        Logs(cloud),
        ElbV2(cloud),
        XRay(cloud),
        Ecs(cloud),
    ]


def resources_of(services: Sequence[Service]) -> list[Resource | UpdatePolicy]:
    """Return every CloudFormation type that one of `services` makes, and those that are refused."""
    from .unbuilt_resources import unbuilt

    return [*unbuilt(), *(resource for service in services for resource in service.resources())]


def observatory_of(services: Sequence[Service]) -> Observatory:
    """Return where the base's measurements and log lines go."""
    from .cloudwatch import CloudWatch
    from .logs import Logs

    cloudwatch = next(service for service in services if isinstance(service, CloudWatch))
    logs = next(service for service in services if isinstance(service, Logs))
    return Observatory(cloudwatch, logs)


class Application:
    """The gateway with the life cycle of everything behind it."""

    def __init__(self, home: Path, port: int, time_scale: float, region: str) -> None:
        self.home = home
        endpoint = f"http://127.0.0.1:{port}"
        root = root_key(home)
        self.base = Emulator(home, endpoint, port, region, lambda account: secret_of(root, account))
        self.cloud = Cloud(home, endpoint, SystemClock(time_scale), self._to_rules)
        self.services = services_of(self.cloud)
        self.gateway = Gateway(self.cloud, self.base, self.services)
        self.base.add_pipeline_target(self._start_pipeline)
        self.base.add_resources(lambda: resources_of(self.services))
        observatory = observatory_of(self.services)
        self.base.add_observer(observatory)
        self.base.add_log_target(observatory.event_arrived)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.gateway(scope, receive, self._around(send))
        else:
            await self.gateway(scope, receive, send)

    def _around(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._start()
            elif message["type"] == "lifespan.shutdown.complete":
                self.base.state.save()
            await send(message)

        return sending

    def _start(self) -> None:
        self.base.remember_loop()
        for service in self.services:
            service.start()
        self.cloud.events.start()
        self.cloud.workers.resume()

    def close(self) -> None:
        """End the jobs without a verdict and close the store, after the last request."""
        self.gateway.close()
        self.cloud.close()

    def _to_rules(self, event: Event) -> None:
        self.base.forward(event)

    def _start_pipeline(self, scope: Scope, name: str) -> None:
        self.cloud.client("codepipeline", scope).start_pipeline_execution(name=name)


def serve(home: Path, port: int, time_scale: float, region: str, announce: Callable[[], None]) -> None:
    """Serve until told to stop; `announce` is called once the first call would be answered.

    Raises PortTaken, AlreadyRunning (from `record.claim`) or BaseChanged before anything is served.
    """
    with record.claim(home):
        listening = open_socket(port)
        own_port = listening.getsockname()[1]
        application = Application(home, own_port, time_scale, region)

        def started() -> None:
            record.write(home, own_port, time_scale)
            announce()

        server = _Server(application, started, application.cloud.begin_close)
        _outlive_signals()
        try:
            server.run(sockets=[listening])
        finally:
            application.close()
            record.remove(home)


def _outlive_signals() -> None:
    """uvicorn stops on these and then raises them again; we still have a store to close."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)


class _Server(uvicorn.Server):
    """uvicorn that says when it answers."""

    def __init__(self, application: Application, started: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http="httptools",
                ws="none",
                lifespan="on",
                log_level="warning",
                access_log=False,
                # The base dates its answers itself; two dates would be one too many.
                date_header=False,
                server_header=False,
                timeout_graceful_shutdown=5,
                timeout_keep_alive=75,
                backlog=2048,
            )
        )
        self._started = started
        self._ending = ending

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # In a thread: a signal may come while the main one holds a lock that this needs.
        threading.Thread(target=self._ending, name="ending", daemon=True).start()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._started()
