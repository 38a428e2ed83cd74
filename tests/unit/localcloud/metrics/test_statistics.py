"""Percentiles of weighted values against numpy's, of the values written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.localcloud.cloudwatch.metrics.statistics import percentile, statistic

_PAIRS = st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(1, 9)), min_size=1, max_size=20)


@given(pairs=_PAIRS, share=st.floats(0, 1))
def test_a_weight_is_so_many_values(pairs: list[tuple[float, int]], share: float) -> None:
    values = np.array([value for value, _ in pairs])
    weights = np.array([float(weight) for _, weight in pairs])
    expected = np.percentile(np.repeat(values, weights.astype(int)), share * 100)
    assert percentile(values, weights, share) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("name", ["p101", "p", "average", "tm", "TM(:)", "PR(a:b)", "p-1", "Sum; DROP TABLE datum"])
def test_what_is_no_statistic_is_none(name: str) -> None:
    assert statistic(name) is None
