"""What the operations on alarms share."""

from __future__ import annotations

from ...cloud import Cloud
from ...service import Service
from .datapoints import Datapoints
from .mutes import Mutes
from .outbox import Outbox
from .records import Records
from .states import States
from .ticker import Ticker


class AlarmParts(Service):
    """Records, engine and ticker of alarms."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._records = Records(cloud)
        self._mutes = Mutes(self._records)
        self._outbox = Outbox(self._records)
        self._states = States(self._records, self._mutes, self._outbox)
        self._datapoints = Datapoints(cloud)
        self._ticker = Ticker(self._records, self._states, self._outbox, self._datapoints)

    def start(self) -> None:
        super().start()
        self._records.forget_old_history()
        self._outbox.begin()
        self._ticker.begin()
