"""What lesson 7 plants is as it says, and its pictures and numbers say what was seen."""

from __future__ import annotations

import importlib
import json
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from helpers import aws, delivery, show
from labs.blue_green_canary import comparison, hooks, keeping, race, releases, seen
from labs.shop import launch


def _request(start: float, version: str = "1.0.0", status: int | None = 200) -> delivery.Request:
    return delivery.Request(start, 0.01, status, version)


def _seen(*requests: delivery.Request, alarmed: float | None = None) -> seen.Seen:
    return seen.Seen("canary", "ROLLBACK_SUCCESSFUL", 0.0, 9.0, (), requests, alarmed)


@pytest.fixture
def sixty_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "time_scale", lambda: 60.0)


@pytest.mark.usefixtures("sixty_times")
def test_times_count_from_the_first_hurt_customer_in_minutes_of_aws() -> None:
    found = _seen(_request(1.0), _request(2.0, status=500), _request(3.5, status=None), _request(5.0), alarmed=3.0)
    assert (found.hurt, found.first_hurt, found.detected, found.recovered) == (2, 2.0, 1.0, 1.5)
    assert found.last_version == "1.0.0"


def test_answers_count_by_their_version_whether_or_not_they_hurt() -> None:
    found = _seen(_request(1.0), _request(2.0, "2.0.0", 500), _request(3.0, "2.0.0"), _request(4.0, "", None))
    assert (found.met("1.0.0"), found.met("2.0.0"), found.met("3.0.0")) == (1, 2, 0)


@pytest.mark.usefixtures("sixty_times")
def test_where_nobody_is_hurt_there_is_nothing_to_detect() -> None:
    found = _seen(_request(1.0), alarmed=3.0)
    assert (found.hurt, found.detected, found.recovered) == (0, None, None)


