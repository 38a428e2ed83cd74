"""What a build left behind when its cloud was killed is found again by the session of its shell."""

from __future__ import annotations

from collections.abc import Callable

from tests.localcloud.codebuild.bench import Bench, alive, reason, spec
from tests.localcloud.codebuild.test_limits import FOREVER, no_daemon
from tests.localcloud.support import TestCloud


def test_an_orphan_without_our_mark_does_not_outlive_the_next_start(
    private_cloud_factory: Callable[..., TestCloud],
) -> None:
    bench = Bench(private_cloud_factory())
    id_ = bench.start(spec(build=["(env -i tail -f /dev/null > /dev/null & echo orphan $!)", "echo ready", FOREVER]))
    bench.wait_for_line(id_, "ready")
    output = bench.output(bench.get(id_))
    pid = int(next(line.split()[1] for line in output if line.startswith("orphan ")))
    bench.cloud.kill()
    assert alive(pid), "the kill of the cloud has ended it already: this test proves nothing"
    bench.cloud.restart()
    bench.client = bench.cloud.client("codebuild")
    build = bench.finished(id_)
    assert build["buildStatus"] == "FAULT"
    assert "was stopped while this build ran" in reason(build, "FAULT")[2]
    no_daemon(pid)
