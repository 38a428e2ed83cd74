"""Values made up for a shape of botocore's model, from a seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

_TEXTS = (
    "a",
    "Übung",
    "a b&c=d;e",
    '<x y="z">&amp;',
    "two\nlines\r\n",
    "日本語 🚀",
    "50% + 1/2",
    "-",
    "null",
    "tab\there",
)
_HEADER_TEXTS = ("a", "with space", "a,b", 'say "hi"', "x=y; z")
_DEPTH = 5
_NESTED = ("structure", "list", "map")


class Examples:
    """Makes values that every protocol can carry.

    `sparse` also makes empty lists, maps and structures, which a form and flattened XML cannot tell from absent ones.
    """

    def __init__(self, seed: str, *, sparse: bool) -> None:
        self._random = Random(seed)
        self._sparse = sparse

    def members(self, shape: Any, *, all_of_them: bool = False) -> dict[str, Any]:
        """Return a structure's members: the required ones and some others, or all."""
        return self._structure(shape, 0, "", all_of_them=all_of_them)

    def _structure(self, shape: Any, depth: int, place: str, *, all_of_them: bool = False) -> dict[str, Any]:
        names = [name for name, member in shape.members.items() if not member.serialization.get("eventstream")]
        if depth > _DEPTH:
            names = [name for name in names if shape.members[name].type_name not in _NESTED] or names[-1:]
        if shape.is_tagged_union:
            names = [self._random.choice(names)]
        elif not all_of_them:
            names = [name for name in names if self._wanted(shape, name)] or ([] if self._sparse else names[:1])
        return {name: self._member(shape.members[name], depth, place) for name in names}

    def _wanted(self, shape: Any, name: str) -> bool:
        member = shape.members[name]
        needed = name in shape.required_members or member.serialization.get("location") == "uri"
        return needed or self._random.random() < 0.6

    def _member(self, member: Any, depth: int, place: str) -> Any:
        return self.value(member, depth + 1, member.serialization.get("location", place))

    def value(self, shape: Any, depth: int = 0, place: str = "") -> Any:
        """Return a value; `place` is the part of the message ("header", "uri", "" for the body)."""
        kind = shape.type_name
        if kind == "structure":
            if shape.is_document_type:
                return {"any": ["thing", 1, {"at": None}]}
            return self._structure(shape, depth, place)
        if kind == "list":
            return [self.value(shape.member, depth + 1, place) for _ in range(self._count(depth, place))]
        if kind == "map":
            keys = [f"{self._text(shape.key, 'header')}{i}" for i in range(self._count(depth, place))]
            return {key: self.value(shape.value, depth + 1, place) for key in keys}
        return self._leaf(shape, kind, place)

    def _count(self, depth: int, place: str) -> int:
        least = 0 if self._sparse and not place else 1
        return least if depth > _DEPTH else self._random.randint(least, 2)

    def _leaf(self, shape: Any, kind: str, place: str) -> Any:
        if place == "statusCode":
            return self._random.choice((200, 202, 207))
        if kind in ("integer", "long"):
            return self._random.choice((0, 1, -1, 23, 24, 255, 65_536, 2**31 - 1, -(2**31)))
        if kind in ("float", "double"):
            return self._random.randint(-4000, 4000) / 8
        if kind == "boolean":
            return self._random.random() < 0.5
        if kind == "timestamp":
            return self._moment(shape, place)
        if kind == "blob":
            return self._random.randbytes(self._random.randint(1, 40))
        return self._text(shape, place)

    def _moment(self, shape: Any, place: str) -> datetime:
        whole = place == "header" or shape.serialization.get("timestampFormat") == "rfc822"
        fraction = 0 if whole else self._random.choice((0, 0, 500_000, 123_456))
        start = datetime(1971, 1, 1, tzinfo=UTC)
        return start + timedelta(seconds=self._random.randint(0, 2_500_000_000), microseconds=fraction)

    def _text(self, shape: Any, place: str) -> str:
        if getattr(shape, "enum", None):
            return str(self._random.choice(shape.enum))
        if place in ("header", "headers"):
            return self._random.choice(_HEADER_TEXTS)
        if self._sparse and not place and self._random.random() < 0.1:
            return ""
        return self._random.choice(_TEXTS)
