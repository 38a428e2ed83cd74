"""In-place deployments to hosts of this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.localcloud.codedeploy.bench import Bench
from tests.localcloud.codedeploy.hosts import EVENTS, Fleet
from tests.localcloud.support import TestCloud, eventually

ROLLBACK = {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"]}


@pytest.fixture
def bench(emptied_cloud: TestCloud) -> Bench:
    return Bench(emptied_cloud, "Server")


def test_files_are_copied_and_scripts_run_in_order(bench: Bench, tmp_path: Path) -> None:
    fleet = Fleet(bench, tmp_path, 1)
    fleet.group("AllAtOnce")
    deployment = bench.deploy(fleet.bundle("one"))
    assert bench.ended(deployment) == "Succeeded", bench.info(deployment)
    assert fleet.page() == "one"
    assert fleet.logged() == [f"{event} {deployment} shop live one" for event in EVENTS[1:]]
    assert list(bench.events(deployment)) == [
        "ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall", "ApplicationStart",
        "ValidateService",
    ]  # fmt: skip
    assert bench.events(deployment)["ApplicationStop"] == "Skipped"


def test_application_stop_is_the_previous_revisions_and_its_files_go(bench: Bench, tmp_path: Path) -> None:
    fleet = Fleet(bench, tmp_path, 1)
    fleet.group("AllAtOnce")
    bench.ended(bench.deploy(fleet.bundle("one", {"index.html": "one", "old/gone.txt": "x"})))
    (fleet.root() / "srv" / "shop" / "mine.txt").write_text("kept")
    deployment = bench.deploy(fleet.bundle("two"))
    assert bench.ended(deployment) == "Succeeded", bench.target(deployment)
    assert fleet.logged()[4] == f"ApplicationStop {deployment} shop live one"
    assert fleet.page() == "two"
    shop = fleet.root() / "srv" / "shop"
    assert sorted(path.name for path in shop.iterdir()) == ["index.html", "mine.txt"]


def test_a_file_of_somebody_else_is_not_overwritten_unless_told(bench: Bench, tmp_path: Path) -> None:
    fleet = Fleet(bench, tmp_path, 1)
    fleet.group("AllAtOnce")
    page = fleet.root() / "srv" / "shop" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("mine")
    revision = fleet.bundle("one")
    refused = bench.deploy(revision)
    assert bench.ended(refused) == "Failed"
    assert "already exists" in bench.info(refused)["errorInformation"]["message"]
    assert bench.ended(bench.deploy(revision, fileExistsBehavior="RETAIN")) == "Succeeded"
    assert fleet.page() == "mine"
    assert bench.ended(bench.deploy(revision, fileExistsBehavior="OVERWRITE")) == "Succeeded"
    assert fleet.page() == "one"


def test_a_script_that_fails_stops_the_fleet_and_the_last_good_revision_comes_back(
    bench: Bench, tmp_path: Path
) -> None:
    fleet = Fleet(bench, tmp_path, 3)
    fleet.group("OneAtATime", autoRollbackConfiguration=ROLLBACK)
    assert bench.ended(bench.deploy(fleet.bundle("one"))) == "Succeeded"
    deployment = bench.deploy(fleet.bundle("two", ValidateService="echo it is broken\nexit 7\n"))
    rollback = bench.rolled_back(deployment)
    info = bench.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HEALTH_CONSTRAINTS")
    assert (info["deploymentOverview"]["Failed"], info["deploymentOverview"]["Skipped"]) == (1, 2)
    failed = bench.target(deployment)["lifecycleEvents"][-1]["diagnostics"]
    assert (failed["errorCode"], failed["scriptName"]) == ("ScriptFailed", "scripts/ValidateService.sh")
    assert "exit code 7" in failed["message"]
    assert "it is broken" in failed["logTail"]
    assert rollback["status"] == "Succeeded", rollback
    assert rollback["revision"]["s3Location"]["key"] == "one.zip"
    assert [fleet.page(name) for name in fleet.names] == ["one"] * 3


# Goes on when there is another host for each that has come so far.
MEET = """touch $INSTANCE_ROOT/here
until [ $(($(ls -d $INSTANCE_ROOT/../*/here | wc -l) % 2)) = 0 ]; do sleep 0.05; done
"""


def test_half_at_a_time_takes_two_batches(bench: Bench, tmp_path: Path) -> None:
    fleet = Fleet(bench, tmp_path, 4)
    fleet.group("HalfAtATime")
    deployment = bench.deploy(fleet.bundle("one", BeforeInstall=MEET))
    assert bench.ended(deployment) == "Succeeded"
    spans = []
    for number in range(4):
        events = [event for event in bench.target(deployment, number)["lifecycleEvents"] if "startTime" in event]
        spans.append((events[0]["startTime"], events[-1]["endTime"]))
    overlapping = [sum(a < end and start < b for a, b in spans) for start, end in spans]
    assert overlapping == [2, 2, 2, 2]


def test_a_script_that_hangs_is_ended_and_so_is_what_it_started(
    private_cloud_factory: Callable[..., TestCloud], tmp_path: Path
) -> None:
    bench = Bench(private_cloud_factory(time_scale=720.0), "Server")
    fleet = Fleet(bench, tmp_path, 1)
    fleet.group("AllAtOnce")
    deployment = bench.deploy(fleet.bundle("one", BeforeInstall="sleep 987 &\necho $! > $INSTANCE_ROOT/pid\nwait\n"))
    assert bench.ended(deployment) == "Failed"
    event = bench.target(deployment)["lifecycleEvents"][2]
    assert event["diagnostics"]["errorCode"] == "ScriptTimedOut"
    assert "3600 seconds" in event["diagnostics"]["message"]
    pid = int((fleet.root() / "pid").read_text())
    eventually(lambda: not psutil.pid_exists(pid), what="the end of the script's child")


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"readme.txt": "nothing"}, "did not find an AppSpec"),
        (
            {"appspec.yml": "version: 0.0\nos: linux\nhooks:\n  Befor:\n    - location: x\n"},
            "line 4: Befor is no event",
        ),
        ({"appspec.yml": "version: 0.0\nos: [linux\n"}, "line 3, column 1"),
        ({"appspec.yml": "version: 0.0\nos: linux\nfiles:\n  - source: gone\n    destination: /a\n"}, "gone"),
        ({"appspec.yml": "version: 0.0\nos: linux\nfiles:\n  - source: /\n    destination: /../../a\n"}, "outside"),
    ],
)
def test_a_bundle_that_cannot_be_used_is_said(bench: Bench, tmp_path: Path, files: dict[str, str], word: str) -> None:
    fleet = Fleet(bench, tmp_path, 1)
    fleet.group("AllAtOnce")
    deployment = bench.deploy(fleet.put("bad.zip", files))
    assert bench.ended(deployment) == "Failed"
    assert word in bench.info(deployment)["errorInformation"]["message"]


def test_a_bundle_that_is_not_there_is_said(bench: Bench, tmp_path: Path) -> None:
    fleet = Fleet(bench, tmp_path, 1)
    fleet.group("AllAtOnce")
    place = {"bucket": fleet.bucket, "key": "gone.zip", "bundleType": "zip"}
    deployment = bench.deploy({"revisionType": "S3", "s3Location": place})
    assert bench.ended(deployment) == "Failed"
    assert "gone.zip" in bench.info(deployment)["errorInformation"]["message"]
    assert bench.events(deployment)["DownloadBundle"] == "Failed"


def test_a_group_without_hosts_fails(bench: Bench, tmp_path: Path) -> None:
    fleet = Fleet(bench, tmp_path, 0)
    fleet.group("AllAtOnce")
    deployment = bench.deploy(fleet.bundle("one"))
    assert bench.ended(deployment) == "Failed"
    assert bench.info(deployment)["errorInformation"]["code"] == "NO_INSTANCES"


def test_a_stop_ends_the_script_that_runs(bench: Bench, tmp_path: Path) -> None:
    fleet = Fleet(bench, tmp_path, 2)
    fleet.group("OneAtATime")
    deployment = bench.deploy(fleet.bundle("one", BeforeInstall="touch $INSTANCE_ROOT/on\nsleep 300\n"))
    eventually(lambda: any((fleet.root(name) / "on").exists() for name in fleet.names), what="the script")
    bench.api.stop_deployment(deploymentId=deployment)
    assert bench.ended(deployment) == "Stopped"
    overview = bench.info(deployment)["deploymentOverview"]
    assert (overview["Failed"], overview["Skipped"]) == (1, 1)


def test_a_crash_fails_the_host_in_hand_and_the_fleet_rolls_back(private_cloud: TestCloud, tmp_path: Path) -> None:
    bench = Bench(private_cloud, "Server")
    fleet = Fleet(bench, tmp_path, 2)
    fleet.group("OneAtATime", autoRollbackConfiguration=ROLLBACK)
    assert bench.ended(bench.deploy(fleet.bundle("one"))) == "Succeeded"
    deployment = bench.deploy(fleet.bundle("two", AfterInstall="echo $$ > $INSTANCE_ROOT/on\nexec sleep 600\n"))
    pid = int(eventually(lambda: _read(fleet.root() / "on"), what="the script"))
    private_cloud.kill()
    private_cloud.restart()
    rollback = bench.rolled_back(deployment)
    assert "agent restart" in bench.info(deployment)["errorInformation"]["message"]
    assert rollback["status"] == "Succeeded", rollback
    assert [fleet.page(name) for name in fleet.names] == ["one", "one"]
    eventually(lambda: not psutil.pid_exists(pid), what="the end of the script")


def test_what_a_script_leaves_running_ends_with_the_local_cloud(private_cloud: TestCloud, tmp_path: Path) -> None:
    bench = Bench(private_cloud, "Server")
    fleet = Fleet(bench, tmp_path, 1)
    fleet.group("AllAtOnce")
    start = "nohup sleep 900 > /dev/null 2>&1 &\necho $! > $INSTANCE_ROOT/pid\n"
    assert bench.ended(bench.deploy(fleet.bundle("one", ApplicationStart=start))) == "Succeeded"
    process = psutil.Process(int((fleet.root() / "pid").read_text()))
    assert process.is_running()
    private_cloud.stop()
    eventually(lambda: not process.is_running(), what="the end of the application")


def _read(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""
