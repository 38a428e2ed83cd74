"""The change calendar, a service of another team: says whether a release may go out now, when it works."""

import os
from typing import Any

answers = {"left to fail": int(os.environ["FAILURES"])}


def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Answer {"status": 200}, or 503 for the first FAILURES calls."""
    if answers["left to fail"] > 0:
        answers["left to fail"] -= 1
        return {"status": 503}
    return {"status": 200}
