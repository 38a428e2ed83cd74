"""Pictures of metrics: GetMetricWidgetImage."""

from .operations import ImageOperations

__all__ = ["ImageOperations"]
