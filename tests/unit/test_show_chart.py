"""Charts and dashboards: what they say in words, and that they draw what they are given."""

from __future__ import annotations

import itertools
import re

import pytest

from helpers import show


def test_a_chart_says_its_numbers_in_words() -> None:
    lines = [show.Line("web", [0, 1, 2, 3], [1, 5, 3, 2]), show.Line("orders", [0, 1], [2, 2])]
    told = show.chart(lines, "Latency", unit="ms", limits=[show.Limit("limit", 4)]).text
    assert "Latency (ms)" in told
    assert "web     ▁█▅▃  from 1 to 5, last 2" in told
    assert "limit limit: 4" in told


def test_a_series_without_data_says_so() -> None:
    assert "orders  no data" in show.chart([show.Line("orders", [], [])], "Nothing").text


def test_a_gap_is_not_drawn_over() -> None:
    whole = show.chart([show.Line("a", range(8), range(8))], "t").html
    broken = show.chart([show.Line("a", [0, 1, 2, 5, 6, 7], [0, 1, 2, 5, 6, 7])], "t").html

    def moves(html: str) -> int:
        """The number of strokes with which the line is drawn."""
        path = re.search(r'<path d="([^"]+)" stroke="#3b7dd8" stroke-width="2"', html)
        assert path is not None
        return path[1].count("M")

    assert (moves(whole), moves(broken)) == (1, 2)


def test_what_is_held_goes_by_steps_and_has_no_gaps() -> None:
    html = show.chart([show.Line("a", [0, 1, 5, 10], [2, 4, 3, 3], held=True)], "t").html
    path = re.search(r'<path d="([^"]+)" stroke="#3b7dd8" stroke-width="2"', html)
    assert path is not None
    places = [tuple(map(float, each.split())) for each in re.findall(r"[\d.]+ [\d.]+", path[1])]
    assert path[1].count("M") == 1 and len(places) == 7
    for (x, y), (next_x, next_y) in itertools.pairwise(places):
        assert x == next_x or y == next_y
    # It changes when it was seen to, not before.
    assert [place[0] for place in places if place[1] == places[0][1]] == [places[0][0], places[2][0]]


def test_lines_differ_by_more_than_colour() -> None:
    html = show.chart([show.Line(name, [0, 1], [1, 2]) for name in "abc"], "t").html
    dashes = re.findall(r'stroke-dasharray="([^"]*)"', html)
    assert len(set(dashes[:3])) == 3
    assert all(f">{name}</text>" in html for name in "abc")


def test_the_unit_stands_in_the_title_and_nowhere_else() -> None:
    html = show.chart([show.Line("a", [0, 1], [1, 2])], "Tasks", unit="tasks").html
    assert ">Tasks (tasks)</text>" in html and ">tasks</text>" not in html
    assert ">Tasks</text>" in show.chart([show.Line("a", [0, 1], [1, 2])], "Tasks").html


def test_a_line_has_the_mark_of_its_name() -> None:
    html = show.chart([show.Line(name, [0, 1, 2], [1, 2, 3]) for name in "abcd"], "t").html
    marks = [re.findall(r"M[\d.]+ [\d.]+ (m[^M\"]+z)", path) for path in re.findall(r'<path d="([^"]+)" fill="#', html)]
    points, names = [each for each in marks if len(each) == 3], [each for each in marks if len(each) == 1]
    assert len(points) == len(names) == 4
    assert {each[0] for each in points} == {each[0] for each in names} and len({each[0] for each in names}) == 4
    assert all(len(set(each)) == 1 for each in points)


def test_with_little_room_a_line_has_no_marks() -> None:
    lines = [show.Line("a", range(40), range(40))]
    wide, narrow = show.chart(lines, "t").html, show.chart(lines, "t", width=360).html
    assert wide.count(" m-3.5 -3.5 ") == 41 and narrow.count(" m-3.5 -3.5 ") == 1  # the name has one


