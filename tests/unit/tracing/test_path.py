"""Own work, waiting, and the critical path, on planted trees and on random ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tracing.path import bottleneck, critical_path, own_intervals, seconds_by_service, self_time
from helpers.tracing.tree import Span
from tests.unit.tracing.planting import work


def told(root: Span) -> list[tuple[str, float, float]]:
    return [(piece.span.service, piece.start, piece.end) for piece in critical_path(root)]


def test_a_span_without_children_is_all_own_work() -> None:
    root = work("web", 0, 10)
    assert (self_time(root), told(root)) == (10, [("web", 0, 10)])


def test_own_work_is_what_no_child_covers() -> None:
    root = work("web", 0, 10, work("a", 1, 4), work("b", 3, 6), work("c", 8, 9))
    assert own_intervals(root) == [(0, 1), (6, 8), (9, 10)]
    assert self_time(root) == 4


def test_a_child_that_lies_within_another_is_taken_off_once() -> None:
    assert self_time(work("web", 0, 10, work("a", 1, 9), work("b", 2, 3))) == 2


def test_calls_one_after_another_are_all_on_the_path() -> None:
    root = work("web", 0, 10, work("a", 1, 4), work("b", 5, 9, work("c", 6, 7)))
    assert told(root) == [
        ("web", 0, 1), ("a", 1, 4), ("web", 4, 5), ("b", 5, 6), ("c", 6, 7), ("b", 7, 9), ("web", 9, 10),
    ]  # fmt: skip


def test_of_calls_side_by_side_the_last_to_end_counts() -> None:
    root = work("web", 0, 10, work("short", 1, 5), work("long", 1, 9))
    assert seconds_by_service(critical_path(root)) == {"long": 8, "web": 2}


def test_what_ran_before_the_last_one_began_counts_up_to_then() -> None:
    root = work("web", 0, 10, work("first", 0, 6), work("second", 4, 10))
    assert told(root) == [("first", 0, 4), ("second", 4, 10)]


def test_work_that_nobody_waited_for_is_not_on_the_path_and_takes_nothing_off() -> None:
    root = work("web", 0, 10, work("search", 1, 6), work("mail", 7, 40))
    assert told(root) == [("web", 0, 1), ("search", 1, 6), ("web", 6, 10)]
    assert self_time(root) == 5


def test_many_short_calls_add_up() -> None:
    calls = [work("prices", 3 * number, 3 * number + 2) for number in range(10)]
    root = work("web", 0, 40, *calls, work("advice", 30, 40))
    assert seconds_by_service(critical_path(root)) == {"prices": 20, "advice": 10, "web": 10}
    assert bottleneck(root) == "prices"


def test_a_child_that_began_too_early_by_its_clock_stays_within_its_parent() -> None:
    root = work("web", 2, 10, work("a", 0, 5))
    assert told(root) == [("a", 2, 5), ("web", 5, 10)]
    assert self_time(root) == 5


def test_a_span_of_no_length_has_no_path() -> None:
    assert told(work("web", 3, 3, work("a", 3, 3))) == []
    assert bottleneck(work("web", 3, 3)) == "web"


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Span:
    """A tree on whole seconds; children may overlap, begin before their parent and outlive it."""
    start = draw(st.integers(0, 20))
    end = draw(st.integers(start, 30))
    children = draw(st.lists(trees(depth=depth - 1), max_size=4)) if depth else []
    return work(draw(st.sampled_from("abcd")), start, end, *children)


@given(trees())
def test_the_pieces_join_from_the_first_moment_to_the_last(root: Span) -> None:
    pieces = critical_path(root)
    edges = [moment for piece in pieces for moment in (piece.start, piece.end)]
    assert edges[1:-1:2] == edges[2::2]
    assert (edges[0], edges[-1]) == (root.start, root.end) if root.seconds else not edges
    assert sum(seconds_by_service(pieces).values()) == pytest.approx(root.seconds)


@given(trees())
def test_nobody_is_on_the_path_longer_than_it_worked(root: Span) -> None:
    on_path: dict[str, float] = {}
    for piece in critical_path(root):
        on_path[piece.span.id] = on_path.get(piece.span.id, 0) + piece.seconds
        assert any(start <= piece.start and piece.end <= end for start, end in own_intervals(piece.span))
    spans = {span.id: span for _, span in root.walk()}
    assert all(seconds <= self_time(spans[id_]) for id_, seconds in on_path.items())
