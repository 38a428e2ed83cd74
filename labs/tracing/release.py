"""A release of the shop that its tests find sound: it has lost something that no test looks for."""

from __future__ import annotations

import shutil
from pathlib import Path

from helpers import aws
from labs.shop import launch

FRIDAY = "1.1.0"
_ASKS = 'price = peers.call("catalog", "/total", request.trace, cart)["total"]'
# A catalog that is slow is given up after a second: a sensible change, by somebody who did not think of contexts.
_ASKS_IN_A_THREAD = """with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(peers.call, "catalog", "/total", request.trace, cart)
        price = asked.result(timeout=1)["total"]"""


def friday() -> Path:
    """Write Friday's release into a folder of the learner's and return the folder."""
    files = {name: content.decode() for name, content in launch.source().items()}
    orders = files["shop/orders.py"].replace(_ASKS, _ASKS_IN_A_THREAD)
    files["shop/orders.py"] = orders.replace(
        "import threading\n", "import threading\nfrom concurrent.futures import ThreadPoolExecutor\n"
    )
    return _write(FRIDAY, files)


def copy_of(folder: Path, version: str) -> Path:
    """Return a fresh copy of a release, to be changed and released as `version`."""
    paths = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return _write(version, {path.relative_to(folder).as_posix(): path.read_text() for path in paths})


def _write(version: str, files: dict[str, str]) -> Path:
    folder = aws.home() / "tracing" / version
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in {**files, "VERSION": f"{version}\n"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder
