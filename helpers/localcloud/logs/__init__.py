"""CloudWatch Logs: groups, streams, events, filter patterns, metric filters, EMF, subscriptions."""

from .service import Logs

__all__ = ["Logs"]
