"""Opens the workbook: local cloud, JupyterLab on a notebook, and both gone at the end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from helpers import aws
from helpers.localcloud import instance

from .environment import server_environment
from .server import LabFailed, Server

__all__ = ["LabFailed", "open_lab"]


def open_lab(notebook: Path, *, browser: bool = True, options: Sequence[str] = ()) -> int:
    """Open JupyterLab on the learner's copy `notebook` and return when it has ended; 0 if it was asked to.

    The local cloud is started before and stopped after, unless it was running already. `options` are passed to
    JupyterLab. Ctrl-C, SIGTERM and the closing of the terminal end it. Raises LabFailed, instance.StartFailed.
    """
    with _asked_to_stop() as stop, _local_cloud() as variables:
        server = Server(notebook, server_environment(variables), browser=browser, options=options)
        try:
            if url := server.url(stop):
                print(f"The workbook is open at {url}\nCtrl-C here stops it.", flush=True)
            ended = server.wait(stop)
        finally:
            server.stop()
        return ended or 0


@contextmanager
def _local_cloud() -> Iterator[dict[str, str] | None]:
    """Run the local cloud for the time being and give its variables; None where another cloud is chosen."""
    if aws.backend() != "local":
        yield None
        return
    home, now = aws.home(), aws.configure()
    was_running = instance.status(home).running
    instance.ensure(home, time_scale=now.time_scale, region=now.region)
    try:
        yield instance.environment(home, now.account, now.region)
    finally:
        if not was_running:
            instance.stop(home)


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Give an event that is set by Ctrl-C, by SIGTERM and by the closing of the terminal."""
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()

    signals = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {number: signal.signal(number, ask) for number in signals}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
