"""What all operations share: records, data plane, health checks, metrics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..cloud import Cloud
from ..proxy import ProxyMissing, ProxyRefused
from ..service import Service, ServiceError
from .health.checker import Checker
from .metrics.publisher import Publisher
from .records import Records
from .traffic import Traffic


class Foundation(Service):
    """The parts behind the operations."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._records = Records(cloud.store)
        self._traffic = Traffic(cloud, self._records)
        self._checker = Checker(cloud, self._records, self._traffic)
        self._publisher = Publisher(cloud, self._records, self._traffic.plane)

    def start(self) -> None:
        super().start()
        self._traffic.begin()
        self._checker.begin()
        self._publisher.begin()

    def reset(self, account: str) -> None:
        super().reset(account)
        self._records.forget(account)
        self._changed()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change records inside, all or nothing: what the proxy does not take is not kept. Raises InternalFailure."""
        with self._traffic.lock:
            try:
                with self.cloud.store.transaction():
                    yield
                    self._changed()
            except ServiceError as problem:
                if problem.status >= 500:
                    self._changed()
                raise

    def _changed(self) -> None:
        """Serve the records as they are by now; returns once the proxy does. Raises InternalFailure."""
        try:
            self._traffic.refresh()
        except (ProxyMissing, ProxyRefused) as problem:
            raise ServiceError("InternalFailure", str(problem), status=500) from None
        finally:
            self._checker.ring()
