"""Times two things in turn and says their ratio."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median


def seconds(action: Callable[[], object]) -> float:
    """Return how long one call of `action` takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int) -> tuple[float, float]:
    """Return the medians of both in seconds, measured in turn so that what disturbs one disturbs the other."""
    measured = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    return median(mine for mine, _ in measured), median(other for _, other in measured)


def say_ratio(what: str, ours: float, theirs: float, *, goal: float, gross: float) -> None:
    """Print a ratio beside its goal. Fails from `gross` on: far from the goal, so that noise does not fail a run."""
    ratio = ours / theirs
    verdict = "as wished" if ratio <= goal else "MISSED"
    print(f"\n{what}: {ours * 1000:.2f} ms against {theirs * 1000:.2f} ms, ratio {ratio:.2f} (goal {goal}: {verdict})")
    assert ratio < gross, f"{what}: the ratio {ratio:.2f} is no noise; at most {goal} is wished, {gross} is gross"


def say_seconds(what: str, measured: float, *, goal: float, gross: float) -> None:
    """Print seconds beside their goal; fails from `gross` on."""
    print(f"\n{what}: {measured:.2f} s (goal {goal}: {'as wished' if measured <= goal else 'MISSED'})")
    assert measured < gross, f"{what}: {measured:.2f} s is no noise; at most {goal} s is wished, {gross} s is gross"
