"""A group: a filter expression with a name. https://docs.aws.amazon.com/xray/latest/devguide/xray-console-groups.html"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Group:
    """As it is stored. Insights are kept as settings; none are computed."""

    name: str
    arn: str
    filter_expression: str | None = None
    insights_enabled: bool = False
    notifications_enabled: bool = False
    tags: dict[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return it in the API's shapes Group and GroupSummary."""
        return {
            "GroupName": self.name,
            "GroupARN": self.arn,
            "FilterExpression": self.filter_expression,
            "InsightsConfiguration": {
                "InsightsEnabled": self.insights_enabled,
                "NotificationsEnabled": self.notifications_enabled,
            },
        }
