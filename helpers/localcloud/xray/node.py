"""What a node of the service graph is identified by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NodeId:
    """A service by name and type ("AWS::ECS::Container", "remote", "client"; None if its segments name none)."""

    name: str
    type: str | None

    def document(self, account: str) -> dict[str, Any]:
        """Return it in the API's shape ServiceId."""
        return {"Name": self.name, "Names": [self.name], "AccountId": account, "Type": self.type}
