"""MiniStack by itself, as its own command starts it: what the gateway is measured against."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.localcloud.support import eventually

_PROGRAM = "import sys; from ministack.app import main; sys.argv = ['ministack']; main()"
_STOP_LIMIT = 20


class BareMiniStack:
    """A MiniStack on a free port, with its state in `folder`, from `start` to `stop`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.launch()
        await_answer(self.client("sts"))

    def launch(self) -> None:
        """Start it; it answers some time later."""
        settings = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            # As durable as it can be by itself: objects on disk, the rest at its end. Ours keeps both at once.
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._folder / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self._folder / "s3"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "DOCKER_HOST": "unix:///nonexistent/docker.sock",
        }
        environment = {**os.environ, **settings}
        command = [sys.executable, "-c", _PROGRAM]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_STOP_LIMIT)

    def client(self, service: str) -> Any:
        return client(service, self.url, "test")


def client(service: str, url: str, secret: str) -> Any:
    """Return a client like those of the tests, without their checks of every answer."""
    settings = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=30)
    session = boto3.session.Session("111122223333", secret, region_name="us-east-1")
    return session.client(service, endpoint_url=url, config=settings)


def await_answer(sts: Any) -> None:
    """Wait until a signed call of the client `sts` is answered."""

    def answered() -> bool:
        try:
            return bool(sts.get_caller_identity()["Account"])
        except (BotoCoreError, ClientError):
            return False

    eventually(answered, seconds=60, what="the first answer")


def free_port() -> int:
    """Return a port that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number
