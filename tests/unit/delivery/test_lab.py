"""What lesson 6 plants is as it says: each release hurts in its own way, and in no other."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from helpers import delivery
from labs.rolling import releases
from labs.shop import launch
from tests.localcloud.support import eventually


def _release(version: str, folder: Path) -> Path:
    for path, content in {**launch.source(), **releases.changes(version)}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def _statuses(url: str) -> dict[str, int | None]:
    return {path: delivery.status(f"{url}{path}") for path in ("/health", "/ready", "/version", "/products")}


def test_the_slow_release_is_alive_long_before_it_is_ready(tmp_path: Path) -> None:
    with launch.shop(_release(releases.SLOW, tmp_path), SHOP_WARM_UP_SECONDS="600") as shop:
        assert _statuses(shop.catalog.url) == {"/health": 200, "/ready": 503, "/version": 200, "/products": 503}


def test_the_slow_release_answers_when_it_is_warm(tmp_path: Path) -> None:
    with launch.shop(_release(releases.SLOW, tmp_path), SHOP_WARM_UP_SECONDS="0") as shop:
        assert set(_statuses(shop.catalog.url).values()) == {200}


def test_the_hasty_release_ends_with_a_request_in_hand(tmp_path: Path) -> None:
    with launch.shop(_release(releases.HASTY, tmp_path), SHOP_LATENCY_MS="30000") as shop:
        catalog = psutil.Process(shop.catalog.process.pid)
        before = catalog.num_threads()
        address = urlsplit(shop.catalog.url)
        with socket.create_connection((str(address.hostname), int(address.port or 0))) as customer:
            customer.sendall(b"GET /products HTTP/1.1\r\nHost: x\r\n\r\n")
            eventually(lambda: catalog.num_threads() > before, what="a request in hand")
            shop.catalog.process.terminate()
            assert shop.catalog.process.wait(10) == 0
            assert _last_words(customer) == b""


def _last_words(customer: socket.socket) -> bytes:
    """A process that ends before it has read all of a request resets the connection: no answer, either."""
    try:
        return customer.recv(1)
    except ConnectionResetError:
        return b""


def test_the_broken_release_does_not_start(tmp_path: Path) -> None:
    folder = _release(releases.BROKEN, tmp_path)
    with pytest.raises(launch.ShopFailed, match="No module named 'forgotten'"), launch.shop(folder):
        pass


@pytest.mark.parametrize("version", [releases.GOOD, releases.NEXT])
def test_good_releases_are_the_shop_as_it_is(version: str) -> None:
    assert releases.changes(version) == {}


@pytest.mark.parametrize(
    ("desired", "percents", "bounds"),
    [
        (3, (50, 150), (2, 4)), (1, (50, 150), (1, 1)), (1, (100, 200), (1, 2)), (4, (75, 125), (3, 5)),
        (10, (90, 100), (9, 10)), (1, (50, 190), (1, 1)), (2, (0, 100), (0, 2)), (7, (33, 133), (3, 9)),
        (0, (100, 200), (0, 0)),
    ],
)  # fmt: skip
def test_the_lower_bound_is_rounded_up_and_the_upper_one_down(
    desired: int, percents: tuple[int, int], bounds: tuple[int, int]
) -> None:
    assert delivery.bounds(desired, *percents) == bounds
