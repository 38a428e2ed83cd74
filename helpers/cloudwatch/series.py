"""A series: what a query of metrics gives, and what metric math works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Series:
    """Values at the starts of periods, the earliest first. A period without data has no entry.

    `slots` are the numbers of the periods since the epoch; `period` is their length in real seconds.
    """

    id: str
    label: str
    slots: Array
    values: Array
    period: float
    return_data: bool = True

    @property
    def timestamps(self) -> Array:
        """The starts of the periods, in epoch seconds."""
        return self.slots * self.period

    def __len__(self) -> int:
        return len(self.values)
