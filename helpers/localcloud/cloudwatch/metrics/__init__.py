"""CloudWatch metrics: what was measured, kept by column, and the statistics and the math over it."""

from .query import Metrics, Series

__all__ = ["Metrics", "Series"]
