"""What datapoints a metric filter makes of events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..filterpattern import Pattern
from ..filterpattern.literals import number_of
from ..model import LogEvent, Transformation
from ..publishing import Datapoint, Series


def datapoints(pattern: Pattern, transformation: Transformation, events: Iterable[LogEvent]) -> Iterator[Datapoint]:
    """Yield the datapoints of `events`, with their time.

    An event that matches gives the metric's value, unless that is a member which is no number or a dimension is
    missing; one that does not match gives the default value, if there is one (API shape MetricTransformation).
    """
    plain = Series(transformation.namespace, transformation.name, (), transformation.unit)
    for event in events:
        if pattern.matches(event.message):
            series, value = _matched(pattern, transformation, plain, event.message)
            if series is not None and value is not None:
                yield series, event.t, value
        elif transformation.default is not None:
            yield plain, event.t, transformation.default


def _matched(
    pattern: Pattern, transformation: Transformation, plain: Series, message: str
) -> tuple[Series | None, float | None]:
    value = number_of(transformation.value)
    if value is None:
        value = number_of(pattern.value(message, transformation.value) or "")
    if not transformation.dimensions:
        return plain, value
    found = {name: pattern.value(message, reference) for name, reference in transformation.dimensions.items()}
    if not all(found.values()):
        return None, value
    pairs = tuple((name, str(text)) for name, text in found.items())
    return Series(plain.namespace, plain.metric, pairs, plain.unit), value
