"""Finds the operation of a REST request: the HTTP method and the model's URI templates.

https://smithy.io/2.0/spec/http-bindings.html#http-trait : "{Name}" is one segment, "{Name+}" is greedy, and a template
may fix query parameters ("?mode=import").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from .http import HttpRequest

_LABEL = re.compile(r"{([^}+]+)(\+?)}")


@dataclass(frozen=True)
class Route:
    """One operation's template: its method, path, labels in order, and the query parameters it fixes."""

    operation: str
    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...]
    rank: tuple[int, ...]

    def labels_in(self, raw_path: str) -> dict[str, str] | None:
        """Return the labels' values, percent-decoded, or None if the path is not of this template."""
        match = self.path.fullmatch(raw_path)
        return match and dict(zip(self.labels, map(unquote, match.groups()), strict=True))

    def fits(self, request: HttpRequest) -> bool:
        """Return whether the request is for this operation."""
        if request.method != self.method or not self.path.fullmatch(request.raw_path):
            return False
        given = parse_qsl(request.query, keep_blank_values=True) if self.fixed else []
        names = {name for name, _ in given}
        return all((name, value) in given if value else name in names for name, value in self.fixed)


def routes_of(model: ServiceModel) -> dict[str, Route]:
    """Return the routes by operation, the most specific first."""
    routes = [_route(name, model.operation_model(name).http) for name in model.operation_names]
    return {route.operation: route for route in sorted(routes, key=lambda route: route.rank)}


def _route(operation: str, http: dict[str, str]) -> Route:
    path, _, query = http["requestUri"].partition("?")
    found = _LABEL.findall(path)
    fixed = tuple(parse_qsl(query, keep_blank_values=True))
    greedy = sum(bool(plus) for _, plus in found)
    rank = (greedy, len(found), -len(fixed), -len(_LABEL.sub("", path)))
    return Route(operation, http.get("method", "POST"), _pattern(path), tuple(n for n, _ in found), fixed, rank)


def _pattern(path: str) -> re.Pattern[str]:
    parts = []
    end = 0
    for label in _LABEL.finditer(path):
        parts += [re.escape(path[end : label.start()]), "(.+)" if label[2] else "([^/]+)"]
        end = label.end()
    optional_slash = "" if path.endswith("+}") else "/?"
    return re.compile("".join(parts) + re.escape(path[end:].rstrip("/")) + optional_slash)
