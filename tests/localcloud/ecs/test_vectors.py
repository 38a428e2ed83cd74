"""Bounds, thresholds and plans, by the numbers that AWS publishes."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.localcloud.ecs.bounds import Bounds, Counts, Move, bounds, move
from helpers.localcloud.ecs.breaker import threshold
from helpers.localcloud.ecs.health import Verdict
from helpers.localcloud.ecs.plan import plan, timeline
from helpers.localcloud.ecs.shifting import weights
from helpers.localcloud.ecs.task_set_keeping import computed


@pytest.mark.parametrize(
    ("desired", "minimum", "maximum", "expected"),
    [
        (4, 50, 200, Bounds(2, 8)),
        (4, 100, 200, Bounds(4, 8)),
        (3, 50, 150, Bounds(2, 4)),
        (1, 50, 150, Bounds(1, 1)),
        (5, 33, 110, Bounds(2, 5)),
        (0, 100, 200, Bounds(0, 0)),
    ],
)
def test_the_lower_bound_is_rounded_up_and_the_upper_one_down(
    desired: int, minimum: int, maximum: int, expected: Bounds
) -> None:
    assert bounds(desired, minimum, maximum) == expected


@pytest.mark.parametrize(
    ("desired", "limits", "counts", "expected"),
    [
        # Room for all at once, and nothing stopped before something replaces it.
        (4, Bounds(4, 8), Counts(0, 0, 4, 4), Move(4, 0, False)),
        (4, Bounds(4, 8), Counts(4, 1, 4, 4), Move(0, 1, False)),
        (4, Bounds(4, 8), Counts(4, 4, 4, 4), Move(0, 4, False)),
        # No surge: room is made first.
        (4, Bounds(2, 4), Counts(0, 0, 4, 4), Move(0, 2, False)),
        (4, Bounds(2, 4), Counts(0, 0, 2, 2), Move(2, 0, False)),
        (4, Bounds(2, 4), Counts(2, 1, 2, 2), Move(0, 1, False)),
        # What is not healthy may go at any time.
        (2, Bounds(2, 2), Counts(0, 0, 2, 0), Move(0, 2, False)),
        # One task at 50/150 can neither be joined nor leave.
        (1, Bounds(1, 1), Counts(0, 0, 1, 1), Move(0, 0, True)),
        (2, Bounds(2, 4), Counts(2, 2, 0, 0), Move(0, 0, False)),
    ],
)
def test_moves_of_a_rolling_deployment(desired: int, limits: Bounds, counts: Counts, expected: Move) -> None:
    assert move(desired, limits, counts) == expected


@pytest.mark.parametrize(("desired", "expected"), [(1, 3), (2, 3), (6, 3), (7, 4), (25, 13), (400, 200), (800, 200)])
def test_the_default_threshold_is_half_of_the_tasks_within_3_and_200(desired: int, expected: int) -> None:
    assert threshold({"enable": True, "rollback": True}, desired) == expected


@pytest.mark.parametrize(
    ("kind", "value", "desired", "expected"),
    [
        ("COUNT", 1, 100, 1),
        ("BOUNDED_PERCENT", 10, 100, 10),
        ("BOUNDED_PERCENT", 10, 10, 3),
        ("UNBOUNDED_PERCENT", 10, 10, 1),
        ("UNBOUNDED_PERCENT", 50, 800, 400),
    ],
)
def test_other_thresholds(kind: str, value: int, desired: int, expected: int) -> None:
    assert threshold({"thresholdConfiguration": {"type": kind, "value": value}}, desired) == expected


def test_the_stages_of_blue_green_in_order() -> None:
    steps = plan({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5})
    assert [step.stage for step in steps] == [
        "PRE_SCALE_UP",
        "SCALE_UP",
        "POST_SCALE_UP",
        "TEST_TRAFFIC_SHIFT",
        "POST_TEST_TRAFFIC_SHIFT",
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "PRODUCTION_TRAFFIC_SHIFT",
        "POST_PRODUCTION_TRAFFIC_SHIFT",
        "BAKE_TIME",
        "CLEAN_UP",
    ]
    assert [(step.stage, step.bake) for step in steps if step.bake] == [("BAKE_TIME", 5.0)]
    assert plan({"strategy": "BLUE_GREEN"}, reconcile=True)[0].stage == "RECONCILE_SERVICE"


def test_shifts_repeat_at_each_step_of_a_canary() -> None:
    steps = plan({"strategy": "CANARY"})
    shifts = [(step.stage, step.weight, step.bake) for step in steps if step.stage.endswith("PRODUCTION_TRAFFIC_SHIFT")]
    assert shifts == [
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", 0.0, 0.0),
        ("PRODUCTION_TRAFFIC_SHIFT", 5.0, 10),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", 5.0, 0.0),
        ("PRODUCTION_TRAFFIC_SHIFT", 100.0, 0.0),
        ("POST_PRODUCTION_TRAFFIC_SHIFT", 100.0, 0.0),
    ]


def test_a_first_deployment_shifts_at_once() -> None:
    assert [
        step.weight for step in plan({"strategy": "LINEAR"}, first=True) if step.stage == "PRODUCTION_TRAFFIC_SHIFT"
    ] == [100.0]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"strategy": "LINEAR"}, [(minute, minute / 6 * 10 + 10) for minute in range(0, 60, 6)]),
        (
            {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 30.0, "stepBakeTimeInMinutes": 1}},
            [(0, 30), (1, 60), (2, 90), (3, 100)],
        ),
        ({"strategy": "CANARY"}, [(0, 5), (10, 100)]),
        (
            {"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.1, "canaryBakeTimeInMinutes": 0}},
            [(0, 0.1), (0, 100)],
        ),
        ({"strategy": "BLUE_GREEN"}, [(0, 100)]),
    ],
)
def test_weight_timelines(configuration: dict[str, Any], expected: list[tuple[float, float]]) -> None:
    assert timeline(configuration) == expected


def test_weights_are_whole_numbers_up_to_999() -> None:
    assert weights({"blue": 95.0, "green": 5.0}) == {"blue": 95, "green": 5}
    assert weights({"blue": 99.9, "green": 0.1}) == {"blue": 999, "green": 1}
    assert weights({"blue": 66.7, "green": 33.3}) == {"blue": 667, "green": 333}


def test_a_scale_is_rounded_up() -> None:
    assert [computed(3, scale) for scale in (0.0, 10.0, 50.0, 100.0)] == [0, 1, 2, 3]


def test_failures_count_after_the_start_period_and_in_a_row() -> None:
    verdict = Verdict(retries=2)
    outcomes = [
        (False, True),
        (False, True),
        (False, False),
        (True, False),
        (False, False),
        (False, False),
        (True, False),
    ]
    assert [verdict.take(passed, early) for passed, early in outcomes] == [
        "UNKNOWN", "UNKNOWN", "UNKNOWN", "HEALTHY", "HEALTHY", "UNHEALTHY", "HEALTHY",
    ]  # fmt: skip
