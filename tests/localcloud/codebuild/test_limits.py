"""A build ends when it is stopped, when its time is over, and takes with it everything that it started."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codebuild.bench import Bench, alive, commands, phases, reason, spec
from tests.localcloud.support import eventually

# A daemon as hard to end as they come: a session of its own, no parent, deaf to SIGTERM, and one with no environment.
DAEMONS = """
import os, signal, sys, time
def daemon(environment, how):
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if how == "orphan" and os.fork():
            os._exit(0)
        os.chdir("/")
        os.set_inheritable(writing, True)
        code = (
            "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "signal.signal(signal.SIGHUP, signal.SIG_IGN); print('daemon', os.getpid(), flush=True);"
            f"os.close({writing}); time.sleep(600)"
        )
        os.execve(sys.executable, [sys.executable, "-c", code], environment)
    os.close(writing)
    os.read(reading, 1)
daemon(dict(os.environ), "orphan")
"""
SEED = f"cat > d.py <<'EOF'\n{DAEMONS}EOF\npython3 d.py"
FOREVER = "trap '' TERM; tail -f /dev/null"


def daemon_of(bench: Bench, build: dict[str, Any]) -> int:
    return next(int(line.split()[1]) for line in bench.output(build) if line.startswith("daemon "))


def no_daemon(pid: int) -> None:
    eventually(lambda: not alive(pid), what=f"the end of the daemon {pid}")


def test_a_stopped_build_takes_its_daemons_with_it(bench: Bench) -> None:
    id_ = bench.start(spec(build=[SEED, "echo ready", FOREVER], post_build="echo never"))
    bench.wait_for_line(id_, "ready")
    assert alive(daemon_of(bench, bench.get(id_)))
    assert bench.client.stop_build(id=id_)["build"]["id"] == id_
    build = bench.finished(id_)
    assert build["buildStatus"] == "STOPPED"
    assert phases(build)["BUILD"] == "STOPPED"
    assert reason(build, "STOPPED")[2] == "Build was stopped."
    assert not {"POST_BUILD", "UPLOAD_ARTIFACTS"} & set(commands(build))
    assert "never" not in bench.output(build)
    no_daemon(daemon_of(bench, build))


def test_a_build_whose_time_is_over_takes_its_children_with_it(bench: Bench) -> None:
    # Ten minutes of AWS are ten seconds of ours: a busy machine comes to the commands in them.
    deaf = "sh -c 'trap \"\" TERM HUP; echo daemon $$; exec tail -f /dev/null' &"
    build = bench.run(spec(build=[deaf, FOREVER]), timeoutInMinutesOverride=10)
    assert build["buildStatus"] == "TIMED_OUT"
    assert phases(build)["BUILD"] == "TIMED_OUT"
    assert "POST_BUILD" not in phases(build)
    assert build["timeoutInMinutes"] == 10
    no_daemon(daemon_of(bench, build))


@pytest.mark.parametrize("end", ["true", "exit 1"])
def test_the_end_of_a_build_takes_its_daemons_with_it(bench: Bench, end: str) -> None:
    build = bench.run(spec(build=[SEED, "tail -f /dev/null &", end]))
    assert build["buildStatus"] == ("SUCCEEDED" if end == "true" else "FAILED")
    no_daemon(daemon_of(bench, build))


def test_a_child_without_our_mark_ends_with_its_parent(bench: Bench) -> None:
    endless = "while :; do tail -f /dev/null; done"
    id_ = bench.start(spec(build=f"env -i bash -c 'trap \"\" TERM; echo child $$; {endless}'"))
    eventually(lambda: any(line.startswith("child ") for line in lines(bench, id_)), what="the child")
    pid = next(int(line.split()[1]) for line in lines(bench, id_) if line.startswith("child "))
    bench.client.stop_build(id=id_)
    assert bench.finished(id_)["buildStatus"] == "STOPPED"
    no_daemon(pid)


def lines(bench: Bench, id_: str) -> list[str]:
    try:
        return bench.output(bench.get(id_))
    except ClientError:
        return []


def wait_for_beginning(bench: Bench, id_: str) -> None:
    eventually(lambda: bench.get(id_)["currentPhase"] != "SUBMITTED", what=f"the beginning of {id_}")


def test_a_stop_at_any_moment_ends_the_build(bench: Bench) -> None:
    """No moment of a build's start is too early for a stop: neither before its worker nor before its shell."""
    ids = [bench.start(spec(build=FOREVER)) for _ in range(6)]
    for number, id_ in enumerate(ids):
        if number % 2:
            wait_for_beginning(bench, id_)
        bench.client.stop_build(id=id_)
    assert [bench.finished(id_)["buildStatus"] for id_ in ids] == ["STOPPED"] * 6


def test_a_build_that_is_over_cannot_be_stopped_any_more(bench: Bench) -> None:
    build = bench.run()
    bench.client.stop_build(id=build["id"])
    assert bench.get(build["id"])["buildStatus"] == "SUCCEEDED"


def test_a_build_that_is_not_there_cannot_be_stopped(bench: Bench) -> None:
    with pytest.raises(ClientError) as caught:
        bench.client.stop_build(id=f"{bench.name}:none")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_ten_builds_at_once(bench: Bench) -> None:
    """All ten are alive together: each waits until the tenth has come."""
    meet = [
        "d=$HOME/../../meet; mkdir -p $d; touch $d/$CODEBUILD_BUILD_NUMBER",
        "until [ $(ls $d | wc -l) = 10 ]; do sleep 0.1; done",
    ]
    started: list[str] = []
    threads = [
        threading.Thread(target=lambda: started.append(bench.start(spec(build=meet), timeoutInMinutesOverride=60)))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    builds = [bench.finished(id_) for id_ in started]
    assert [build["buildStatus"] for build in builds] == ["SUCCEEDED"] * 10
    assert sorted(build["buildNumber"] for build in builds) == list(range(1, 11))
