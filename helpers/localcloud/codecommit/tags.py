"""The tags of a repository. https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html"""

from __future__ import annotations

from collections.abc import Iterable

from ..service import ServiceError

MAX_TAGS = 50


def merged(tags: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Return `tags` with `new` over them. Raises TooManyTagsException, InvalidSystemTagUsageException."""
    _check_keys(new)
    both = tags | new
    if len(both) > MAX_TAGS:
        raise ServiceError("TooManyTagsException", f"A repository has at most {MAX_TAGS} tags, not {len(both)}.")
    return both


def without(tags: dict[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Return `tags` without `keys`. Raises InvalidSystemTagUsageException."""
    _check_keys(keys)
    gone = set(keys)
    return {key: value for key, value in tags.items() if key not in gone}


def _check_keys(keys: Iterable[str]) -> None:
    if system := next((key for key in keys if key.lower().startswith("aws:")), None):
        raise ServiceError("InvalidSystemTagUsageException", f"Tags called aws:... are AWS's own, like '{system}'.")
