"""Makes the weights of a Lambda alias route: the base sends everything to the alias's main version.

https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

Draw = Callable[[], float]


def version_of(alias: Mapping[str, Any], draw: Draw = random.random) -> str:
    """Return the version that one invocation of `alias` (API shape AliasConfiguration) goes to.

    `draw` gives a number from 0 up to, not including, 1. What the additional versions' weights (0 to 1) leave over is
    the main version's.
    """
    point = draw()
    weights: Mapping[str, float] = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    for version, weight in weights.items():
        if point < weight:
            return str(version)
        point -= weight
    return str(alias.get("FunctionVersion", "$LATEST"))


def route_by_weight() -> None:
    """Have each invocation of an alias, by its API or by another service, draw its version from now on.

    What event source mappings read for an alias still goes to its main version.
    """
    from ministack.services import lambda_svc

    invoke, find = lambda_svc._invoke, lambda_svc._get_func_record_for_ref

    async def invoke_drawn(
        name: str, event: Any, headers: Any, path_qualifier: str | None = None, query_params: Any = None
    ) -> Any:
        asked = path_qualifier or lambda_svc._qp_first(query_params or {}, "Qualifier")
        function = lambda_svc._functions.get(name)
        return await invoke(name, event, headers, _drawn(function, asked) or path_qualifier, query_params)

    def find_drawn(reference: str) -> tuple[Any, Any, str]:
        found: tuple[Any, Any, str] = find(reference)
        record, _, name = found
        drawn = _drawn(lambda_svc._functions.get(name), reference.rpartition(":")[2]) if record else None
        if drawn is None:
            return found
        return *lambda_svc._get_func_record_for_qualifier(name, drawn), name

    lambda_svc._invoke, lambda_svc._get_func_record_for_ref = invoke_drawn, find_drawn


def _drawn(function: Mapping[str, Any] | None, qualifier: str | None) -> str | None:
    """Return the version drawn for an alias that has weights, or None for whatever else `qualifier` is."""
    alias = (function or {}).get("aliases", {}).get(qualifier)
    return version_of(alias) if alias and alias.get("RoutingConfig") else None
