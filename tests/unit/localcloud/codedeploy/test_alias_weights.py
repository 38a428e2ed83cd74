"""Which version an invocation of a weighted alias goes to."""

from __future__ import annotations

import pytest

from helpers.localcloud.base.lambda_aliases import version_of

WEIGHTED = {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.1, "3": 0.2}}}


@pytest.mark.parametrize(
    ("point", "version"), [(0.0, "2"), (0.099, "2"), (0.1, "3"), (0.29, "3"), (0.31, "1"), (0.999, "1")]
)
def test_the_weights_share_out_what_is_drawn(point: float, version: str) -> None:
    assert version_of(WEIGHTED, lambda: point) == version


def test_without_weights_everything_is_the_main_version_s() -> None:
    assert version_of({"FunctionVersion": "7"}, lambda: 0.0) == "7"
    assert version_of({"FunctionVersion": "7", "RoutingConfig": {"AdditionalVersionWeights": {}}}, lambda: 0.0) == "7"
