"""Keeps the proxy serving what the records say, also when it dies."""

from __future__ import annotations

import logging
import threading

from ..cloud import Cloud
from ..proxy import Plane
from ..proxy.ports import free_port, is_free
from ..scope import Scope
from ..workers import Job
from .layout import layout_of
from .records import Records

log = logging.getLogger(__name__)

KIND = "elbv2.proxy"
# The one job is nobody's: resetting an account must not end it.
_NOBODY = Scope("-", "-")
_PRIVILEGED = 1024
_TURN = 0.05
_TRIES = 50


class Traffic:
    """The one proxy of this local cloud."""

    def __init__(self, cloud: Cloud, records: Records) -> None:
        self._cloud = cloud
        self._records = records
        self.plane = Plane(cloud.home)
        # What holds it goes on to the store, never the other way round.
        self.lock = threading.RLock()

    def begin(self) -> None:
        """Start the thread that adopts or starts the proxy and watches it; it ends the proxy with the cloud."""
        self._cloud.workers.register(KIND, self._work)
        self._cloud.workers.start(KIND, _NOBODY, "all")

    def refresh(self) -> None:
        """Let the proxy serve the records as they are by now. Raises ProxyRefused."""
        with self.lock:
            if self.plane.running() is None:
                self._move_taken_ports()
            layout = layout_of(self._records, self._cloud.clock.time_scale)
            if layout.listeners or self.plane.running():
                self.plane.apply(layout)

    def choose_port(self, requested: int) -> int:
        """Return the port that a listener for `requested` is served on: that one if it can be had, else a free one."""
        taken = {listener.port for _, _, listener in self._records.listeners.everywhere()}
        if requested > _PRIVILEGED and requested not in taken and is_free(requested):
            return requested
        return next(port for port in (free_port() for _ in range(_TRIES)) if port not in taken)

    def _move_taken_ports(self) -> None:
        """While nobody served them, another program may have taken ports of ours."""
        for scope, arn, listener in self._records.listeners.everywhere():
            if not is_free(listener.port):
                log.warning("Port %s is in use by another program; the listener %s moves", listener.port, arn)
                listener.port = self.choose_port(0)
                self._records.listeners.put(scope, arn, listener)

    def _work(self, job: Job) -> None:
        wanted = True
        while not job.stop.is_set():
            if wanted:
                self._revive()
            job.stop.wait(_TURN)
            wanted = self.plane.running() is None and self._has_listeners()
        self.plane.end()

    def _has_listeners(self) -> bool:
        return bool(self._records.listeners.everywhere())

    def _revive(self) -> None:
        try:
            self.refresh()
        except Exception:
            if not self._cloud.workers.closing.is_set():
                log.exception("The proxy could not be started; it is tried again")
