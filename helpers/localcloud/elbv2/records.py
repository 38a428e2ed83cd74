"""The records of load balancing, and how they are found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from ..scope import Scope
from ..service import ServiceError
from ..store import Store
from .model import Listener, LoadBalancer, Part, Rule, Target, TargetGroup

T = TypeVar("T")


class Records:
    """Typed collections by ARN."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.load_balancers = store.collection("elbv2.load-balancer", LoadBalancer)
        self.target_groups = store.collection("elbv2.target-group", TargetGroup)
        self.listeners = store.collection("elbv2.listener", Listener)
        self.rules = store.collection("elbv2.rule", Rule)
        self.targets = store.collection("elbv2.target", Target)

    def load_balancer(self, scope: Scope, arn: str) -> LoadBalancer:
        """Return a load balancer. Raises LoadBalancerNotFound."""
        return _found(self.load_balancers.get(scope, arn), "LoadBalancerNotFound", "load balancer", arn)

    def target_group(self, scope: Scope, arn: str) -> TargetGroup:
        """Return a target group. Raises TargetGroupNotFound."""
        return _found(self.target_groups.get(scope, arn), "TargetGroupNotFound", "target group", arn)

    def listener(self, scope: Scope, arn: str) -> Listener:
        """Return a listener. Raises ListenerNotFound."""
        return _found(self.listeners.get(scope, arn), "ListenerNotFound", "listener", arn)

    def rule(self, scope: Scope, arn: str) -> Rule:
        """Return a rule. Raises RuleNotFound."""
        return _found(self.rules.get(scope, arn), "RuleNotFound", "rule", arn)

    def listeners_of(self, scope: Scope, load_balancer: str) -> list[Listener]:
        """Return the listeners of a load balancer."""
        return [each for each in self.listeners.list(scope) if each.load_balancer == load_balancer]

    def rules_of(self, scope: Scope, listener: str) -> list[Rule]:
        """Return the rules of a listener in the order in which they are tried, the default rule last."""
        mine = [each for each in self.rules.list(scope) if each.listener == listener]
        return sorted(mine, key=lambda rule: (rule.priority is None, rule.priority or 0))

    def targets_of(self, scope: Scope, group: str) -> Sequence[Target]:
        """Return the targets of a group, also those that drain."""
        return self.targets.list(scope, f"{group}/")

    def used_by(self, scope: Scope) -> dict[str, set[str]]:
        """Return, by target group in use, the load balancers whose rules name it."""
        owner = {listener.arn: listener.load_balancer for listener in self.listeners.list(scope)}
        used: dict[str, set[str]] = {}
        for rule in self.rules.list(scope):
            for group in groups_in(rule.actions):
                used.setdefault(group, set()).add(owner[rule.listener])
        return used

    def drop_listener(self, scope: Scope, arn: str) -> None:
        """Delete a listener with its rules; inside a transaction."""
        for rule in self.rules_of(scope, arn):
            self.rules.delete(scope, rule.arn)
        self.listeners.delete(scope, arn)

    def scopes(self) -> set[Scope]:
        """Return where there are target groups or load balancers."""
        groups, balancers = self.target_groups.everywhere(), self.load_balancers.everywhere()
        return {scope for scope, _, _ in groups} | {scope for scope, _, _ in balancers}

    def forget(self, account: str) -> None:
        """Delete all of `account`."""
        with self.store.transaction():
            for collection in (self.targets, self.rules, self.listeners, self.target_groups, self.load_balancers):
                for scope, key, _ in collection.everywhere():
                    if scope.account == account:
                        collection.delete(scope, key)


def groups_in(actions: Iterable[Part]) -> list[str]:
    """Return the target groups that `actions` forward to."""
    configs = [action.get("ForwardConfig") or {} for action in actions]
    return [group["TargetGroupArn"] for config in configs for group in config.get("TargetGroups", ())]


def _found(value: T | None, code: str, what: str, arn: str) -> T:
    if value is None:
        raise ServiceError(code, f"There is no {what} with the ARN '{arn}' in this account and region.")
    return value
