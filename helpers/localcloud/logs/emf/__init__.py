"""Embedded metrics: log events that say themselves which of their members are metrics."""

from .consumer import KIND, EmbeddedMetrics
from .document import MARK, datapoints, may_have_metrics

__all__ = ["KIND", "MARK", "EmbeddedMetrics", "datapoints", "may_have_metrics"]
