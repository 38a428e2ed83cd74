"""Filter expressions: which traces a question is about.

https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
"""

from .expression import Filter, Selector
from .parser import FilterError

__all__ = ["Filter", "FilterError", "Selector"]
