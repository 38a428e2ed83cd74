"""Durable jobs: one at a time for an address, ended on request, resumed after a stop or a crash."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from helpers.localcloud.scope import Scope
from helpers.localcloud.store import Store
from helpers.localcloud.workers import Job, JobRecord, Workers

HERE = Scope("111111111111", "eu-west-1")
LIMIT = 10.0


def test_a_job_that_ended_is_not_resumed(tmp_path: Path) -> None:
    store, done = Store(tmp_path / "s"), threading.Event()
    workers = Workers(store)
    workers.register("k", lambda job: done.set())
    workers.start("k", HERE, "a")
    assert done.wait(LIMIT)
    records = store.collection("workers.job", JobRecord)
    turn, limit = threading.Event(), time.monotonic() + LIMIT
    while records.everywhere() and time.monotonic() < limit:
        turn.wait(0.01)
    workers.close()
    runs: list[Job] = []
    later = Workers(store)
    later.register("k", runs.append)
    later.resume()
    later.close()
    assert runs == []


def test_a_job_interrupted_by_closing_resumes_and_knows_it(tmp_path: Path) -> None:
    store, begun = Store(tmp_path / "s"), threading.Event()

    def until_stopped(job: Job) -> None:
        begun.set()
        job.stop.wait(LIMIT)

    workers = Workers(store)
    workers.register("k", until_stopped)
    workers.start("k", HERE, "a")
    assert begun.wait(LIMIT)
    workers.close()
    resumed, seen = threading.Event(), []
    later = Workers(store)
    later.register("k", lambda job: (seen.append((job.key, job.resumed)), resumed.set()))
    later.resume()
    assert resumed.wait(LIMIT)
    assert seen == [("a", True)]


def test_a_start_while_running_runs_once_more_never_side_by_side(tmp_path: Path) -> None:
    workers = Workers(Store(tmp_path / "s"))
    go, twice = threading.Event(), threading.Event()
    running, most, runs = 0, 0, 0
    lock = threading.Lock()

    def handler(job: Job) -> None:
        nonlocal running, most, runs
        with lock:
            running, runs = running + 1, runs + 1
            most = max(most, running)
        go.wait(LIMIT)
        with lock:
            running -= 1
            if runs == 2:
                twice.set()

    workers.register("k", handler)
    for _ in range(5):
        workers.start("k", HERE, "a")
    go.set()
    assert twice.wait(LIMIT)
    workers.close()
    assert (most, runs) == (1, 2)


def test_resetting_an_account_ends_its_jobs_only(tmp_path: Path) -> None:
    workers = Workers(Store(tmp_path / "s"))
    other = Scope("222222222222", "eu-west-1")
    begun = {HERE: threading.Event(), other: threading.Event()}
    ended: list[Scope] = []

    def handler(job: Job) -> None:
        begun[job.scope].set()
        job.stop.wait(LIMIT)
        ended.append(job.scope)

    workers.register("k", handler)
    for scope in begun:
        workers.start("k", scope, "a")
        assert begun[scope].wait(LIMIT)
    workers.reset(HERE.account)
    assert ended == [HERE]
    workers.close()


def test_a_handler_that_raises_does_not_stop_the_next_job(tmp_path: Path) -> None:
    workers = Workers(Store(tmp_path / "s"))
    done = threading.Event()

    def handler(job: Job) -> None:
        if job.key == "bad":
            raise RuntimeError("on purpose")
        done.set()

    workers.register("k", handler)
    workers.start("k", HERE, "bad")
    workers.start("k", HERE, "good")
    assert done.wait(LIMIT)
    workers.close()
