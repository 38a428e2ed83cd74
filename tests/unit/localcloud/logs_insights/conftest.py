"""Fixtures of the tests of Logs Insights' engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.localcloud.logs_insights.lines import Lines


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lines]:
    """A log group in a column store that the tests of a module share; each loads its own lines."""
    made = Lines(tmp_path_factory.mktemp("insights"))
    yield made
    made.columns.close()
