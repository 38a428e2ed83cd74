"""The order of results.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Sort.html
"""

from __future__ import annotations

from .relation import Relation
from .values import Kind, Value

NEWEST_FIRST = ["t DESC", "seq DESC"]


def of_key(relation: Relation, value: Value, descending: bool) -> list[str]:
    """Return the terms of ORDER BY for one key.

    Going up, text comes before numbers, text by its characters and numbers by their size; going down it is the other
    way round. Rows without a value come last.
    """
    way = "DESC" if descending else "ASC"
    value = relation.bind(value)
    if value.kind is not Kind.TEXT:
        return [f"{value.sql} {way} NULLS LAST"]
    numbers = f"{relation.number(value)} {way} NULLS {'LAST' if descending else 'FIRST'}"
    return [f"{value.sql} IS NULL", numbers, f"{value.sql} {way}"]