def _label(html: str, name: str) -> tuple[str, float]:
    """The anchor of a limit's name, and how far it stands below the limit's rule."""
    rule = r'<path d="M[\d.]+ ([\d.]+) H[\d.]+" stroke="[^"]+" stroke-dasharray="4 4"/>'
    found = re.search(rf'{rule}<text x="[\d.]+" y="([\d.]+)" text-anchor="(\w+)"[^>]*>{name}<', html)
    assert found is not None
    return found[3], float(found[2]) - float(found[1])


@pytest.mark.parametrize(
    ("times", "values", "anchor", "below"),
    [
        ([0, 90, 100], [9, 9, 9], "start", False),  # the usual place
        ([0, 100], [5, 5], "start", False),  # on the rule: marks do not reach the name
        ([0, 4, 8, 100], [9, 5, 9, 9], "start", True),  # down to the rule and up again
        ([0, 1, 100], [9, 1, 9], "end", False),  # through it, where the name would begin
        ([0, 50, 51, 99, 100], [9, 1, 9, 9, 1], "start", False),  # through it elsewhere
    ],
)
def test_a_limit_has_its_name_where_no_line_crosses_it(
    times: list[float], values: list[float], anchor: str, below: bool
) -> None:
    limits = [show.Limit("at least", 5), show.Limit("top", 10)]
    found = _label(show.chart([show.Line("a", times, values)], "t", limits=limits).html, "at least")
    assert (found[0], found[1] > 0) == (anchor, below)
    assert abs(found[1]) > 6.9  # clear of the rule and of the marks on it


def test_the_name_of_a_limit_at_the_bottom_does_not_run_into_the_axis() -> None:
    html = show.chart([show.Line("a", [0, 4, 8, 100], [0.5, 0.2, 9, 9])], "t", limits=[show.Limit("least", 0)]).html
    assert _label(html, "least")[1] < 0


def test_a_limit_has_its_name_even_where_lines_are_everywhere() -> None:
    html = show.chart([show.Line("a", range(200), [0, 9] * 100)], "t", limits=[show.Limit("at least", 5)]).html
    assert _label(html, "at least")[0] == "start"


def test_names_at_the_same_height_do_not_overlap() -> None:
    html = show.chart([show.Line(name, [0, 1], [1, 1]) for name in "abc"], "t").html
    heights = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*>[abc]</text>', html)]
    assert all(abs(one - other) >= 12 for one in heights for other in heights if one != other)
    assert len(set(heights)) == 3


def test_states_stand_below_with_mark_and_word() -> None:
    states = [show.State("OK", 0, 50), show.State("ALARM", 50, 100)]
    shown = show.chart([show.Line("a", [0, 100], [1, 2])], "t", states=states)
    assert "states: OK -> ALARM" in shown.text
    assert "✘ ALARM" in shown.html


def test_text_from_outside_stays_text() -> None:
    html = show.chart([show.Line("<script>", [0], [1])], "<b>").html
    assert "<script>" not in html
    assert "<b>" not in html


def test_a_dashboard_places_its_panels_and_reads_in_order() -> None:
    panels = [
        show.Panel(12, 0, 12, 6, show.numbers([("orders", 7), ("revenue", None)], "Since opening")),
        show.Panel(0, 0, 12, 6, show.markdown("# Shop\n- a point\n\ntext with `code`")),
        show.Panel(0, 6, 24, 3, show.alarm_states([("errors", "ALARM")], "Alarms")),
    ]
    shown = show.dashboard(panels, "shop")
    assert "grid-column:13/span 12" in shown.html
    assert shown.text.index("a point") < shown.text.index("orders: 7") < shown.text.index("errors: ALARM")
    assert "revenue: no data" in shown.text
    page = show.page(shown, "shop")
    assert page.startswith("<!doctype html>")
    assert "color-scheme:light dark" in page
