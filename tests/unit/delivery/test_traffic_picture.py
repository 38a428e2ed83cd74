"""The picture of traffic by version: what it says in words, and that colour is never alone."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from helpers import show
from helpers.delivery import Count, Request, Rollout

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


def test_a_share_is_of_those_who_came_then() -> None:
    rare = [show.Visit(0, "1.0.0", False), show.Visit(47.9, "2.0.0", False), show.Visit(48, "2.0.0", False)]
    assert re.search(r"2\.0\.0 +\| {11}█\|  2", show.traffic(rare, "t").text)


@pytest.mark.parametrize(("visits", "slices"), [(0, 12), (10, 12), (100, 25), (5000, 48)])
def test_a_slice_has_some_requests_to_take_a_share_of(visits: int, slices: int) -> None:
    told = show.traffic(
        [show.Visit(each, "1.0.0", False) for each in range(visits)], "t", stages=[show.Stage("a", 0, None)]
    )
    assert f"|{'=' * slices}|" in told.text


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
