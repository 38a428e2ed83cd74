from __future__ import annotations

from typing import Any


class Publisher:
    def __init__(self, *a: Any) -> None: ...
    def begin(self) -> None: ...
