"""Cleaners of what steers X-Ray: groups and sampling rules. Traces themselves end by their age."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.lab.cleaners.base import Cleaner, pages, pairs


class TraceGroups(Cleaner):
    """Groups of traces."""

    kind, service = "trace group", "xray"

    def names(self) -> Iterable[str]:
        return self._arns()

    def tags(self, name: str) -> dict[str, str]:
        arn = self._arns().get(name)
        return pairs(self.client.list_tags_for_resource(ResourceARN=arn).get("Tags")) if arn else {}

    def delete(self, name: str) -> None:
        if name in self._arns():  # X-Ray has no code of its own for what is not there
            self.client.delete_group(GroupName=name)

    def _arns(self) -> dict[str, str]:
        return {group["GroupName"]: group["GroupARN"] for group in pages(self.client, "get_groups", "Groups")}


class SamplingRules(Cleaner):
    """Sampling rules, except the one that every account has."""

    kind, service = "sampling rule", "xray"

    def names(self) -> Iterable[str]:
        return self._arns()

    def tags(self, name: str) -> dict[str, str]:
        arn = self._arns().get(name)
        return pairs(self.client.list_tags_for_resource(ResourceARN=arn).get("Tags")) if arn else {}

    def delete(self, name: str) -> None:
        if name in self._arns():
            self.client.delete_sampling_rule(RuleName=name)

    def _arns(self) -> dict[str, str]:
        records = pages(self.client, "get_sampling_rules", "SamplingRuleRecords")
        rules = [record["SamplingRule"] for record in records]
        return {rule["RuleName"]: rule["RuleARN"] for rule in rules if rule["RuleName"] != "Default"}
