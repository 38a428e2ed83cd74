"""What steers X-Ray: groups of traces and sampling rules, made or brought up to date, so that a cell can run twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpers import aws

_ANY = {"ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "ResourceARN": "*"}


def group(name: str, filter_expression: str, lab: str) -> str:
    """Make the group `name` of all traces that fit the filter expression, tagged as the lab's; return its name."""
    client = aws.client("xray")
    if expression_of(name) is None:
        client.create_group(GroupName=name, FilterExpression=filter_expression, Tags=_tags(lab))
    else:
        client.update_group(GroupName=name, FilterExpression=filter_expression)
    return name


def expression_of(name: str) -> str | None:
    """Return the filter expression of a group; None if there is no such group."""
    pages = aws.client("xray").get_paginator("get_groups").paginate()
    groups = {group["GroupName"]: group for page in pages for group in page["Groups"]}
    return str(groups[name].get("FilterExpression", "")) if name in groups else None


def sampling_rule(name: str, lab: str, **fields: Any) -> str:
    """Make the sampling rule `name`, tagged as the lab's; return its name.

    `fields` are those of X-Ray's SamplingRule; left out, a rule has priority 1000, no reservoir, takes 5 % and fits
    every request.
    """
    client = aws.client("xray")
    wanted = {"Priority": 1000, "FixedRate": 0.05, "ReservoirSize": 0, **_ANY, **fields, "RuleName": name}
    if any(rule["RuleName"] == name for rule in sampling_rules()):
        client.update_sampling_rule(SamplingRuleUpdate=wanted)
    else:
        client.create_sampling_rule(SamplingRule={**wanted, "Version": 1}, Tags=_tags(lab))
    return name


def sampling_rules() -> list[dict[str, Any]]:
    """Return the account's sampling rules, the one that is asked first first."""
    return sorted(_rules(), key=lambda rule: (rule["Priority"], rule["RuleName"]))


def _rules() -> Iterator[dict[str, Any]]:
    for page in aws.client("xray").get_paginator("get_sampling_rules").paginate():
        for record in page["SamplingRuleRecords"]:
            yield record["SamplingRule"]


def _tags(lab: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in aws.tags(lab).items()]
