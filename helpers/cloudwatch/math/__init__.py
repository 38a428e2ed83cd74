"""Metric math: expressions over series.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from .errors import MathError
from .evaluation import evaluate
from .expression import names_in, parse

__all__ = ["MathError", "evaluate", "names_in", "parse"]
