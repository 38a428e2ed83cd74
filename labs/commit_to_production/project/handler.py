"""The pricing function: what a cart costs in the customer's country."""

import json
from pathlib import Path
from typing import Any

from shop.catalog import total

FOLDER = Path(__file__).parent
RELEASE = (FOLDER / "VERSION").read_text().strip()
SETTINGS = json.loads((FOLDER / "settings.json").read_text())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer {"release", "total"} for {"cart", "country"}, or {"release", "error"}."""
    try:
        rate = SETTINGS["rates"][event["country"]]
        return {"release": RELEASE, "total": round(total(event["cart"]) * rate)}
    except Exception as problem:
        return {"release": RELEASE, "error": repr(problem)}
