"""Charts and dashboards: what they say in words, and that they draw what they are given."""

from __future__ import annotations

import re

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


def test_lines_differ_by_more_than_colour() -> None:
    html = show.chart([show.Line(name, [0, 1], [1, 2]) for name in "abc"], "t").html
    dashes = re.findall(r'stroke-dasharray="([^"]*)"', html)
    assert len(set(dashes[:3])) == 3
    assert all(f">{name}</text>" in html for name in "abc")


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
