"""The shell of a build goes on, whatever a command does to its streams, and nothing that a command started stays."""

from __future__ import annotations

import json

import pytest

from tests.localcloud.codebuild.bench import Bench, alive, phases, reason
from tests.localcloud.codebuild.test_limits import no_daemon


def under(shell: str, *commands: str) -> str:
    """Return a buildspec whose commands run in `shell`."""
    return json.dumps({"version": "0.2", "env": {"shell": shell}, "phases": {"build": {"commands": list(commands)}}})


@pytest.mark.parametrize("shell", ["bash", "/bin/sh"])
@pytest.mark.parametrize("streams", ["exec > out.txt", "exec > out.txt 2>&1", "exec >&- 2>&-", "exec < /dev/null"])
def test_a_command_may_turn_the_streams_of_the_shell(bench: Bench, shell: str, streams: str) -> None:
    build = bench.run(under(shell, streams, "touch here", "test -f here", "exit 7"))
    assert phases(build)["BUILD"] == "FAILED"
    assert reason(build)[1:] == (
        "COMMAND_EXECUTION_ERROR",
        "Error while executing command: exit 7. Reason: exit status 7",
    )


def test_output_goes_where_the_shell_was_told(bench: Bench) -> None:
    told = ["exec 5>&1 > out.txt", "echo into the file", "exec >&5 5>&-", "echo back", "cat out.txt"]
    build = bench.run(under("bash", *told))
    assert build["buildStatus"] == "SUCCEEDED"
    assert bench.output(build) == ["back", "into the file"]


@pytest.mark.parametrize("end", ["true", "exit 1"])
def test_an_orphan_without_our_mark_is_found_by_its_session(bench: Bench, end: str) -> None:
    build = bench.run(under("bash", "(env -i tail -f /dev/null > /dev/null & echo orphan $!)", end))
    pid = int(next(line.split()[1] for line in bench.output(build) if line.startswith("orphan ")))
    assert build["buildComplete"]
    no_daemon(pid)
    assert not alive(pid)
