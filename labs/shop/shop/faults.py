"""Switches for what goes wrong in production: slow answers, failing ones, and a sudden end.

Set at the start by SHOP_LATENCY_MS and SHOP_ERROR_RATE, at run time by POST /faults.
"""

from __future__ import annotations

import os
import random
import time
from typing import Any


class Faults:
    """The faults of one service. The same seed gives the same failures."""

    def __init__(self) -> None:
        self.latency_ms = float(os.environ.get("SHOP_LATENCY_MS", "0"))
        self.error_rate = float(os.environ.get("SHOP_ERROR_RATE", "0"))
        self._chance = random.Random(int(os.environ.get("SHOP_FAULT_SEED", "1")))

    def set(self, wanted: dict[str, Any]) -> dict[str, float]:
        """Switch faults on or off; "crash" ends the process on the spot."""
        if wanted.get("crash"):
            os._exit(70)
        self.latency_ms = float(wanted.get("latency_ms", self.latency_ms))
        self.error_rate = float(wanted.get("error_rate", self.error_rate))
        return {"latency_ms": self.latency_ms, "error_rate": self.error_rate}

    def strike(self) -> None:
        """Be slow, or fail, as switched on. Raises Problem(500)."""
        from .service import Problem

        if self.latency_ms:
            time.sleep(self.latency_ms / 1000)
        if self._chance.random() < self.error_rate:
            raise Problem(500, "A fault was switched on")
