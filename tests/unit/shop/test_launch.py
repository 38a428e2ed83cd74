"""The shop runs as processes, with faults to switch on, and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from labs.shop import launch

ROOT = Path(launch.FOLDER).parents[1]


def ask(url: str, body: object = None) -> tuple[int, object]:
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture(scope="module")
def shop():  # type: ignore[no-untyped-def]
    with launch.shop(SHOP_VERSION="7.7.7") as running:
        yield running


def test_a_customer_is_served_across_three_processes(shop: launch.Shop) -> None:
    assert ask(f"{shop.web.url}/orders", {"cart": {"mug": 1}})[1]["total"] == 900  # type: ignore[index]
    assert ask(f"{shop.catalog.url}/version") == (200, {"service": "catalog", "version": "7.7.7"})


def test_one_request_leaves_one_trace_in_all_logs(shop: launch.Shop) -> None:
    ask(f"{shop.web.url}/orders", {"cart": {"mug": 2}})
    last = {name: shop.logs(name)[-1] for name in ("web", "orders", "catalog")}
    assert len({line["trace_id"] for line in last.values()}) == 1
    assert last["web"]["status"] == 200


def test_faults_are_switched_on_and_off(shop: launch.Shop) -> None:
    shop.faults("catalog", error_rate=1)
    assert ask(f"{shop.web.url}/products")[0] == 502
    shop.faults("catalog", error_rate=0)
    assert ask(f"{shop.web.url}/products")[0] == 200


def test_a_crashed_peer_is_named_and_readiness_falls(tmp_path: Path) -> None:
    with launch.shop() as own:
        own.faults("catalog", crash=True)
        assert own.catalog.process.wait(10) == 70
        status, answer = ask(f"{own.web.url}/products")
        assert (status, answer) == (503, {"error": "catalog does not answer"})
        assert ask(f"{own.web.url}/ready")[0] == 503


def test_nothing_runs_after_the_end() -> None:
    with launch.shop() as own:
        processes = [running.process for running in (own.web, own.catalog, own.orders)]
    assert all(process.poll() is not None for process in processes)


def test_the_services_end_when_their_starter_is_killed() -> None:
    program = "from labs.shop import launch; c = launch.shop(); s = c.__enter__(); import sys\n"
    program += "print(*[r.process.pid for r in (s.web, s.catalog, s.orders)], flush=True); sys.stdin.read()"
    starter = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    services = [psutil.Process(int(pid)) for pid in starter.stdout.readline().split()]
    starter.kill()
    starter.wait(10)
    _, alive = psutil.wait_procs(services, timeout=10)
    assert (len(services), alive) == (3, [])


def test_a_broken_release_says_why_it_did_not_start(tmp_path: Path) -> None:
    for name, content in launch.source().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "shop" / "catalog.py").write_text("this is no Python")
    with pytest.raises(launch.ShopFailed, match="SyntaxError"), launch.shop(tmp_path):
        pass


@pytest.mark.parametrize("suite", ["unit", "integration", "e2e"])
def test_the_source_that_learners_push_passes_its_own_tests(tmp_path: Path, suite: str) -> None:
    for name, content in launch.source().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-m", "unittest", "discover", "-s", f"tests/{suite}", "-t", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "Ran 0 tests" not in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "suite"),
    [
        ("amount >= DISCOUNT_FROM", "amount > DISCOUNT_FROM", "unit"),
        ('{"total": total(request.body)}', '{"sum": total(request.body)}', "integration"),
    ],
)
def test_the_bugs_that_labs_plant_are_caught_where_they_should_be(
    tmp_path: Path, old: str, new: str, suite: str
) -> None:
    outcomes = {}
    for name, content in launch.source().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    catalog = tmp_path / "shop" / "catalog.py"
    assert old in catalog.read_text()
    catalog.write_text(catalog.read_text().replace(old, new))
    for tried in ("unit", "integration"):
        command = [sys.executable, "-m", "unittest", "discover", "-s", f"tests/{tried}", "-t", "."]
        outcomes[tried] = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False).returncode
    assert outcomes["unit"] == (1 if suite == "unit" else 0)
    assert outcomes["integration"] != 0 or suite == "unit"
