"""Codes that count as healthy.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
"""

from __future__ import annotations

import re
from functools import lru_cache

from ...service import ServiceError

_LEAST, _MOST = 200, 499
_PART = re.compile(r"([0-9]{3})(?:-([0-9]{3}))?")


@lru_cache(maxsize=256)
def codes_in(text: str) -> frozenset[int]:
    """Return the codes in a matcher such as "200", "200,202" or "200-299". Raises ValidationError."""
    codes: set[int] = set()
    for part in text.split(","):
        found = _PART.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not _LEAST <= first <= last <= _MOST:
            raise ServiceError(
                "ValidationError",
                f"Health check matcher HTTP code '{text}' must be within the valid range '{_LEAST}-{_MOST}', written"
                " as values (200,202) or ranges (200-299)",
            )
        codes |= set(range(first, last + 1))
    return frozenset(codes)
