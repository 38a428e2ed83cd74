"""Alarms: evaluated by AWS's own algorithm, combined, suppressed and muted; their actions are really taken."""

from .actions import ActionRefused, register
from .operations import AlarmOperations

__all__ = ["ActionRefused", "AlarmOperations", "register"]
