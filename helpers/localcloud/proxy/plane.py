"""Brings a layout to Envoy so that no request is lost on the way, and keeps Envoy running."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from .admin import Taken, reopen_log, taken
from .clusters import cluster_document
from .files import Files
from .listeners import listener_document
from .model import Cluster, Layout, Listener
from .naming import Document, short
from .ports import answers
from .process import EnvoyProcess, Running
from .routes import routes_document

log = logging.getLogger(__name__)

_LIMIT = 10.0
_Versions = dict[str, str]


class ProxyRefused(RuntimeError):
    """Envoy did not take a layout; its log says why."""


class Plane:
    """One Envoy that serves the last layout applied."""

    def __init__(self, home: Path) -> None:
        """Name the local cloud's own folder `home`; nothing is started yet."""
        self._files = Files(home / "proxy")
        self._process = EnvoyProcess(home, self._files)
        self._clusters: dict[str, Cluster] = {}
        self._answering: set[tuple[int, str, int]] = set()
        self._lock = threading.Lock()

    @property
    def log_path(self) -> Path:
        """Where Envoy writes one JSON line for each request that it has served."""
        return self._files.folder / "served.jsonl"

    def running(self) -> Running | None:
        """Return the Envoy that runs, or None."""
        return self._process.running()

    def apply(self, layout: Layout) -> None:
        """Serve `layout`; returns once Envoy works with it. Raises ProxyRefused.

        Clusters come before the routes that name them and go after them.
        """
        with self._lock:
            wanted = {cluster.name: cluster for cluster in layout.clusters}
            self._serve(self._write_clusters({**self._clusters, **wanted}), start=False)
            versions = self._write_clusters({**self._clusters, **wanted}) | self._write_routes(layout, wanted)
            self._serve(versions, start=bool(layout.listeners))
            self._await_ports(layout)
            if self._clusters.keys() - wanted.keys():
                self._serve(self._write_clusters(wanted), start=False)
            self._clusters = wanted
            self._clean(layout)

    def reopen_log(self) -> None:
        """Let Envoy begin a new log, after `log_path` was moved away. Raises OSError."""
        running = self._process.running()
        if running is not None:
            reopen_log(running.admin)

    def end(self) -> None:
        """End Envoy."""
        self._process.end()

    def _write_clusters(self, clusters: dict[str, Cluster]) -> _Versions:
        documents = [cluster_document(cluster) for _, cluster in sorted(clusters.items())]
        return {"cluster_manager.cds.version_text": self._files.write("clusters", documents)}

    def _write_routes(self, layout: Layout, clusters: dict[str, Cluster]) -> _Versions:
        versions: _Versions = {}
        for listener in layout.listeners:
            name = short(listener.name)
            version = self._files.write(f"routes-{name}", [routes_document(listener, clusters)])
            versions[f"http.{name}.rds.{name}.version_text"] = version
        documents = [self._listener(listener) for listener in sorted(layout.listeners, key=lambda each: each.name)]
        versions["listener_manager.lds.version_text"] = self._files.write("listeners", documents)
        return versions

    def _listener(self, listener: Listener) -> Document:
        return listener_document(listener, self._files.path(f"routes-{short(listener.name)}"), str(self.log_path))

    def _serve(self, versions: _Versions, *, start: bool) -> None:
        running = self._process.ensure() if start else self._process.running()
        if running is not None:
            self._await(running, versions)

    def _await(self, running: Running, versions: _Versions) -> None:
        limit, pause = time.monotonic() + _LIMIT, threading.Event()
        first: Taken | None = None
        while True:
            now = _ask(running)
            if now is not None:
                first = first or now
                if all(now.versions.get(name) == version for name, version in versions.items()):
                    return
            if running.process() is None:
                # Whoever watches it starts another, which reads what is written by then.
                return
            if time.monotonic() > limit or (now and first and now.refused > first.refused):
                raise ProxyRefused(f"The proxy did not take a change. {self._files.folder / 'envoy.log'} says why.")
            pause.wait(0.004)

    def _await_ports(self, layout: Layout) -> None:
        """A listener that Envoy has taken listens a moment later."""
        running = self._process.running()
        if running is None:
            return
        wanted = {(running.pid, listener.name, listener.port) for listener in layout.listeners}
        limit, pause = time.monotonic() + _LIMIT, threading.Event()
        for _, _, port in wanted - self._answering:
            while not answers(port) and time.monotonic() < limit and running.process() is not None:
                pause.wait(0.004)
        self._answering = wanted

    def _clean(self, layout: Layout) -> None:
        routes = {f"routes-{short(each.name)}" for each in layout.listeners}
        self._files.keep_only(routes, prefixes=("routes-",))


def _ask(running: Running) -> Taken | None:
    try:
        return taken(running.admin)
    except (OSError, ValueError):
        return None
