"""Tags as the store keeps them. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Tag.html"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..service import ServiceError

MOST = 50


def as_tags(given: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Return tags by key. Raises DuplicateTagKeys, TooManyTags or ValidationError."""
    pairs = [(tag["Key"], tag.get("Value", "")) for tag in given or ()]
    if len(pairs) > len(dict(pairs)):
        raise ServiceError("DuplicateTagKeys", "A tag key was specified more than once.")
    if reserved := [key for key, _ in pairs if key.lower().startswith("aws:")]:
        raise ServiceError("ValidationError", f"The tag key '{reserved[0]}' is reserved: 'aws:' belongs to AWS.")
    return checked(dict(pairs))


def checked(tags: dict[str, str]) -> dict[str, str]:
    """Return `tags`. Raises TooManyTags."""
    if len(tags) > MOST:
        raise ServiceError("TooManyTags", f"A resource has up to {MOST} tags; this would be {len(tags)}.")
    return tags
