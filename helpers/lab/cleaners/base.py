"""What all cleaners share: a resource is the lab's if its name has the learner's prefix and no tag says otherwise."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from helpers import aws
from helpers.lab.exercises import existing

LEARNER, LAB = "workbook:learner", "workbook:lab"


@dataclass(frozen=True)
class Owner:
    """Whose resources are meant: the learner's prefix and name, and the lab's slug."""

    prefix: str
    learner: str
    lab: str

    @classmethod
    def of(cls, lab: str) -> Owner:
        """Return the present learner as the owner of what `lab` made."""
        return cls(aws.prefix(), aws.tags(lab)[LEARNER], lab)

    def may_own(self, name: str) -> bool:
        """Return whether `name` (its last part may follow a path or an ARN's colons) has the learner's prefix."""
        parts = name.replace(":", "/").split("/")
        return any(part == self.prefix or part.startswith(f"{self.prefix}-") for part in parts)

    def owns(self, tags: dict[str, str]) -> bool:
        """Return whether `tags` leave the resource to this learner and lab; without tags they do."""
        return tags.get(LEARNER, self.learner) == self.learner and tags.get(LAB, self.lab) == self.lab


class Cleaner(ABC):
    """One kind of resource. Subclasses list all of it in the account and region, read its tags and delete one."""

    kind: ClassVar[str]
    service: ClassVar[str]

    @property
    def client(self) -> Any:
        return aws.client(self.service)

    @abstractmethod
    def names(self) -> Iterable[str]:
        """Return the names (or addresses) of all resources of this kind, whoever made them."""

    @abstractmethod
    def tags(self, name: str) -> dict[str, str]:
        """Return the tags of one resource; {} if it has none or is gone."""

    @abstractmethod
    def delete(self, name: str) -> None:
        """Delete one resource with all that it holds; one that is gone already is as good."""

    def find(self, owner: Owner) -> list[str]:
        """Return what `owner` has of this kind, sorted."""
        candidates = sorted(name for name in self.names() if owner.may_own(name))
        return [name for name in candidates if owner.owns(self.tags(name))]


def pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Any]:
    """Return the members called `key` of all pages of a list operation; [] if what holds them is gone."""
    return existing(lambda: list(_paged(client, operation, key, arguments))) or []


def _paged(client: Any, operation: str, key: str, arguments: dict[str, Any]) -> Iterator[Any]:
    if client.can_paginate(operation):
        for page in client.get_paginator(operation).paginate(**arguments):
            yield from page.get(key) or ()
    else:
        yield from getattr(client, operation)(**arguments).get(key) or ()


def pairs(tags: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Return a list of key and value entries, as most services spell tags, as a dictionary."""
    return {tag[key]: tag[value] for tag in tags or ()}


def gone(call: Any, **arguments: Any) -> None:
    """Make a call that deletes; that there is no such thing is success."""
    existing(call, **arguments)
