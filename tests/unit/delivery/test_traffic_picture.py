"""The picture of traffic by version: what it says in words, and that colour is never alone."""

from __future__ import annotations

import re
import time
from typing import Any, cast
from xml.etree import ElementTree

import pytest

from helpers import aws, show
from helpers.delivery import Count, Load, Request, Rollout, Service, roll

SHIFT = [show.Visit(100 + each / 20, "1.0.0" if each < 120 else "2.0.0", False) for each in range(240)]


def _svg(picture: show.Picture) -> str:
    return picture.html[picture.html.index("<svg") : picture.html.index("</svg>") + 6]


def test_it_says_who_answered_and_that_nothing_failed() -> None:
    told = show.traffic(SHIFT, "Rolling").text.splitlines()
    assert told[0] == "Rolling (12.0 s, 240 requests)"
    assert re.fullmatch(r"  2\.0\.0  \| {24}█{24}\|  120", told[1])
    assert re.fullmatch(r"  1\.0\.0  \|█{24} {24}\|  120", told[2])
    assert told[3].strip() == "nothing failed"


def test_what_failed_counts_as_that_and_not_as_its_version() -> None:
    visits = [show.Visit(each, "1.0.0", each % 4 == 0) for each in range(16)]
    shown = show.traffic(visits, "t")
    assert re.search(r"failed +\|.*\|  4\n", shown.text) and re.search(r"1\.0\.0 +\|.*\|  12$", shown.text)
    assert "✘ failed: 4" in shown.html and "nothing failed" not in shown.text


def test_stages_stand_below_where_they_were() -> None:
    stages = [show.Stage("bake", 105.98, None), show.Stage("deploy", 100, 105.98, "SUCCEEDED")]
    told = show.traffic(SHIFT, "t", stages=stages).text
    assert re.search(r"bake +\| {24}={24}\|  ▶ IN_PROGRESS", told)
    assert re.search(r"deploy +\|={24} {24}\|  ✔ SUCCEEDED", told)


def test_versions_differ_by_more_than_colour() -> None:
    html = show.traffic([show.Visit(each, f"{each}.0.0", False) for each in range(4)], "t").html
    fills = set(re.findall(r'<rect[^>]*fill="url\(#(wb-version-\d)\)"', html))
    assert len(fills) == 3  # the first is plain
    assert all(f">{each}.0.0: 1</text>" in html for each in range(4))


@pytest.mark.parametrize("visits", [[], SHIFT[:1], SHIFT], ids=["nobody", "one", "many"])
def test_it_is_well_formed_and_has_its_text_as_its_name(visits: list[show.Visit]) -> None:
    shown = show.traffic(visits, "A <b> & c", stages=[show.Stage("<i>", 100, None)])
    drawn = ElementTree.fromstring(_svg(shown))
    assert drawn.get("role") == "img" and (drawn.get("aria-label") or "").startswith("A <b> & c")
    assert "<b>" not in shown.html and "<i>" not in shown.html


def test_it_is_drawn_in_the_pages_own_colours() -> None:
    shown = show.traffic(SHIFT, "t", stages=[show.Stage("deploy", 101, 104)]).html
    assert not re.search(r'fill="(#000|#fff|black|white)"', shown.split("<defs>")[0] + shown.split("</defs>")[1])


def _steps(picture: show.Picture) -> list[list[float]]:
    """For each band, the width of each of its steps."""
    bands = re.findall(r'<path d="([^"]*)" fill="#[0-9a-f]{6}" shape', picture.html)
    edges = [re.findall(r"M([\d.]+) [\d.]+ V[\d.]+ H([\d.]+)", band) for band in bands]
    return [[float(right) - float(left) for left, right in band] for band in edges]


def _written(picture: show.Picture, name: str) -> str:
    found = re.search(rf"  {re.escape(name)} +\|([^|]*)\|", picture.text)
    assert found is not None
    return found[1]


def test_a_share_is_of_those_who_came_then() -> None:
    rare = [show.Visit(0, "1.0.0", False), show.Visit(47.9, "2.0.0", False), show.Visit(48, "2.0.0", False)]
    assert _written(show.traffic(rare, "t"), "2.0.0") == " " * 18 + "█" * 6


@pytest.mark.parametrize(("visits", "slices"), [(1, 4), (10, 4), (27, 6), (100, 25), (5000, 48)])
def test_a_slice_has_some_requests_to_take_a_share_of(visits: int, slices: int) -> None:
    shown = show.traffic([show.Visit(each, "1.0.0", False) for each in range(visits)], "t")
    assert len(_steps(shown)[0]) == slices


