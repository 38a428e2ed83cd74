"""What tests of the local cloud share: a cloud of their own, and clients that hold answers against botocore."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import boto3
import psutil
from botocore.config import Config
from botocore.loaders import create_loader
from botocore.session import get_session

from helpers.localcloud import instance
from helpers.localcloud.protocol import validate_output

T = TypeVar("T")
# Ends a test whose condition never comes: far above what a busy machine needs, so that no verdict hangs on it.
LIMIT = 60.0
# Each session's own would read the models of every service anew.
_LOADER = create_loader()
OURS = ("codecommit", "codebuild", "codepipeline", "codedeploy", "cloudwatch", "logs", "xray", "ecs", "elbv2")


def eventually(predicate: Callable[[], T], *, seconds: float = LIMIT, what: str = "the condition") -> T:
    """Return what `predicate` returns as soon as it is true; fail, saying what was awaited and last seen."""
    limit = time.monotonic() + seconds
    pause = threading.Event()
    while not (seen := predicate()):
        assert time.monotonic() < limit, f"{what} did not come true within {seconds} s; last seen: {seen!r}"
        pause.wait(0.05)
    return seen


def _judge(parsed: dict[str, Any], model: Any, http_response: Any, **_: Any) -> None:
    if http_response.status_code >= 300 or model.service_model.service_name not in OURS:
        return
    answer = {key: value for key, value in parsed.items() if key != "ResponseMetadata"}
    problems = validate_output(model, answer)
    assert not problems, f"{model.name} answered outside of its model: {problems}"


class TestCloud:
    """A local cloud and one account in it."""

    __test__ = False

    def __init__(self, home: Path, account: str, time_scale: float = 60.0, region: str = "us-east-1") -> None:
        self.home, self.account, self.region, self.time_scale = home, account, region, time_scale
        self._clients: dict[tuple[str, str, str], Any] = {}

    @property
    def endpoint(self) -> str:
        return instance.ensure(self.home, time_scale=self.time_scale).url

    @property
    def pid(self) -> int:
        found = instance.status(self.home)
        assert found.pid is not None
        return found.pid

    def client(self, service: str, region: str | None = None, account: str | None = None, **config: Any) -> Any:
        """Return a boto3 client whose every answer from a service of ours is validated."""
        account, region = account or self.account, region or self.region
        if config or (service, region, account) not in self._clients:
            made = self._make(service, region, account, config)
            if config:
                return made
            self._clients[service, region, account] = made
        return self._clients[service, region, account]

    def _make(self, service: str, region: str, account: str, config: dict[str, Any]) -> Any:
        core = get_session()
        core.register_component("data_loader", _LOADER)
        secret = instance.secret_key(self.home, account)
        session = boto3.session.Session(account, secret, region_name=region, botocore_session=core)
        settings = Config(**{"retries": {"max_attempts": 2}, "s3": {"addressing_style": "path"}, **config})
        client = session.client(service, endpoint_url=self.endpoint, config=settings)
        client.meta.events.register("after-call", _judge)
        return client

    def environ(self, account: str | None = None) -> dict[str, str]:
        """Return the environment of a subprocess (git, aws) that acts as the account."""
        own = instance.environment(self.home, account or self.account, self.region)
        return {"PATH": os.environ["PATH"], "HOME": str(self.home / "nobody"), **own}

    def kill(self) -> None:
        """End the process as a power cut would."""
        process = psutil.Process(self.pid)
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        process.wait(20)

    def settle(self) -> None:
        """Wait until all that has happened in the base so far is on disk, where a `kill` loses nothing of it."""
        state = self.home / "cloud" / "base" / "sns.json"
        # A save is over when the one after it has written.
        for mark in (uuid.uuid4().hex, uuid.uuid4().hex):
            self.client("sns").create_topic(Name=mark)
            eventually(lambda mark=mark: state.exists() and mark in state.read_text(), what="the base's state on disk")

    def stop(self) -> None:
        """Stop it as a user would."""
        instance.stop(self.home)

    def restart(self) -> None:
        """Start it again (after `kill` or `stop`), on the port it had."""
        instance.ensure(self.home, time_scale=self.time_scale)
        self._clients.clear()


def new_account() -> str:
    """Return 12 digits that no other test has."""
    return f"{random.SystemRandom().randrange(10**11, 10**12)}"
