"""What a verified signature says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FindSecret = Callable[[str], str | None]


@dataclass(frozen=True)
class Signed:
    """Who signed a request, and for which service and region."""

    access_key_id: str
    region: str
    service: str