@pytest.mark.parametrize(("slices", "drawn"), [(14, 14), (1, 1), (0, 1), (120, 120)])
def test_the_time_is_cut_into_so_many_slices_as_wanted(slices: int, drawn: int) -> None:
    shown = show.traffic([show.Visit(each / 10, "1.0.0", False) for each in range(1400)], "t", slices=slices)
    assert len(_steps(shown)[0]) == drawn
    assert max(_steps(shown)[0]) - min(_steps(shown)[0]) < 0.11


def test_a_step_is_told_apart_in_the_text_of_few_requests() -> None:
    stages = [show.Stage("build", 0, 1), show.Stage("test", 1, 2), show.Stage("deploy", 2, 24)]
    shown = show.traffic([show.Visit(each, "1.0.0", False) for each in range(25)], "t", stages=stages)
    starts = [_written(shown, name).index("=") for name in ("build", "test", "deploy")]
    assert starts == sorted(set(starts))


PAUSED = [show.Visit(each / 10, "1.0.0", False) for each in [*range(10), *range(40, 60)]]


def test_where_nobody_asked_nothing_has_changed() -> None:
    shown = show.traffic(PAUSED, "t", slices=30)
    assert _written(shown, "1.0.0") == "█" * 30 and len(_steps(shown)[0]) == 30
    assert "1.0.0: 30</text>" in shown.html and "|  30" in shown.text  # what is repeated does not count


def test_answers_that_are_not_in_yet_are_no_outage() -> None:
    shown = show.traffic(PAUSED, "t", slices=30, stages=[show.Stage("deploy", 1, None), show.Stage("test", 1, 9)])
    assert _written(shown, "1.0.0") == "█" * 30 and "failed" not in shown.text.replace("nothing failed", "")


def test_a_pause_after_an_outage_is_one_still() -> None:
    visits = [show.Visit(0, "1.0.0", False), show.Visit(10, "", True), show.Visit(30, "1.0.0", False)]
    shown = show.traffic(visits, "t", slices=30)
    assert _written(shown, "failed") == " " * 10 + "█" * 19 + " "


def test_requests_without_an_answer_are_an_outage() -> None:
    visits = [show.Visit(each / 10, "" if 10 <= each < 20 else "1.0.0", 10 <= each < 20) for each in range(31)]
    shown = show.traffic(visits, "t", slices=30)
    assert _written(shown, "failed") == " " * 10 + "█" * 10 + " " * 10
    assert _written(shown, "1.0.0") == "█" * 10 + " " * 10 + "█" * 10
    assert "✘ failed: 10</text>" in shown.html


def test_before_anybody_asked_nothing_is_drawn() -> None:
    visits = [show.Visit(each, "1.0.0", False) for each in range(10, 21)]
    shown = show.traffic(visits, "t", slices=20, stages=[show.Stage("wait", 0, 10)])
    assert _written(shown, "1.0.0").strip() == "█" * 20  # of two characters each, as is what is before
    assert _written(shown, "1.0.0").startswith(" " * 20)


@pytest.mark.parametrize(
    ("seconds", "scale", "axis", "told"),
    [
        (14, 60.0, "14.0 s (14 min of AWS&#x27;s)", "t (14.0 s, 14 min of AWS's, 2 requests)"),
        (2.2, 60.0, "2.2 s (2.2 min of AWS&#x27;s)", "t (2.2 s, 2.2 min of AWS's, 2 requests)"),
        (9.98, 60.0, "10.0 s (10 min of AWS&#x27;s)", "t (10.0 s, 10 min of AWS's, 2 requests)"),
        (30, 20.0, "30.0 s (10 min of AWS&#x27;s)", "t (30.0 s, 10 min of AWS's, 2 requests)"),
        (14, 1.0, "14.0 s", "t (14.0 s, 2 requests)"),
    ],
)
def test_scaled_time_is_told_in_minutes_of_aws_as_well(seconds: float, scale: float, axis: str, told: str) -> None:
    visits = [show.Visit(moment, "1.0.0", False) for moment in (0, seconds)]
    shown = show.traffic(visits, "t", time_scale=scale)
    assert f">{axis}</text>" in shown.html
    assert shown.text.splitlines()[0] == told


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("AfterAllowTestTraffic", "AfterAllowTestTraffic"),
        ("2: every-test-of-all-ran", "2: every-test-of-all-ran"),
        ("a step with a very long name", "a step with a very long…"),
    ],
)
def test_names_of_steps_are_readable(name: str, drawn: str) -> None:
    shown = show.traffic(SHIFT, "t", stages=[show.Stage(name, 101, 104, "Succeeded")])
    label = re.search(r'<text x="([\d.]+)"[^>]*font-size="(\d+)">✔ ' + re.escape(drawn) + "</text>", shown.html)
    assert label is not None
    assert float(label[1]) + (len(drawn) + 2) * int(label[2]) * 0.58 <= 760  # a letter is that wide on average


