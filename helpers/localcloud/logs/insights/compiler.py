"""Turns the commands of a query into SQL over the tables log_event and log_stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from . import patterns
from .environment import Environment
from .errors import MalformedQuery
from .expressions import Expressions
from .language import (
    Command,
    Dedup,
    Display,
    Expression,
    Field,
    Fields,
    Filter,
    Item,
    Limit,
    Matched,
    ParseGlob,
    ParseRegex,
    Sort,
    Stats,
    children,
)
from .ordering import NEWEST_FIRST, of_key
from .program import DEFAULT_LIMIT, MOST_ROWS, Program, Regex, Source
from .relation import Relation
from .summary import summarise
from .values import Kind, Value

_DEFAULT_FIELDS = (Field("@timestamp"), Field("@message"))
_SCAN = """
SELECT e.stream, e.seq, e.t, e.ingested, e.message, s.name AS stream_name, s.log_group, s.account,
    CASE WHEN json_valid(e.message) THEN CAST(e.message AS JSON) END AS line
FROM log_event e JOIN log_stream s ON e.stream = s.stream
WHERE s.account = {account} AND s.region = {region}
    AND e.t >= CAST({horizons} AS BIGINT[])[list_position(CAST({groups} AS VARCHAR[]), s.log_group)]
    AND e.t BETWEEN {start} AND {end}
