"""CloudWatch Logs: groups, streams, events, filter patterns, metric filters, EMF, subscriptions."""
