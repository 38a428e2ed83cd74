"""Releases of the catalog: good ones, and one for each way in which a release can hurt."""

from __future__ import annotations

from helpers import aws, containers, delivery
from labs.shop import launch

LAB = "rolling"
GOOD, NEXT, SLOW, HASTY, BROKEN = "1.0.0", "1.1.0", "2.0.0", "3.0.0", "4.0.0"
WARM_UP_SECONDS = 60
"""AWS's seconds in which the release 2.0.0 is alive and cannot answer customers yet."""
REPORT_SECONDS = 20
"""AWS's seconds that an answer of the release 3.0.0 takes."""

_WARM_UP = """_WARM = time.monotonic() + float(os.environ.get("SHOP_WARM_UP_SECONDS", "0"))


def _is_warm() -> bool:
    return time.monotonic() >= _WARM


def _products_if_warm(request: Request) -> list[dict[str, object]]:
    if not _is_warm():
        raise Problem(503, "The catalog is still reading its products")
    return _products(request)


"""
_SERVICE = 'service = Service("catalog", {"GET /products": _products, '
_WARM_SERVICE = 'service = Service("catalog", {"GET /products": _products_if_warm, '
_DRAIN = "lambda *_: threading.Thread(target=server.drain).start()"


def changes(version: str) -> dict[str, bytes]:
    """Return the files in which a release differs from the shop."""
    if version == SLOW:
        text = _changed("shop/catalog.py", "from typing import Any", "import os\nimport time\nfrom typing import Any")
        text = _replaced(text, _SERVICE, _WARM_UP + _WARM_SERVICE)
        return {
            "shop/catalog.py": _replaced(text, '"POST /total": _total})', '"POST /total": _total}, _is_warm)').encode()
        }
    if version == HASTY:
        return {"shop/server.py": _changed("shop/server.py", _DRAIN, "lambda *_: os._exit(0)").encode()}
    if version == BROKEN:
        return {"shop/catalog.py": _changed("shop/catalog.py", "from typing", "import forgotten\nfrom typing").encode()}
    return {}


def definition(version: str, thing: str = "catalog") -> str:
    """Push the release of the catalog and register a task definition with it for `thing`; return its ARN."""
    image = containers.shop(version, containers.repository("rolling", LAB), changes=changes(version))
    return delivery.task_definition(thing, image, LAB, _environment(version))


def _environment(version: str) -> dict[str, str]:
    scale = aws.time_scale()
    if version == SLOW:
        return {"SHOP_WARM_UP_SECONDS": f"{WARM_UP_SECONDS / scale:g}"}
    return {"SHOP_LATENCY_MS": f"{REPORT_SECONDS * 1000 / scale:g}"} if version == HASTY else {}


def _changed(path: str, old: str, new: str) -> str:
    return _replaced(launch.source()[path].decode(), old, new)


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) == 0:
        raise AssertionError(f"The shop no longer says {old!r}")
    return text.replace(old, new, 1)
