"""Nothing that the local cloud has started outlives it: neither `workbook down`, nor a crash and `workbook down`."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

import psutil
import pytest

from tests.localcloud.codedeploy.functions import make_function
from tests.localcloud.ecs.bench import Bench
from tests.localcloud.ecs.test_balanced import Front
from tests.localcloud.ecs.test_services import create, steady
from tests.localcloud.support import TestCloud

SAYS = "def handler(event, context):\n    return 1\n"


@pytest.fixture
def busy_cloud(private_cloud: TestCloud) -> TestCloud:
    """A local cloud with tasks behind a load balancer, and a function that has been called."""
    bench = Bench(private_cloud)
    front = Front(bench)
    create(bench, bench.push("1", VERSION="1"), loadBalancers=[front.wiring(shifting=False)])
    steady(bench)
    make_function(bench, "shop", SAYS)
    private_cloud.client("lambda").invoke(FunctionName="shop")
    return private_cloud


def family(cloud: TestCloud) -> list[psutil.Process]:
    """The process of the local cloud, all that it names as its own by its folder, and everything below these."""
    heads = [process for process in psutil.process_iter() if _is_of(process, cloud)]
    below = [child for head in heads for child in _below(head)]
    return list({process.pid: process for process in [*heads, *below]}.values())


def _is_of(process: psutil.Process, cloud: TestCloud) -> bool:
    try:
        return any(str(cloud.home) in word for word in process.cmdline())
    except psutil.Error:
        return False


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def down(cloud: TestCloud) -> None:
    """`workbook down`, as a learner says it."""
    settings = {**os.environ, "WORKBOOK_HOME": str(cloud.home)}
    subprocess.run([sys.executable, "-m", "helpers.cli", "down"], env=settings, check=True, timeout=60)


def words(processes: list[psutil.Process]) -> str:
    """What is left of their command lines: a health check, say, ends while it is looked at."""
    lines = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            lines.append(" ".join(process.cmdline()))
    return "\n".join(lines)


@pytest.mark.parametrize("killed", [False, True], ids=["running", "killed"])
def test_nothing_is_left(busy_cloud: TestCloud, killed: bool) -> None:
    before = family(busy_cloud)
    said = words(before)
    assert "envoy" in said and "main.py" in said and "guardian" in said and "_worker.py" in said, said
    if killed:
        busy_cloud.kill()
    down(busy_cloud)
    _, left = psutil.wait_procs(before, timeout=20)
    assert not left, words(left)
    assert not family(busy_cloud), words(family(busy_cloud))
