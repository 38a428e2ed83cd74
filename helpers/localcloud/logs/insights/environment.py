"""Which fields there are at a place in a query."""

from __future__ import annotations

from . import discovered
from .errors import MalformedQuery
from .language import Expression, Field
from .relation import Relation
from .values import Kind, Value


class Environment:
    """The fields of rows: those that commands have made, and those that log lines bring with them."""

    def __init__(self, relation: Relation, built_in: dict[str, Value], *, discovers: bool) -> None:
        """`built_in` are "@timestamp" and its like; `discovers`: other names are looked for in the JSON of the line."""
        self._relation = relation
        self._named = dict(built_in)
        self._discovers = discovers
        self._made: set[str] = set()
        self.computed: dict[Expression, Value] = {}

    @property
    def discovers(self) -> bool:
        """Whether the rows are log events."""
        return self._discovers

    def field(self, field: Field) -> Value:
        """Return the value of `field`. Raises MalformedQuery if there is none after stats."""
        if field.name not in self._named:
            if field in self.computed:
                return self.computed[field]
            if not self._discovers:
                raise MalformedQuery(
                    f"Unknown symbols found in or after stats: {field.name}. After stats there are only its results:"
                    f" {', '.join(self._named)}.",
                    field.span,
                )
            self._named[field.name] = self._relation.bind(self._discovered(field.name))
        return self._named[field.name]

    def define(self, name: str, value: Value, span: tuple[int, int]) -> None:
        """Make `name` a field. Raises MalformedQuery if a command has made it before."""
        if name in self._made:
            raise MalformedQuery(f"The field {name} is defined twice; give one of them another name with as.", span)
        self._made.add(name)
        self._named[name] = value

    def _discovered(self, name: str) -> Value:
        """A line of JSON names its members by path; one with @ in front has a second @ in queries."""
        own = name[1:] if name.startswith("@@") else name
        if own.startswith("@") and own == name:
            return discovered.of_lambda(name) or Value("CAST(NULL AS VARCHAR)", Kind.TEXT)
        found = [f"json_extract_string(line, {self._relation.parameter(path)})" for path in _pointers(own)]
        return Value(found[0] if len(found) == 1 else f"coalesce({', '.join(found)})", Kind.TEXT)


def _pointers(name: str) -> list[str]:
    """Return the JSON pointers (RFC 6901) under which `name` may be: a path, and a member with dots in its name."""
    parts = [part.replace("~", "~0").replace("/", "~1") for part in name.split(".")]
    return ["/" + "/".join(parts)] + (["/" + ".".join(parts)] if len(parts) > 1 else [])
