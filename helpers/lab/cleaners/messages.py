"""Cleaners of what carries messages: event rules, topics, queues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from helpers.lab.cleaners.base import Cleaner, gone, pages, pairs
from helpers.lab.exercises import existing


class Rules(Cleaner):
    """Rules of the default event bus, with their targets."""

    kind, service = "event rule", "events"

    def names(self) -> Iterable[str]:
        return [rule["Name"] for rule in pages(self.client, "list_rules", "Rules")]

    def tags(self, name: str) -> dict[str, str]:
        found: Any = existing(self.client.describe_rule, Name=name)
        return pairs(self.client.list_tags_for_resource(ResourceARN=found["Arn"]).get("Tags")) if found else {}

    def delete(self, name: str) -> None:
        found: Any = existing(self.client.list_targets_by_rule, Rule=name) or {}
        targets = [target["Id"] for target in found.get("Targets", ())]
        if targets:
            gone(self.client.remove_targets, Rule=name, Ids=targets)
        gone(self.client.delete_rule, Name=name)


class Topics(Cleaner):
    """Topics, with their subscriptions."""

    kind, service = "topic", "sns"

    def names(self) -> Iterable[str]:
        return [topic["TopicArn"] for topic in pages(self.client, "list_topics", "Topics")]

    def tags(self, name: str) -> dict[str, str]:
        return pairs((existing(self.client.list_tags_for_resource, ResourceArn=name) or {}).get("Tags"))

    def delete(self, name: str) -> None:
        for each in pages(self.client, "list_subscriptions_by_topic", "Subscriptions", TopicArn=name):
            if each["SubscriptionArn"].startswith("arn:"):  # else "PendingConfirmation", which goes by itself
                gone(self.client.unsubscribe, SubscriptionArn=each["SubscriptionArn"])
        gone(self.client.delete_topic, TopicArn=name)


class Queues(Cleaner):
    """Queues, with the messages in them."""

    kind, service = "queue", "sqs"

    def names(self) -> Iterable[str]:
        return pages(self.client, "list_queues", "QueueUrls")

    def tags(self, name: str) -> dict[str, str]:
        tags: dict[str, str] = (existing(self.client.list_queue_tags, QueueUrl=name) or {}).get("Tags") or {}
        return tags

    def delete(self, name: str) -> None:
        gone(self.client.delete_queue, QueueUrl=name)