"""
_BUILT_IN = {
    "@timestamp": Value("t", Kind.TIME, atomic=True),
    "@ingestionTime": Value("ingested", Kind.TIME, atomic=True),
    "@message": Value("message", Kind.TEXT, atomic=True),
    "@logStream": Value("stream_name", Kind.TEXT, atomic=True),
    "@log": Value("(account || ':' || log_group)", Kind.TEXT),
    # As pointers.pointer makes it, in SQL.
    "@ptr": Value("to_base64(encode(stream || ':' || seq))", Kind.TEXT),
}


def compile_query(commands: Sequence[Command], source: Source, limit: int | None = None) -> Program:
    """Return the program of `commands` over `source`.

    `limit` is the caller's; the lower one of it and the query's counts. Raises MalformedQuery.
    """
    return _Compiler(source).compile(commands, limit)


def regexes(commands: Sequence[Command]) -> list[Regex]:
    """Return every regular expression in `commands`."""
    found = []
    for command in commands:
        if isinstance(command, ParseRegex):
            found.append(Regex(command.pattern, command.span))
        waiting = list(_expressions(command))
        while waiting:
            expression = waiting.pop()
            if isinstance(expression, Matched) and expression.is_regex:
                found.append(Regex(expression.pattern, expression.span))
            waiting.extend(children(expression))
    return found


def _expressions(command: Command) -> list[Expression]:
    match command:
        case Fields(items=items) | Display(items=items):
            return [item.expression for item in items]
        case Stats(items=items, groups=groups):
            return [item.expression for item in (*items, *groups)]
        case Filter(condition=condition):
            return [condition]
        case Sort(keys=keys):
            return [key.expression for key in keys]
        case _:
            return []


class _Compiler:
    """Takes the commands one after the other and keeps what they have made of the rows."""

    def __init__(self, source: Source) -> None:
        self._relation = Relation()
        parameters = {name: self._relation.parameter(value) for name, value in asdict(source).items()}
        self._scanned = self._relation.step(_SCAN.format(**parameters))
        self._matched: str | None = None
        self._environment = Environment(self._relation, _BUILT_IN, discovers=True)
        self._order = NEWEST_FIRST
        self._columns: dict[str, Value] = {}
        self._displayed: dict[str, Value] | None = None
        self._chose_fields = False
        self._summaries = 0
        self._limit: int | None = None
        self._deduplicated = False

    def compile(self, commands: Sequence[Command], limit: int | None) -> Program:
        for command in commands:
            self._check_order(command)
            self._apply(command)
        columns = self._output()
        most = min(self._limit or limit or DEFAULT_LIMIT, limit or MOST_ROWS)
        return self._program(columns, most)

    def _program(self, columns: dict[str, Value], limit: int) -> Program:
        of_events = self._environment.discovers
        texts = [f"{value.text()} AS o{number}" for number, value in enumerate(columns.values())]
        address = ["stream", "seq"] if of_events else []
        last = self._relation.flush()
        chosen = f"FROM {last} ORDER BY {', '.join(self._order)} LIMIT {limit}"
        sizes = " + ".join(f"coalesce(sum(strlen(o{number})), 0)" for number in range(len(texts)))
        return Program(
            labels=tuple(columns),
            rows=self._relation.statement(f"SELECT {', '.join([*texts, *address])} {chosen}"),
            size=self._relation.statement(f"SELECT CAST({sizes} AS BIGINT) FROM (SELECT {', '.join(texts)} {chosen})"),
            matched=self._relation.statement(f"SELECT count(*) FROM {self._matched or last}"),
            scanned=self._relation.statement(
                f"SELECT count(*), CAST(coalesce(sum(strlen(message)), 0) AS BIGINT) FROM {self._scanned}"
            ),
            of_events=of_events,
        )

    def _output(self) -> dict[str, Value]:
        if self._displayed is not None:
            return self._displayed
        if self._chose_fields or self._summaries:
            return self._columns
        default = {field.name: self._environment.field(field) for field in _DEFAULT_FIELDS}
        return {**default, **self._columns}

    def _check_order(self, command: Command) -> None:
        if self._deduplicated and not isinstance(command, Limit):
            raise MalformedQuery("Only limit can follow dedup.", command.span)

    def _apply(self, command: Command) -> None:
        match command:
            case Fields():
                self._fields(command)
            case Display(items=items):
                self._displayed = dict(self._item(item) for item in items)
            case Filter(condition=condition):
                self._filter(condition)
            case Stats():
                self._stats(command)
            case Sort():
                self._sort(command)
            case Limit():
                self._limited(command)
            case Dedup():
                self._dedup(command)
            case ParseGlob(source=source):
                self._parse(source, *patterns.of_glob(command), command)
            case ParseRegex(source=source):
                self._parse(source, *patterns.of_regex(command), command)

    def _evaluate(self, expression: Expression) -> Value:
        return Expressions(self._relation, self._environment).value(expression)

    def _item(self, item: Item) -> tuple[str, Value]:
        """Return name and value of an item; its alias is a field from then on."""
        value = self._relation.bind(self._evaluate(item.expression))
        if item.alias is not None:
            self._environment.define(item.alias, value, item.span)
        return item.label, value

    def _fields(self, command: Fields) -> None:
        self._chose_fields = True
        for item in command.items:
            label, value = self._item(item)
            self._columns[label] = value

    def _filter(self, condition: Expression) -> None:
        self._relation.filter(Expressions(self._relation, self._environment).truth(condition))

    def _stats(self, command: Stats) -> None:
        self._summaries += 1
        if self._summaries > 2:
            raise MalformedQuery("A query takes at most two stats commands.", command.span)
        if not self._environment.discovers and self._limit is not None:
            raise MalformedQuery("sort and limit come after the second stats command.", command.span)
        self._matched = self._matched or self._relation.flush()
        summary = summarise(self._relation, self._environment, command)
        self._environment, self._columns = summary.environment, summary.columns
        self._order, self._displayed, self._limit = summary.order, None, None

    def _sort(self, command: Sort) -> None:
        keys = [of_key(self._relation, self._evaluate(key.expression), key.descending) for key in command.keys]
        self._order = [*(part for key in keys for part in key), *self._order]

    def _limited(self, command: Limit) -> None:
        if not 1 <= command.count <= MOST_ROWS:
            raise MalformedQuery(f"limit takes 1 to {MOST_ROWS}.", command.span)
        self._matched = self._matched or self._relation.flush()
        self._relation.step(f"SELECT * FROM {{rows}} ORDER BY {', '.join(self._order)} LIMIT {command.count}")
        self._limit = min(command.count, self._limit or MOST_ROWS)

    def _dedup(self, command: Dedup) -> None:
        self._matched = self._matched or self._relation.flush()
        values = [self._environment.field(field) for field in command.fields]
        keys = [self._relation.bind(Value(value.text(), Kind.TEXT)).sql for value in values]
        missing = " OR ".join(f"{key} IS NULL" for key in keys)
        place = f"row_number() OVER (PARTITION BY {', '.join(keys)} ORDER BY {', '.join(self._order)})"
        self._relation.step(f"SELECT * FROM {{rows}} QUALIFY {place} = 1 OR {missing}")
        self._deduplicated = True

    def _parse(self, source: Field, pattern: str, names: Sequence[str | None], command: Command) -> None:
        text = self._relation.bind(Value(self._environment.field(source).text(), Kind.TEXT))
        regex = self._relation.parameter(pattern)
        groups = ", ".join(f"'g{number}'" for number in range(len(names)))
        parts = f"regexp_extract({text.sql}, {regex}, [{groups}])"
        found = self._relation.bind(Value(f"CASE WHEN regexp_matches({text.sql}, {regex}) THEN {parts} END", Kind.TEXT))
        for number, name in enumerate(names):
            if name is not None:
                value = self._relation.bind(Value(f"{found.sql}['g{number}']", Kind.TEXT))
                self._environment.define(name, value, command.span)
                self._columns[name] = value
