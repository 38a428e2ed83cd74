"""What all operations share: records, data plane, health checks, metrics."""

from __future__ import annotations

from ..cloud import Cloud
from ..service import Service
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

    def _changed(self) -> None:
        """Serve the records as they are by now; returns once the proxy does."""
        self._traffic.refresh()
        self._checker.ring()
