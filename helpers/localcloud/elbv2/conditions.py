"""Conditions of rules: checked, described, and as what the proxy matches.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..proxy import HeaderMatch
from ..service import ServiceError
from .model import Part

_CONFIGS = {
    "path-pattern": "PathPatternConfig",
    "host-header": "HostHeaderConfig",
    "http-header": "HttpHeaderConfig",
    "query-string": "QueryStringConfig",
    "http-request-method": "HttpRequestMethodConfig",
}
_LONGEST = 128
# "Up to five match evaluations per rule", counted over all its conditions.
_MOST_VALUES = 5
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}")
_METHOD = re.compile(r"[A-Z_-]{1,40}")


def normalised(conditions: Sequence[Part]) -> list[Part]:
    """Return `conditions` as the API describes them. Raises ValidationError."""
    if not conditions:
        raise ServiceError("ValidationError", "A rule needs at least one condition")
    found = [_normalised(condition) for condition in conditions]
    fields = [condition["Field"] for condition in found]
    for field in ("path-pattern", "host-header", "http-request-method"):
        if fields.count(field) > 1:
            raise ServiceError("ValidationError", f"Only one '{field}' condition can be specified per rule")
    if sum(len(_values(condition)) for condition in found) > _MOST_VALUES:
        raise ServiceError("ValidationError", f"A rule can only have '{_MOST_VALUES}' condition values")
    return found


def match_of(condition: Part) -> HeaderMatch:
    """Return what the proxy looks at for a condition that `normalised` has returned."""
    field, values = condition["Field"], _values(condition)
    if field == "path-pattern":
        return HeaderMatch(":path", rf"{_any_of(values)}(\?.*)?")
    if field == "host-header":
        return HeaderMatch(":authority", rf"(?i){_any_of(values)}(:[0-9]+)?")
    if field == "http-request-method":
        return HeaderMatch(":method", _any_of(values))
    if field == "http-header":
        return HeaderMatch(condition["HttpHeaderConfig"]["HttpHeaderName"].lower(), f"(?i){_any_of(values)}")
    pairs = "|".join(_pair(value) for value in values)
    return HeaderMatch(":path", rf"(?i)[^?]*\?(.*&)?({pairs})(&.*)?")


def _normalised(condition: Part) -> Part:
    field = condition.get("Field", "")
    if field not in _CONFIGS:
        raise ServiceError(
            "ValidationError",
            f"Condition field '{field}' must be one of '[{', '.join(sorted(_CONFIGS))}]' in the local cloud",
        )
    config: Part = dict(condition.get(_CONFIGS[field]) or {})
    if condition.get("Values"):
        if config or field not in ("path-pattern", "host-header"):
            raise ServiceError("ValidationError", f"A '{field}' condition takes its values in {_CONFIGS[field]}")
        config = {"Values": list(condition["Values"])}
    if condition.get("RegexValues") or config.get("RegexValues"):
        raise ServiceError("ValidationError", "The local cloud matches wildcards (* and ?), not RegexValues")
    made = {"Field": field, _CONFIGS[field]: config}
    _check(field, made)
    # Descriptions of the two oldest fields have their values twice.
    return {**made, "Values": config["Values"]} if field in ("path-pattern", "host-header") else made


def _check(field: str, condition: Part) -> None:
    values = _values(condition)
    if not values:
        raise ServiceError("ValidationError", f"A condition value must be specified for '{field}'")
    texts = [text for value in values for text in (value.values() if isinstance(value, dict) else [value])]
    for text in texts:
        if not 0 < len(text) <= _LONGEST or not text.isprintable():
            raise ServiceError(
                "ValidationError", f"Condition value '{text[:40]}' must be 1 to {_LONGEST} printable characters"
            )
    if field == "http-header" and not _HEADER.fullmatch(condition["HttpHeaderConfig"].get("HttpHeaderName", "")):
        raise ServiceError("ValidationError", "An 'http-header' condition needs the name of a header")
    if field == "http-request-method" and not all(map(_METHOD.fullmatch, texts)):
        raise ServiceError("ValidationError", f"HTTP methods are upper-case letters, unlike '{texts[0]}'")
    if field == "query-string" and not all(value.get("Value") for value in values):
        raise ServiceError("ValidationError", "A 'query-string' condition needs a Value, with or without Key")


def _values(condition: Part) -> list[Any]:
    return list((condition.get(_CONFIGS[condition["Field"]]) or {}).get("Values") or ())


def _pair(value: Part) -> str:
    key = _wild(value["Key"]) if value.get("Key") else "[^=&]*"
    return f"{key}={_wild(value['Value'], within='[^&]')}"


def _any_of(values: Sequence[str]) -> str:
    return f"({'|'.join(_wild(value) for value in values)})"


def _wild(text: str, within: str = ".") -> str:
    """Return the expression for a text with wildcards: * is any number of characters, ? is one; \\ takes them as is."""
    parts = re.findall(r"\\[*?]|.", text)
    return "".join({"*": f"{within}*", "?": within}.get(part) or re.escape(part[-1:]) for part in parts)
