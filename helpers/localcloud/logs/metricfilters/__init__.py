"""Metric filters: datapoints from the events that match a pattern."""

from .consumer import KIND, MetricFilterConsumer
from .operations import MetricFilterOperations

__all__ = ["KIND", "MetricFilterConsumer", "MetricFilterOperations"]
