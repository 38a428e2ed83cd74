"""Holds the conditions of a stage against the rules, when a pipeline is made or changed.

https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...service import ServiceError
from .. import variables
from ..model import Document
from .types import RULES

KINDS = ("beforeEntry", "onSuccess", "onFailure")
# What AWS's guide lists. That a failure can be skipped or failed again is in the API's enum only.
_RESULTS = {"beforeEntry": ("FAIL", "SKIP"), "onSuccess": ("FAIL", "ROLLBACK"), "onFailure": ("ROLLBACK", "RETRY")}
_MOST_RULES = 5
_NAME = re.compile(r"[A-Za-z0-9.@\-_]{1,100}")


def check(declaration: Document) -> None:
    """Raise InvalidStageDeclarationException for the first condition in the pipeline that cannot be."""
    for number, stage in enumerate(declaration["stages"]):
        for kind in KINDS:
            if stage.get(kind):
                _Conditions(declaration, number, kind).check()


class _Conditions:
    """The conditions of one kind of one stage."""

    def __init__(self, declaration: Document, number: int, kind: str) -> None:
        self._declaration, self._number, self._kind = declaration, number, kind
        self._stage = declaration["stages"][number]
        self._where = f"Stage {self._stage['name']}, {kind}"

    def check(self) -> None:
        """Raise the error for the first thing that cannot be."""
        if self._declaration.get("pipelineType", "V1") != "V2":
            raise self._broken("conditions, rollback and automatic retry need a pipeline of type V2.")
        declared = self._stage[self._kind]
        conditions = declared.get("conditions", [])
        if len(conditions) > 1 or not (conditions or declared.get("result")):
            raise self._broken(f"it has {len(conditions)} conditions; exactly one is expected.")
        self._check_result(declared, conditions)
        rules = [rule for condition in conditions for rule in condition.get("rules", [])]
        if conditions and not 1 <= len(rules) <= _MOST_RULES:
            raise self._broken(f"the condition has {len(rules)} rules; 1 to {_MOST_RULES} are allowed.")
        if len({rule["name"] for rule in rules}) < len(rules):
            raise self._broken("two of its rules have the same name.")
        for rule in rules:
            self._check_rule(rule)

    def _check_result(self, declared: Document, conditions: list[Document]) -> None:
        results = {d["result"] for d in (declared, *conditions) if d.get("result")}
        allowed = _RESULTS[self._kind]
        if len(results) != 1 or not results <= set(allowed):
            found = ", ".join(sorted(results)) or "none"
            raise self._broken(f"the result is {found}; one of {' or '.join(allowed)} is expected.")
        if "retryConfiguration" in declared and results != {"RETRY"}:
            raise self._broken("a retryConfiguration belongs to the result RETRY.")
        if results == {"ROLLBACK"} and self._number == 0:
            raise self._broken("the first stage has only sources, which cannot be rolled back.")
        if results == {"ROLLBACK"} and self._declaration.get("executionMode") == "PARALLEL":
            raise self._broken("there are no rollbacks in the execution mode PARALLEL.")

    def _check_rule(self, rule: Document) -> None:
        provider = rule["ruleTypeId"]["provider"]
        if provider not in RULES or not _NAME.fullmatch(rule["name"]):
            raise self._broken(f"the rule {rule['name']} is of the type {provider}; there are {', '.join(RULES)}.")
        if unmodelled := [key for key in ("commands", "inputArtifacts", "region") if rule.get(key)]:
            raise self._broken(f"the rule {rule['name']} has {unmodelled[0]}, which is not modelled.")
        type_, configuration = RULES[provider], rule.get("configuration", {})
        if missing := [key for key in type_.required if not configuration.get(key)]:
            raise self._broken(f"the configuration of the rule {rule['name']} lacks {', '.join(missing)}.")
        if unknown := [key for key in configuration if key not in (*type_.required, *type_.optional)]:
            raise self._broken(f"{', '.join(unknown)} is not known in the configuration of the rule {rule['name']}.")
        if not any("#{" in value for value in configuration.values()) and (said := type_.broken(configuration)):
            raise self._broken(f"the rule {rule['name']}: {said}")
        self._check_references(rule["name"], configuration)

    def _check_references(self, rule: str, configuration: dict[str, str]) -> None:
        if broken := variables.malformed(configuration):
            raise self._broken(f"the rule {rule} uses {broken}: a reference is like #{{variables.name}}.")
        known = set(self._known())
        for namespace, key in variables.references(configuration):
            if (namespace, key) not in known and (namespace, "") not in known:
                raise self._broken(f"the rule {rule} uses #{{{namespace}.{key}}}, which nothing has given by then.")

    def _known(self) -> Iterator[tuple[str, str]]:
        """Yield (namespace, key); the key of an action's variables is only known once it has run."""
        yield from (("codepipeline", key) for key in variables.OWN)
        yield from (("variables", variable["name"]) for variable in self._declaration.get("variables", []))
        end = self._number + (self._kind != "beforeEntry")
        for stage in self._declaration["stages"][:end]:
            yield from ((action["namespace"], "") for action in stage["actions"] if action.get("namespace"))

    def _broken(self, message: str) -> ServiceError:
        return ServiceError("InvalidStageDeclarationException", f"{self._where}: {message}")
