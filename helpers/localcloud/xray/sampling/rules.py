"""The sampling rules of a region. https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html"""

from __future__ import annotations

from typing import Any

from ...cloud import Cloud
from ...scope import Scope
from ...service import ServiceError
from ..request_checks import invalid
from .model import DEFAULT, Rule, default_rule

# X-Ray's quota of custom sampling rules in a region.
MAX_RULES = 25
_OF_DEFAULT = frozenset({"RuleName", "RuleARN", "FixedRate", "ReservoirSize"})


class Rules:
    """Creates, changes and finds rules."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.stored = cloud.store.collection("xray.sampling_rule", Rule)

    def create(self, scope: Scope, settings: dict[str, Any], tags: dict[str, str]) -> Rule:
        """Return a new rule. Raises ServiceError (InvalidRequestException, RuleLimitExceededException)."""
        name = _checked_name(settings)
        _check(settings)
        with self._cloud.store.transaction():
            rules = self.all(scope)
            if any(rule.name == name for rule in rules):
                raise invalid(f"The sampling rule '{name}' exists already; choose another name or update it.")
            if len(rules) > MAX_RULES:
                text = f"There are {MAX_RULES} sampling rules already, the most of a region; delete one."
                raise ServiceError("RuleLimitExceededException", text)
            complete = {"Attributes": {}, **settings, "RuleARN": _arn(scope, name)}
            return self._put(scope, Rule(name, complete, self._now(), self._now(), tags))

    def update(self, scope: Scope, changes: dict[str, Any]) -> Rule:
        """Return the rule that `changes` names, changed. Raises ServiceError (InvalidRequestException)."""
        with self._cloud.store.transaction():
            rule = self.find(scope, changes)
            if rule.is_default and (more := changes.keys() - _OF_DEFAULT):
                raise invalid(f"Of the Default rule only FixedRate and ReservoirSize change, not {', '.join(more)}.")
            rule.settings = {**rule.settings, **changes, "RuleName": rule.name, "RuleARN": rule.arn}
            _check(rule.settings)
            rule.modified = self._now()
            return self._put(scope, rule)

    def delete(self, scope: Scope, request: dict[str, Any]) -> Rule:
        """Return the rule that `request` names, deleted. Raises ServiceError (InvalidRequestException)."""
        rule = self.find(scope, request)
        if rule.is_default:
            raise invalid("The Default rule cannot be deleted.")
        self.stored.delete(scope, rule.name)
        return rule

    def find(self, scope: Scope, request: dict[str, Any]) -> Rule:
        """Return the rule that RuleName or RuleARN names. Raises ServiceError (InvalidRequestException)."""
        name, arn = request.get("RuleName"), request.get("RuleARN")
        if bool(name) == bool(arn):
            raise invalid("Name the sampling rule by either RuleName or RuleARN.")
        for rule in self.all(scope):
            if rule.name == name or rule.arn == arn:
                return rule
        raise invalid(f"There is no sampling rule {name or arn} in {scope.region}; GetSamplingRules lists them.")

    def all(self, scope: Scope) -> list[Rule]:
        """Return every rule, Default included, in the order in which they are tried: by priority, then by name."""
        rules = list(self.stored.list(scope))
        if not any(rule.is_default for rule in rules):
            rules.append(default_rule(_arn(scope, DEFAULT)))
        return sorted(rules, key=lambda rule: (rule.settings["Priority"], rule.name))

    def _put(self, scope: Scope, rule: Rule) -> Rule:
        self.stored.put(scope, rule.name, rule)
        return rule

    def _now(self) -> float:
        return self._cloud.clock.now().timestamp()


def _arn(scope: Scope, name: str) -> str:
    return scope.arn("xray", f"sampling-rule/{name}")


def _checked_name(settings: dict[str, Any]) -> str:
    if "RuleARN" in settings or not settings.get("RuleName"):
        raise invalid("A new sampling rule has a RuleName, and gets its RuleARN.")
    return str(settings["RuleName"])


def _check(settings: dict[str, Any]) -> None:
    """The model constrains a new rule, but not a change of one."""
    if settings["Version"] != 1:
        raise invalid(f"Version is {settings['Version']}; the only version of sampling rules is 1.")
    if settings["RuleName"] != DEFAULT and not 1 <= settings["Priority"] <= 9999:
        raise invalid(f"Priority is {settings['Priority']}; 1 to 9999 are expected, the lowest being tried first.")
    if not 0 <= settings["FixedRate"] <= 1:
        raise invalid(f"FixedRate is {settings['FixedRate']}; a share from 0 to 1 is expected.")
    if settings["ReservoirSize"] < 0:
        raise invalid(f"ReservoirSize is {settings['ReservoirSize']}; requests a second, 0 or more, are expected.")
