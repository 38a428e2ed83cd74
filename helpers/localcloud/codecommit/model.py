"""What the store keeps of a repository; its content is git's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Repository:
    """A repository's metadata, and the refs as they were last announced on the event bus."""

    name: str
    id: str
    created: datetime
    modified: datetime
    description: str = ""
    default_branch: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    announced: dict[str, str] = field(default_factory=dict)
