"""The shop runs as processes, with faults to switch on, and leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from labs.shop import launch

ROOT = Path(launch.FOLDER).parents[1]
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without a signal to catch")


def ask(url: str, body: object = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def connect(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)


def test_a_customer_is_served_across_three_processes(shop: launch.Shop) -> None:
    assert ask(f"{shop.web.url}/orders", {"cart": {"mug": 1}})[1]["total"] == 900
    assert ask(f"{shop.web.url}/cart/total?mug=2&sticker=1") == (200, {"total": 2050})
    assert ask(f"{shop.catalog.url}/version") == (200, {"service": "catalog", "version": "7.7.7"})
    with urllib.request.urlopen(shop.web.url, timeout=10) as page:
        assert "Mug: 9.00" in page.read().decode()


def test_a_trace_that_comes_in_is_in_all_logs(shop: launch.Shop) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    order = urllib.request.Request(f"{shop.web.url}/orders", b'{"cart": {"mug": 2}}', headers)
    urllib.request.urlopen(order, timeout=10).close()
    for name, path in (("web", "/orders"), ("orders", "/orders"), ("catalog", "/total")):
        line = shop.logs(name)[-1]
        assert (line["service"], line["trace_id"], line["path"]) == (name, trace, path)
        assert (line["level"], line["version"], line["method"], line["status"]) == ("INFO", "7.7.7", "POST", 200)
        assert line["duration_ms"] >= 0 and line["time"].endswith("+00:00")


def test_errors_are_switched_on_and_off(shop: launch.Shop) -> None:
    shop.faults("catalog", error_rate=1)
    assert ask(f"{shop.web.url}/products") == (502, {"error": "catalog: A fault was switched on"})
    line = shop.logs("catalog")[-1]
    assert (line["level"], line["status"], line["error"]) == ("ERROR", 500, "A fault was switched on")
    assert ask(f"{shop.web.url}/ready")[0] == 200
    shop.faults("catalog", error_rate=0)
    assert ask(f"{shop.web.url}/products")[0] == 200


def test_a_seed_repeats_the_same_failures(shop: launch.Shop) -> None:
    seen = []
    for _ in range(2):
        shop.faults("catalog", error_rate=0.5, seed=7)
        seen.append([ask(f"{shop.catalog.url}/products")[0] for _ in range(20)])
    shop.faults("catalog", error_rate=0)
    assert seen[0] == seen[1] and set(seen[0]) == {200, 500}


def test_latency_is_in_the_log_and_too_much_of_it_is_a_503() -> None:
    with launch.shop() as own:
        own.faults("catalog", latency_ms=150)
        assert ask(f"{own.web.url}/products")[0] == 200
        assert own.logs("catalog")[-1]["duration_ms"] >= 150
        own.faults("catalog", latency_ms=3000)
        assert ask(f"{own.web.url}/products") == (503, {"error": "catalog does not answer"})


@pytest.mark.parametrize("wanted", [{"error_rate": 2}, {"latency_ms": "slow"}, {"smoke": 1}])
def test_a_switch_that_is_none_is_refused(shop: launch.Shop, wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wanted))):
        shop.faults("orders", **wanted)


def test_faults_can_be_on_from_the_start() -> None:
    with launch.shop(SHOP_ERROR_RATE="1") as own:
        assert ask(f"{own.catalog.url}/products")[0] == 500


def test_a_crashed_peer_is_named_and_readiness_falls() -> None:
    with launch.shop() as own:
        own.faults("catalog", crash=True)
        assert own.catalog.process.wait(10) == 70
        assert ask(f"{own.web.url}/products") == (503, {"error": "catalog does not answer"})
        assert ask(f"{own.web.url}/ready")[0] == 503
        assert ask(f"{own.web.url}/health") == (200, {"status": "alive"})


def test_one_connection_serves_request_after_request(shop: launch.Shop) -> None:
    connection = connect(shop.catalog.url)
    connection.connect()
    first = connection.sock
    for method, path, body, status in (
        ("GET", "/products", None, 200),
        ("GET", "/nowhere", None, 404),
        ("POST", "/total", b"{no json", 400),
        ("POST", "/total", b'{"mug": 1.5}', 400),
        ("POST", "/total", b'{"mug": 1}', 200),
    ):
        connection.request(method, path, body)
        with connection.getresponse() as answer:
            assert (answer.status, answer.headers["X-Shop-Version"]) == (status, "7.7.7")
            answer.read()
        assert connection.sock is first
    connection.close()


def test_a_body_that_is_too_long_is_refused_unread(shop: launch.Shop) -> None:
    connection = connect(shop.catalog.url)
    connection.putrequest("POST", "/total")
    connection.putheader("Content-Length", "99999999999")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


@posix
def test_sigterm_answers_what_is_in_hand_and_hangs_up_on_who_is_idle() -> None:
    with launch.shop() as own:
        idle = connect(own.catalog.url)
        idle.request("GET", "/health")
        idle.getresponse().read()
        own.faults("catalog", latency_ms=700)
        busy = connect(own.catalog.url)
        busy.request("GET", "/products")
        own.faults("catalog")  # changes nothing; answered, so the request before it has been taken
        own.catalog.process.send_signal(signal.SIGTERM)
        answer = busy.getresponse()
        assert (answer.status, len(json.load(answer))) == (200, 3)
        assert own.catalog.process.wait(30) == 0
        assert idle.sock.recv(1) == b""
        idle.close()
        busy.close()


def test_nothing_runs_after_the_end() -> None:
    with launch.shop() as own:
        processes = [running.process for running in (own.web, own.catalog, own.orders)]
        own.stop()
        assert all(process.poll() is not None for process in processes)
    assert not own.web.log.exists()


def test_a_service_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "GRACE", 0.3)
    with launch.shop() as own:
        own.faults("catalog", latency_ms=60_000)
        stuck = connect(own.catalog.url)
        stuck.request("GET", "/products")
        own.faults("catalog")
        own.stop()
        assert own.catalog.process.returncode != 0
        stuck.close()


@pytest.mark.parametrize("stuck", [False, True])
def test_the_services_end_when_their_starter_is_killed(stuck: bool) -> None:
    program = (
        "import sys; from labs.shop import launch\n"
        "with launch.shop() as s:\n"
        "    print(s.catalog.url, *[r.process.pid for r in (s.web, s.catalog, s.orders)], flush=True)\n"
        "    sys.stdin.read()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    url, *pids = starter.stdout.readline().split()
    services = [psutil.Process(int(pid)) for pid in pids]
    asking = connect(url)
    if stuck:
        ask(f"{url}/faults", {"latency_ms": 60_000})
        asking.request("GET", "/products")
        ask(f"{url}/faults", {})
    starter.kill()
    starter.communicate(timeout=10)
    _, alive = psutil.wait_procs(services, timeout=15)
    asking.close()
    assert (len(services), alive) == (3, [])


@posix
def test_interrupting_the_starter_leaves_the_shop_alone(shop: launch.Shop) -> None:
    services = (shop.web, shop.catalog, shop.orders)
    assert os.getpgrp() not in [os.getpgid(running.process.pid) for running in services]


def test_a_running_service_keeps_its_version_when_the_file_changes(copy: Path) -> None:
    with launch.shop(copy) as own:
        (copy / "VERSION").write_text("8.0.0\n")
        assert ask(f"{own.web.url}/version")[1]["version"] == "1.0.0"
    with launch.shop(copy) as own:
        assert ask(f"{own.web.url}/version")[1]["version"] == "8.0.0"


def test_a_broken_release_says_why_it_did_not_start(copy: Path) -> None:
    (copy / "shop" / "catalog.py").write_text("this is no Python")
    with pytest.raises(launch.ShopFailed, match=r"(?s)catalog did not start.*SyntaxError"), launch.shop(copy):
        pass


def test_a_release_that_is_never_ready_is_given_up(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = launch._await

    def impatient(running: launch.Running, deadline: float, reached: Callable[[launch.Running], bool]) -> None:
        """Give the services all the time to start that they need, and then half a second to be ready."""
        begin(running, time.monotonic() + 0.5 if reached is launch._is_ready else deadline, reached)

    monkeypatch.setattr(launch, "_await", impatient)
    web = copy / "shop" / "web.py"
    web.write_text(web.read_text().replace('peers.answers("orders")', 'peers.answers("nobody")'))
    with (
        pytest.raises(launch.ShopFailed, match=rf"web was not ready within {launch.READY_LIMIT:g} s"),
        launch.shop(copy),
    ):
        pass


def test_a_port_that_is_taken_is_named(copy: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "shop.catalog"],
            cwd=copy, env={"PORT": port}, capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"catalog cannot listen on port {port}: ")
    assert "Traceback" not in done.stderr


def test_many_customers_at_once_are_all_served(shop: launch.Shop) -> None:
    statuses: list[int] = []
    before = len(ask(f"{shop.orders.url}/orders")[1])

    def buy() -> None:
        statuses.extend(ask(f"{shop.web.url}/orders", {"cart": {"mug": 1}})[0] for _ in range(5))

    customers = [threading.Thread(target=buy) for _ in range(10)]
    for customer in customers:
        customer.start()
    for customer in customers:
        customer.join(30)
    kept = ask(f"{shop.orders.url}/orders")[1]
    assert statuses == [200] * 50
    assert [order["id"] for order in kept] == list(range(1, before + 51))