REQUESTS = [
    Request(10.0, 0.01, 200, "1.0.0"), Request(10.1, 0.01, 503, "2.0.0"),
    Request(10.2, 0.5, None, "", "connection lost"), Request(10.3, 0.01, 200, "2.0.0"),
]  # fmt: skip
COUNTS = [Count(10.0, 3, 0), Count(10.1, 2, 2), Count(10.2, 3, 1), Count(10.3, 3, 0)]


def test_a_rollout_sums_up_what_was_seen() -> None:
    rollout = Rollout("To 2.0.0", "COMPLETED", 10.0, 10.3, COUNTS, REQUESTS)
    assert (rollout.least, rollout.most, rollout.failed) == (2, 4, 2)
    assert (rollout.versions, rollout.last_version) == ({"1.0.0": 1, "2.0.0": 1}, "2.0.0")
    assert "✔ SUCCEEDED" in rollout.picture().text and "failed" in rollout.picture().text
    tasks = rollout.tasks((2, 4)).text
    assert "limit at most: 4" in tasks and "from 2 to 3" in tasks


def test_a_rollout_that_is_not_waited_for_has_no_end() -> None:
    rollout = Rollout("Stuck", "IN_PROGRESS", 10.0, 10.3, COUNTS, REQUESTS)
    assert "▶ IN_PROGRESS" in rollout.picture().text


def test_a_rollouts_minutes_are_those_of_its_own_time_scale() -> None:
    rollout = Rollout("To 2.0.0", "COMPLETED", 10.0, 10.3, COUNTS, REQUESTS, 60.0)
    assert "0.3 min of AWS's" in rollout.picture().text
    assert "AWS" not in Rollout("To 2.0.0", "COMPLETED", 10.0, 10.3, COUNTS, REQUESTS).picture().text


class Told:
    """A service whose deployment is over at the second look, and customers who go on for two seconds more."""

    running = True

    def __init__(self) -> None:
        self.looks, self.asked, self.begun = 0, 0, time.time()

    def update(self, **changes: Any) -> str:
        return "d-2"

    def describe(self) -> dict[str, Any]:
        self.looks += 1
        state = "COMPLETED" if self.looks > 1 else "IN_PROGRESS"
        deployments = [{"id": "d-2", "status": "PRIMARY", "rolloutState": state}]
        return {"runningCount": 3, "pendingCount": 0, "deployments": deployments}

    def requests(self) -> list[Request]:
        """Return the answers: twelve more at each question, the last of them later than the deployment's end."""
        self.asked += 12
        return [Request(self.begun + each / 12, 0.01, 200, "2.0.0") for each in range(self.asked)]


def test_a_deployment_ends_where_it_did_and_not_with_the_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "time_scale", lambda: 60.0)
    told = Told()
    rollout = roll(cast(Service, told), "arn", cast(Load, told), "Over", live=False)
    assert (rollout.state, rollout.over, rollout.time_scale) == ("COMPLETED", rollout.counts[-1].moment, 60.0)
    assert rollout.requests[-1].start > rollout.over + 1
    bar = re.search(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="8"', rollout.picture().html)
    assert bar is not None and float(bar[1]) + float(bar[2]) < 500  # the plot's right edge is at 560
    assert _written(rollout.picture(), "deployment").endswith(" ")


def test_the_tasks_say_their_unit_and_their_bounds() -> None:
    drawn = Rollout("To 2.0.0", "COMPLETED", 10.0, 10.3, COUNTS, REQUESTS).tasks((2, 4)).html
    assert ">Tasks during: To 2.0.0 (tasks)</text>" in drawn and ">tasks</text>" not in drawn
    assert ">at least</text>" in drawn and ">at most</text>" in drawn
