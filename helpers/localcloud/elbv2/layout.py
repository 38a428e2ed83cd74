"""What the proxy is to serve, from the records; pure."""

from __future__ import annotations

from collections.abc import Sequence

from ..proxy import Address, Cluster, Layout, Listener, Route
from ..scope import Scope
from .actions import answer_of
from .conditions import match_of
from .health.state import HEALTHY, UNHEALTHY
from .model import Rule, Target, TargetGroup
from .naming import dimension
from .records import Records


def layout_of(records: Records, time_scale: float) -> Layout:
    """Return the layout of all accounts and regions."""
    listeners: list[Listener] = []
    clusters: list[Cluster] = []
    for scope in sorted(records.scopes(), key=lambda each: (each.account, each.region)):
        used = records.used_by(scope)
        groups = [group for group in records.target_groups.list(scope) if group.arn in used]
        clusters += [_cluster(scope, each, records.targets_of(scope, each.arn), time_scale) for each in groups]
        for balancer in records.load_balancers.list(scope):
            idle = int(balancer.attributes["idle_timeout.timeout_seconds"])
            for listener in records.listeners_of(scope, balancer.arn):
                routes = tuple(_route(scope, rule, time_scale) for rule in records.rules_of(scope, listener.arn))
                listeners.append(Listener(proxy_name(scope, listener.arn), listener.port, routes, idle))
    return Layout(tuple(listeners), tuple(clusters))


def serving(targets: Sequence[Target]) -> list[Target]:
    """Return the targets that get requests: the healthy ones; if none is, all that failed ("fail open").

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html: "If a target
    group contains only unhealthy registered targets, the load balancer routes requests to all those targets,
    regardless of their health status." That a target in its first checks gets none even then is an assumption.
    """
    healthy = [target for target in targets if target.state == HEALTHY]
    return healthy or [target for target in targets if target.state == UNHEALTHY]


def proxy_name(scope: Scope, arn: str) -> str:
    """Return the proxy's name of a target group or listener, from which `owner_of` reads whose it is."""
    return f"{scope.account}/{scope.region}/{dimension(arn).removeprefix('listener/')}"


def lasting(seconds: int, time_scale: float) -> int:
    """Return how long a cookie of `seconds` of AWS's lives, in whole real seconds as cookies have them."""
    return max(round(seconds / time_scale), 1)


def _cluster(scope: Scope, group: TargetGroup, targets: Sequence[Target], time_scale: float) -> Cluster:
    attributes = group.attributes
    sticky = attributes["stickiness.enabled"] == "true"
    duration = lasting(int(attributes["stickiness.lb_cookie.duration_seconds"]), time_scale)
    addresses = sorted((target.host, target.port) for target in serving(targets))
    return Cluster(
        proxy_name(scope, group.arn),
        tuple(Address(*address) for address in addresses),
        duration if sticky else None,
        attributes["load_balancing.algorithm.type"],
    )


def _route(scope: Scope, rule: Rule, time_scale: float) -> Route:
    answer = answer_of(
        rule.actions[0], lambda arn: proxy_name(scope, arn), lambda seconds: lasting(seconds, time_scale)
    )
    return Route(tuple(match_of(condition) for condition in rule.conditions), answer)