@pytest.mark.usefixtures("sixty_times")
def test_the_shares_of_a_shift_are_told_minute_by_minute_from_its_start_on() -> None:
    stages = [show.Stage("Install", 1.0, 2.5), show.Stage("AllowTraffic", 2.5, 4.4, "Succeeded")]
    answers = [_request(2.5 + each / 10, "2.0.0" if each % 10 < 4 * (each // 10) else "1.0.0") for each in range(25)]
    found = seen.Seen("linear", "Succeeded", 0.0, 9.0, stages, [_request(1.0, "2.0.0"), *answers])
    assert found.minutes("2.0.0", "AllowTraffic") == [0, 40, 100]
    assert found.minutes("1.0.0", "Install") == [0, 100, 60]


@pytest.mark.usefixtures("sixty_times")
def test_a_picture_of_a_release_tells_minutes_of_aws_and_shares_of_enough_requests() -> None:
    answers = [_request(each / 20, status=500 if each % 2 else 200) for each in range(201)]
    told = _seen(*answers).picture().text
    assert "(10.0 s, 10 min of AWS's, 201 requests)" in told
    assert "|" + "▄" * 40 + "|" in told  # a half in each of twenty slices


@pytest.mark.usefixtures("sixty_times")
def test_the_comparison_tells_each_way_in_words_and_shows_each_share() -> None:
    hurt = _seen(*[_request(second / 10, status=500 if second < 20 else 200) for second in range(40)], alarmed=1.0)
    fine = seen.Seen("blue/green", "SUCCESSFUL", 0.0, 9.0, (), (_request(1.0),))
    drawn = race.picture([hurt, fine])
    lines = drawn.text.splitlines()
    assert "canary" in lines[1] and "20 requests hurt (50 %)" in lines[1] and "alarm after 1.0 min" in lines[1]
    assert "█" in lines[1] and "█" not in lines[2]
    assert "0 requests hurt" in lines[2] and "alarm never" in lines[2] and "last one hurt never" in lines[2]
    assert drawn.html.count("<rect") > 10 and "NaN" not in drawn.html
    assert "✘ 20<" in drawn.html and "✘ 0<" in drawn.html and ">1.0 min<" in drawn.html and ">never<" in drawn.html


def test_a_comparison_of_nothing_is_still_a_picture() -> None:
    assert comparison.picture([], "Nothing").text.startswith("Nothing")


@pytest.mark.parametrize(("minutes", "hours"), [(60, 2.0), (45, 1.5), (0, 0.0), (2880, 96.0)])
def test_two_tasks_make_two_task_hours_an_hour(minutes: int, hours: float) -> None:
    assert keeping.hours(minutes) == hours


def _release(version: str, folder: Path) -> Path:
    for path, content in {**launch.source(), **releases.changes(version)}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def test_the_free_release_is_healthy_and_sells_for_nothing(tmp_path: Path) -> None:
    with launch.shop(_release(releases.FREE, tmp_path)) as shop:
        assert delivery.status(f"{shop.catalog.url}/ready") == 200
        status, products = delivery.Visitor(shop.catalog.url).ask("/products")
        assert status == 200 and {product["price"] for product in products} == {0}


@pytest.fixture
def rehearsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what makes the hook's module of its zip, with a question."""

    def make(question: str) -> Any:
        with zipfile.ZipFile(BytesIO(hooks._packed(question))) as packed:
            packed.extractall(tmp_path)
        monkeypatch.syspath_prepend(str(tmp_path))
        for name in ("handler", "question"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        return importlib.import_module("handler")

    yield make
    for name in ("handler", "question"):
        sys.modules.pop(name, None)


def test_the_hook_answers_ecs_and_reports_to_codedeploy(rehearsing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[dict[str, str]] = []
    client = SimpleNamespace(put_lifecycle_event_hook_execution_status=lambda **given: reports.append(given))
    monkeypatch.setitem(sys.modules, "boto3", SimpleNamespace(client=lambda service: client))
    monkeypatch.setenv("TEST_URL", "http://127.0.0.1:1")
    handler = rehearsing("\ndef is_good(ask):\n    return ask('/products')[0] == 0\n").handler
    assert handler({"hookDetails": {"url": "http://127.0.0.1:1"}}, None) == {"hookStatus": "SUCCEEDED"}
    assert reports == []
    handler({"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}, None)
    assert reports == [{"deploymentId": "d-1", "lifecycleEventHookExecutionId": "e-1", "status": "Succeeded"}]


def test_a_question_that_breaks_down_refuses_and_says_why(rehearsing: Any, capsys: pytest.CaptureFixture[str]) -> None:
    handler = rehearsing("\ndef is_good(ask):\n    return all(each['price'] for each in ask('/products')[1])\n").handler
    assert handler({"hookDetails": {"url": "http://127.0.0.1:1"}}, None) == {"hookStatus": "FAILED"}
    assert "'NoneType' object is not iterable" in capsys.readouterr().err


def test_the_first_question_passes_a_release_that_gives_all_away(
    rehearsing: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = rehearsing(hooks.FIRST_QUESTION).handler
    with launch.shop(_release(releases.FREE, tmp_path / "shop")) as shop:
        monkeypatch.setenv("TEST_URL", shop.catalog.url)
        assert handler({}, None) == {"hookStatus": "SUCCEEDED"}
    assert handler({}, None) == {"hookStatus": "FAILED"}


def test_a_package_depends_on_its_question_alone() -> None:
    assert hooks._packed("a") == hooks._packed("a") != hooks._packed("b")


@pytest.mark.parametrize(("question", "told"), [("def is_good(:", "no Python"), ("x = 1", "no function is_good")])
def test_a_question_that_is_none_is_refused(question: str, told: str) -> None:
    with pytest.raises(aws.WorkbookError, match=told):
        hooks._checked(question)


@pytest.mark.parametrize("way", race.WAYS)
def test_each_way_has_the_same_guard(way: str) -> None:
    chosen = race.configuration(way, "errors")
    assert chosen["alarms"] == {"alarmNames": ["errors"], "enable": True, "rollback": True}
    # How long a rolling deployment is watched cannot be set: ECS computes it from the alarm.
    assert chosen.get("bakeTimeInMinutes") == (None if chosen["strategy"] == "ROLLING" else race.BAKE)
    json.dumps(chosen)
