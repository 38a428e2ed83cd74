"""The filter pattern language of CloudWatch Logs.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from .errors import PatternError
from .pattern import Pattern, compile_pattern

__all__ = ["Pattern", "PatternError", "compile_pattern"]
