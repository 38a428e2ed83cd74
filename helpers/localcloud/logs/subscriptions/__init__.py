"""Subscription filters: events that match a pattern, sent to Lambda or Kinesis as they come in."""

from .consumer import KIND, SubscriptionConsumer
from .operations import SubscriptionOperations

__all__ = ["KIND", "SubscriptionConsumer", "SubscriptionOperations"]
