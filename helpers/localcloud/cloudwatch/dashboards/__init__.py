"""Dashboards: kept as the JSON that AWS takes, checked before they are."""

from .operations import DashboardOperations

__all__ = ["DashboardOperations"]
