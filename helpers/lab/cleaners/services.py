"""Cleaners of what surrounds the pipeline: functions, parameters, secrets, log groups, roles."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.lab.cleaners.base import Cleaner, gone, pages, pairs
from helpers.lab.exercises import existing


class Functions(Cleaner):
    """Lambda functions."""

    kind, service = "function", "lambda"

    def names(self) -> Iterable[str]:
        return [function["FunctionName"] for function in pages(self.client, "list_functions", "Functions")]

    def tags(self, name: str) -> dict[str, str]:
        tags: dict[str, str] = (existing(self.client.get_function, FunctionName=name) or {}).get("Tags") or {}
        return tags

    def delete(self, name: str) -> None:
        gone(self.client.delete_function, FunctionName=name)


class Parameters(Cleaner):
    """Parameters of the Systems Manager store."""

    kind, service = "parameter", "ssm"

    def names(self) -> Iterable[str]:
        return [parameter["Name"] for parameter in pages(self.client, "describe_parameters", "Parameters")]

    def tags(self, name: str) -> dict[str, str]:
        answer = existing(self.client.list_tags_for_resource, ResourceType="Parameter", ResourceId=name) or {}
        return pairs(answer.get("TagList"))

    def delete(self, name: str) -> None:
        gone(self.client.delete_parameter, Name=name)


class Secrets(Cleaner):
    """Secrets, at once: the recovery window would keep the name taken for a week or more."""

    kind, service = "secret", "secretsmanager"

    def names(self) -> Iterable[str]:
        return [secret["Name"] for secret in pages(self.client, "list_secrets", "SecretList")]

    def tags(self, name: str) -> dict[str, str]:
        return pairs((existing(self.client.describe_secret, SecretId=name) or {}).get("Tags"))

    def delete(self, name: str) -> None:
        gone(self.client.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)


class LogGroups(Cleaner):
    """Log groups; builds and functions make theirs by themselves, without tags."""

    kind, service = "log group", "logs"

    def names(self) -> Iterable[str]:
        return [group["logGroupName"] for group in pages(self.client, "describe_log_groups", "logGroups")]

    def tags(self, name: str) -> dict[str, str]:
        tags: dict[str, str] = (existing(self.client.list_tags_log_group, logGroupName=name) or {}).get("tags") or {}
        return tags

    def delete(self, name: str) -> None:
        gone(self.client.delete_log_group, logGroupName=name)


class Roles(Cleaner):
    """Roles, with the policies in them and without those attached to them."""

    kind, service = "role", "iam"

    def names(self) -> Iterable[str]:
        return [role["RoleName"] for role in pages(self.client, "list_roles", "Roles")]

    def tags(self, name: str) -> dict[str, str]:
        return pairs((existing(self.client.list_role_tags, RoleName=name) or {}).get("Tags"))

    def delete(self, name: str) -> None:
        if existing(self.client.get_role, RoleName=name) is None:
            return
        for policy in pages(self.client, "list_role_policies", "PolicyNames", RoleName=name):
            gone(self.client.delete_role_policy, RoleName=name, PolicyName=policy)
        for attached in pages(self.client, "list_attached_role_policies", "AttachedPolicies", RoleName=name):
            gone(self.client.detach_role_policy, RoleName=name, PolicyArn=attached["PolicyArn"])
        gone(self.client.delete_role, RoleName=name)
