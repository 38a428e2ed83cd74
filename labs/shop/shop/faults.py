"""Switches for what goes wrong in production: slow answers, failing ones, and a sudden end.

Set at the start by SHOP_LATENCY_MS, SHOP_ERROR_RATE and SHOP_FAULT_SEED, at run time by POST /faults.
"""

from __future__ import annotations

import os
import random
import time
from typing import Any

LIMITS = {"latency_ms": 60_000.0, "error_rate": 1.0}


class Faults:
    """The faults of one service. The same seed gives the same failures."""

    def __init__(self) -> None:
        self.latency_ms = self.error_rate = 0.0
        self._chance = random.Random(1)
        names = {"latency_ms": "SHOP_LATENCY_MS", "error_rate": "SHOP_ERROR_RATE", "seed": "SHOP_FAULT_SEED"}
        self.set({switch: os.environ[name] for switch, name in names.items() if name in os.environ})

    def set(self, wanted: dict[str, Any]) -> dict[str, float]:
        """Turn switches and return how they stand; "crash" ends the process on the spot. Raises ValueError."""
        if unknown := sorted(wanted.keys() - {*LIMITS, "seed", "crash"}):
            raise ValueError(f"There is no switch {unknown[0]}: take latency_ms, error_rate, seed or crash")
        if wanted.get("crash"):
            os._exit(70)
        numbers = {switch: _number(switch, wanted[switch]) for switch in LIMITS if switch in wanted}
        self.latency_ms = numbers.get("latency_ms", self.latency_ms)
        self.error_rate = numbers.get("error_rate", self.error_rate)
        if "seed" in wanted:
            self._chance.seed(str(wanted["seed"]))
        return {"latency_ms": self.latency_ms, "error_rate": self.error_rate}

    def strike(self) -> bool:
        """Be as slow as switched on; return whether this request has to fail."""
        if self.latency_ms:
            time.sleep(self.latency_ms / 1000)
        return self._chance.random() < self.error_rate


def _number(switch: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= LIMITS[switch]:
        raise ValueError(f"{switch} goes from 0 to {LIMITS[switch]:g}, not {value!r}")
    return number
