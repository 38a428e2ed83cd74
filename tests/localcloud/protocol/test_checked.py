"""The quick way for large requests answers as the ordinary way does, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.localcloud.protocol import load_model, validate_input
from helpers.localcloud.protocol.checked import checked
from helpers.localcloud.protocol.document import Document
from helpers.localcloud.protocol.errors import SerializationError

PUT = load_model("logs").operation_model("PutLogEvents")
METRICS = load_model("cloudwatch").operation_model("PutMetricData")


def ordinary(operation: Any, tree: Any) -> dict[str, Any] | None:
    """Return what the ordinary way makes of `tree`, or None if it is not right."""
    try:
        decoded = Document().decode_members(operation.input_shape, tree)
    except SerializationError:
        return None
    return None if validate_input(operation, decoded) else decoded


_NUMBERS = st.integers(-2, 2**40) | st.floats(allow_nan=False) | st.none() | st.just("7") | st.booleans()
_TEXTS = st.text(max_size=3) | st.none() | st.integers()
_EVENTS = st.lists(
    st.fixed_dictionaries({}, optional={"timestamp": _NUMBERS, "message": _TEXTS, "other": _TEXTS}), max_size=3
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "logGroupName": _TEXTS,
            "logStreamName": _TEXTS,
            "logEvents": _EVENTS | _TEXTS,
            "sequenceToken": _TEXTS,
            "entity": st.dictionaries(st.sampled_from(["attributes", "x"]), st.dictionaries(_TEXTS, _TEXTS)),
        },
    )
)
def test_log_events(tree: dict[str, Any]) -> None:
    found = checked(PUT, tree)
    assert found is None or found == ordinary(PUT, tree)


@pytest.mark.parametrize("unit", ["Count", "Counts"])
@pytest.mark.parametrize("moment", [datetime(2026, 11, 24, tzinfo=UTC), "2026-11-24T00:00:00Z", 1795478400])
def test_metric_data(unit: str, moment: Any) -> None:
    datum = {"MetricName": "m", "Values": [1, 2.5], "Counts": [3.0, 4.0], "Unit": unit, "Timestamp": moment}
    tree = {"Namespace": "n", "MetricData": [datum]}
    found = checked(METRICS, tree)
    assert (found is not None) == (unit == "Count" and not isinstance(moment, str))
    assert found is None or found == ordinary(METRICS, tree)


def test_what_is_right_is_known() -> None:
    tree = {"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "x"}], "more": 1}
    found = checked(PUT, tree)
    assert found == {name: value for name, value in tree.items() if name != "more"}
    assert found is not None and validate_input(PUT, found) == []
