"""What tells one metric from another: namespace, name and dimensions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class MetricId:
    """A metric; its dimensions are sorted, so that their order in a call does not matter."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Iterable[Mapping[str, str]] | None) -> MetricId:
        """Return the metric of API members."""
        return cls(namespace, name, tuple(sorted((d["Name"], d["Value"]) for d in dimensions or ())))

    @classmethod
    def of_metric(cls, metric: Mapping[str, Any]) -> MetricId:
        """Return the metric of an API structure Metric."""
        return cls.of(metric.get("Namespace", ""), metric.get("MetricName", ""), metric.get("Dimensions"))

    def as_metric(self) -> dict[str, Any]:
        """Return the API structure Metric."""
        dimensions = [{"Name": name, "Value": value} for name, value in self.dimensions]
        return {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": dimensions}

    def dimensions_text(self) -> str:
        """Return the dimensions in the form in which the table of metrics holds them."""
        return json.dumps(self.dimensions)

    @staticmethod
    def dimensions_of(text: str) -> tuple[tuple[str, str], ...]:
        """Return the dimensions of what `dimensions_text` returned."""
        return tuple((name, value) for name, value in json.loads(text))
