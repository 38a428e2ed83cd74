"""Customers in the background: what they remember, and that nothing stops them or whoever sent them."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import aws, delivery
from tests.localcloud.support import eventually
from tests.unit.delivery.serving import Server

PROJECT = Path(__file__).resolve().parents[3]


def test_each_request_is_remembered_with_its_version(server: Server) -> None:
    with delivery.load(f"{server.url}/products", rate=200) as customers:
        eventually(lambda: len(customers.requests()) >= 20)
        server.version = "2.0.0"
        eventually(lambda: any(each.version == "2.0.0" for each in customers.requests()))
    records = customers.records()
    assert list(records.columns) == ["start", "seconds", "status", "version", "error"]
    assert set(records["version"]) == {"1.0.0", "2.0.0"}
    assert (records["status"] == 200).all() and (records["seconds"] > 0).all()
    assert records["start"].is_monotonic_increasing and str(records["start"].dt.tz) == "UTC"
    assert customers.failed().empty and server.paths == {"/products"}


def test_requests_are_due_at_a_steady_rate(server: Server) -> None:
    with delivery.load(server.url, rate=200) as customers:
        eventually(lambda: len(customers.requests()) >= 20)
    starts = [each.start for each in sorted(customers.requests(), key=lambda each: each.start)]
    pauses = [after - before for before, after in itertools.pairwise(starts)]
    assert pauses == pytest.approx([0.005] * len(pauses), abs=1e-4)


def test_nobody_waits_for_another_customers_answer(server: Server) -> None:
    server.open.clear()
    with delivery.load(server.url, rate=200) as customers:
        eventually(lambda: server.waiting >= 10)
        assert customers.requests() == []
        server.open.set()
    assert len(customers.requests()) >= 10 and customers.failed().empty


def test_connections_are_used_again_or_not_as_asked(server: Server) -> None:
    with delivery.load(server.url, rate=100) as customers:
        # Customers who come while the machine stalls find no connection that is free.
        eventually(lambda: len(customers.requests()) > server.connections, what="a connection that is used again")
    kept = server.connections
    with delivery.load(server.url, rate=100, keep_alive=False) as customers:
        eventually(lambda: len(customers.requests()) >= 30)
    assert server.connections - kept == len(customers.requests())


@pytest.mark.parametrize(("status", "hurt"), [(200, False), (404, False), (500, True), (503, True)])
def test_an_answer_of_500_and_more_hurts(server: Server, status: int, hurt: bool) -> None:
    server.status = status
    with delivery.load(server.url, rate=200) as customers:
        eventually(lambda: len(customers.requests()) >= 5)
    assert len(customers.failed()) == (len(customers.records()) if hurt else 0)
    assert set(customers.records()["status"]) == {status}


def test_a_connection_that_is_cut_is_remembered_and_not_raised(server: Server) -> None:
    server.status = 0
    with delivery.load(server.url, rate=100) as customers:
        eventually(lambda: len(customers.requests()) >= 5)
    failed = customers.failed()
    assert len(failed) == len(customers.records())
    assert set(failed["error"]) == {"connection lost"} and failed["status"].isna().all()


def test_nobody_listening_is_remembered_and_not_raised() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets this port
        with delivery.load(f"http://127.0.0.1:{taken.getsockname()[1]}", rate=100) as customers:
            eventually(lambda: len(customers.requests()) >= 5)
    assert set(customers.failed()["error"]) == {"no connection"}


def test_an_answer_that_does_not_come_is_given_up(server: Server) -> None:
    server.open.clear()
    with delivery.load(server.url, rate=50, timeout=0.1) as customers:
        eventually(lambda: len(customers.requests()) >= 3)
        server.open.set()
    assert "no answer in time" in set(customers.failed()["error"])


def test_after_stop_nobody_comes_any_more(server: Server) -> None:
    customers = delivery.load(server.url, rate=200)
    eventually(lambda: len(customers.requests()) >= 5)
    assert customers.running
    customers.stop()
    customers.stop()
    seen = server.waiting
    assert not customers.running and len(customers.requests()) == seen


def test_a_forgotten_load_ends_by_itself(server: Server) -> None:
    customers = delivery.load(server.url, rate=100, longest=0.1)
    eventually(lambda: not customers.running)
    customers.stop()
    assert len(customers.requests()) == 10


def test_a_load_that_nobody_stopped_keeps_no_process_alive() -> None:
    code = "from helpers import delivery; delivery.load('http://127.0.0.1:9', rate=50)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, timeout=60, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nothing_recorded_is_an_empty_table(server: Server) -> None:
    server.open.clear()
    customers = delivery.load(server.url, rate=1)
    assert customers.records().empty and customers.failed().empty
    server.open.set()
    customers.stop()


@pytest.mark.parametrize(
    ("url", "rate"), [("127.0.0.1:80", 1), ("ftp://x", 1), ("http://x", 0), ("http://x", -1), ("http://x", 1e6)]
)
def test_what_cannot_be_sent_is_said(url: str, rate: float) -> None:
    with pytest.raises(aws.WorkbookError, match=r"address for customers|out of range"):
        delivery.load(url, rate)
