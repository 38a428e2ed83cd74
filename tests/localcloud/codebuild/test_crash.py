"""A build whose cloud dies ends as a fault with a reason, and leaves no process behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.localcloud.codebuild.bench import Bench, alive, phases, reason, spec
from tests.localcloud.codebuild.test_limits import FOREVER, SEED, daemon_of, no_daemon
from tests.localcloud.support import TestCloud


@pytest.fixture
def own(private_cloud_factory: Callable[..., TestCloud]) -> Bench:
    """A project in a local cloud that may be killed."""
    return Bench(private_cloud_factory())


def again(bench: Bench) -> Bench:
    """Return the bench with clients of the cloud that was started anew."""
    bench.cloud.restart()
    bench.client = bench.cloud.client("codebuild")
    return bench


def end_by(bench: Bench, how: str) -> None:
    bench.cloud.kill() if how == "kill" else bench.cloud.stop()


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_build_in_the_midst_of_a_command_ends_as_a_fault(own: Bench, how: str) -> None:
    id_ = own.start(spec(build=["echo pid $$", SEED, "echo ready", FOREVER]))
    own.wait_for_line(id_, "ready")
    output = own.output(own.get(id_))
    shell, daemon = int(output[0].split()[1]), daemon_of(own, own.get(id_))
    assert alive(shell)
    end_by(own, how)
    build = again(own).finished(id_)
    assert build["buildStatus"] == "FAULT"
    assert phases(build)["BUILD"] == "FAULT"
    assert "was stopped while this build ran" in reason(build, "FAULT")[2]
    assert build["currentPhase"] == "COMPLETED"
    no_daemon(shell)
    no_daemon(daemon)
    assert not list((own.cloud.home / "codebuild").rglob(id_.partition(":")[2])), "its folder is still there"
    assert own.run(spec(build="echo on"))["buildStatus"] == "SUCCEEDED"


def test_builds_at_any_moment_of_their_life_end_after_a_kill(own: Bench) -> None:
    """Whatever had begun is a fault, whatever had not is built, whatever was over stays as it was."""
    before = own.run()
    ids = [own.start(spec(build="true")) for _ in range(12)]
    own.cloud.kill()
    again(own)
    statuses = [own.finished(id_)["buildStatus"] for id_ in ids]
    assert set(statuses) <= {"SUCCEEDED", "FAULT"}
    for id_, status in zip(ids, statuses, strict=True):
        if status == "FAULT":
            assert "was stopped while this build ran" in reason(own.get(id_), "FAULT")[2]
    assert own.get(before["id"]) == before
    assert own.client.list_builds(sortOrder="ASCENDING")["ids"] == [before["id"], *ids]
    assert own.get(ids[-1])["buildNumber"] == 13


def test_a_stop_that_the_crash_overtook_still_counts(own: Bench) -> None:
    id_ = own.start(spec(build=["echo ready", FOREVER]))
    own.wait_for_line(id_, "ready")
    own.client.stop_build(id=id_)
    own.cloud.kill()
    assert again(own).finished(id_)["buildStatus"] == "STOPPED"
