"""What lesson 16 plants is as it says: no longest bar is a bottleneck, and Friday's release passes its tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from helpers import tracing
from helpers.tracing.shop import _mixed
from labs.tracing import planted, release


@pytest.mark.parametrize(("system", "slow"), [("bookings", "availability"), ("search", "shard-2"), ("feed", "likes")])
def test_in_no_system_the_longest_bar_is_the_bottleneck(system: str, slow: str) -> None:
    root = planted.truth(system)
    spans = [span for _, span in root.walk()]
    assert tracing.bottleneck(root) == planted.service_name(system, slow)
    for measure in (lambda span: span.seconds, lambda span: 0 if span.children else span.seconds):
        assert max(spans, key=measure).service != planted.service_name(system, slow)


@pytest.mark.parametrize("system", list(planted.SYSTEMS))
def test_the_critical_path_is_clear(system: str) -> None:
    first, second, *_ = tracing.seconds_by_service(tracing.critical_path(planted.truth(system))).values()
    assert first > 1.4 * second


@pytest.mark.parametrize("suite", ["unit", "integration", "e2e"])
def test_nobody_notices_what_fridays_release_has_lost(
    suite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path))
    friday = release.friday()
    assert "ThreadPoolExecutor" in (friday / "shop" / "orders.py").read_text()
    assert (friday / "VERSION").read_text() == "1.1.0\n"
    command = [sys.executable, "-m", "unittest", "discover", "-s", f"tests/{suite}", "-t", "."]
    done = subprocess.run(command, cwd=friday, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_a_copy_is_fresh_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path))
    friday = release.friday()
    orders = release.copy_of(friday, "1.1.1") / "shop" / "orders.py"
    orders.write_text("broken")
    assert (release.copy_of(friday, "1.1.1") / "VERSION").read_text() == "1.1.1\n"
    assert orders.read_text() == (friday / "shop" / "orders.py").read_text()


@pytest.mark.parametrize(("visits", "orders"), [(0, 0), (4, 0), (0, 3), (8, 4), (120, 20)])
def test_customers_come_in_the_same_sequence_with_orders_spread(visits: int, orders: int) -> None:
    mixed = list(_mixed(visits, orders))
    assert mixed == list(_mixed(visits, orders))
    methods = [method for method, _, _ in mixed]
    assert (methods.count("GET"), methods.count("POST")) == (visits, orders)
    half = methods[: len(methods) // 2]
    assert abs(half.count("POST") - orders / 2) <= 1
