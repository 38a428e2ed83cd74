"""A change of the database in steps, played on a real table with two releases side by side at each of them.

The shop's orders have a field `customer` ("Ada Lovelace"); they shall have `first` and `last` instead. A plan is a list
of steps, each a mapping:

    {"release": "2", "reads": ["customer"], "writes": ["customer", "first", "last"]}   traffic moves to it
    {"fill": ["first", "last"]}       every order that lacks these fields gets them
    {"drop": ["customer"]}            every order loses these fields
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers import aws, show
from helpers.cicd import pairs
from helpers.lab import existing
from labs.blue_green_canary.releases import LAB

Step = Mapping[str, Any]
OLD, NEW = ("customer",), ("first", "last")
NAMES = ("Ada Lovelace", "Grace Hopper", "Alan Turing")
FIRST_RELEASE: Step = {"release": "1", "reads": list(OLD), "writes": list(OLD)}
LIMIT = 120.0


@dataclass(frozen=True)
class Played(show.Shown):
    """What came of a plan: a row for each step, and the first thing that went wrong ("" if nothing did)."""

    rows: Sequence[Mapping[str, str]]
    problem: str

    def picture(self) -> show.Picture:
        """Show the steps, with who could read what."""
        return show.table(self.rows, self.problem or "Every order could be read at every step")


class Broken(Exception):
    """A step after which something does not work; the message says what."""


def save(plan: Sequence[Step]) -> None:
    """Keep a plan as a parameter of the account."""
    ssm, name = aws.client("ssm"), _parameter()
    tags, text = pairs(aws.tags(LAB)), json.dumps(list(plan))
    if aws.created(ssm.put_parameter, Name=name, Value=text, Type="String", Tags=tags) is None:
        ssm.put_parameter(Name=name, Value=text, Type="String", Overwrite=True)


def saved() -> list[Step] | None:
    """Return the plan that is kept, or None."""
    ssm = aws.client("ssm")
    try:
        found = json.loads(ssm.get_parameter(Name=_parameter())["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return None
    return list(found)


def forget() -> None:
    """Take the plan back; that there is none is as good."""
    ssm = aws.client("ssm")
    try:
        ssm.delete_parameter(Name=_parameter())
    except ssm.exceptions.ParameterNotFound:
        return


def _parameter() -> str:
    return aws.name("orders-plan")


def play(plan: Sequence[Step], names: Sequence[str] = NAMES) -> Played:
    """Play a plan on the lab's table: before and after each step orders are placed, and all of them are read.

    Stops at the first step that breaks something. `names` are those of the customers who order.
    """
    table, rows = _Table(names), list[Mapping[str, str]]()
    now = FIRST_RELEASE
    table.place(now)
    for number, step in enumerate(plan, 1):
        told = {"step": f"{number}", "what": _named(step)}
        try:
            now = _taken(table, now, step)
        except Broken as problem:
            return Played([*rows, {**told, "works": f"✘ {problem}"}], f"Step {number}: {problem}")
        rows.append({**told, "works": "✔"})
    return Played(rows, _unfinished(table, now))


def _taken(table: _Table, now: Step, step: Step) -> Step:
    """Take one step; return the release that serves afterwards."""
    _check(step)
    if "fill" in step:
        table.fill(step["fill"])
    elif "drop" in step:
        table.drop(step["drop"])
    if "release" not in step:
        table.place(now)
        table.read_all(now)
        return now
    # Side by side, as long as traffic moves, and after it if it has to move back.
    for release in (now, step):
        table.place(release)
    for release in (now, step):
        table.read_all(release)
    return step


def _check(step: Step) -> None:
    kind = next((each for each in ("release", "fill", "drop") if each in step), "")
    wanted = {"release": {"release", "reads", "writes"}, "fill": {"fill"}, "drop": {"drop"}}.get(kind, set())
    if set(step) != wanted:
        raise Broken("a step is a release with reads and writes, a fill, or a drop")
    lists = [step[name] for name in wanted - {"release"}]
    if not all(isinstance(each, list) and each and set(each) <= {*OLD, *NEW} for each in lists):
        raise Broken(f"the fields of an order are {', '.join((*OLD, *NEW))}")


def _named(step: Step) -> str:
    return ", ".join(
        f"{name} {' '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in step.items()
    )


def _unfinished(table: _Table, now: Step) -> str:
    if {*now["reads"], *now["writes"]} != set(NEW):
        return f"Not there yet: release {now['release']} still works with {', '.join(OLD)}"
    left = sum(any(field in order for field in OLD) for order in table.orders())
    return f"Not there yet: {', '.join(OLD)} is still in {left} orders" if left else ""


class _Table:
    """The table of orders, emptied at the beginning."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names, self._number = names, 0
        self._table = aws.resource("dynamodb").Table(_made())
        for order in self.orders():
            self._table.delete_item(Key={"id": order["id"]})

    def orders(self) -> list[dict[str, str]]:
        return list(self._table.scan(ConsistentRead=True)["Items"])

    def place(self, release: Step) -> None:
        """Let a release write an order for each customer."""
        for name in self._names:
            self._number += 1
            fields = {field: _all_fields(name)[field] for field in release["writes"]}
            self._table.put_item(Item={"id": f"{self._number:04d}", "release": release["release"], **fields})

    def read_all(self, release: Step) -> None:
        """Let a release read every order. Raises Broken."""
        for order in self.orders():
            if missing := [field for field in release["reads"] if field not in order]:
                raise Broken(
                    f"release {release['release']} cannot read an order of release {order['release']}:"
                    f" it has no {' and no '.join(missing)}"
                )

    def fill(self, fields: Sequence[str]) -> None:
        for order in self.orders():
            name = order.get("customer") or f"{order.get('first', '')} {order.get('last', '')}".strip()
            self._table.put_item(Item={**{field: _all_fields(name)[field] for field in fields}, **order})

    def drop(self, fields: Sequence[str]) -> None:
        for order in self.orders():
            self._table.put_item(Item={field: value for field, value in order.items() if field not in fields})


def _all_fields(name: str) -> dict[str, str]:
    first, _, last = name.partition(" ")
    return {"customer": name, "first": first, "last": last}


def _made() -> str:
    client, name = aws.client("dynamodb"), aws.name("orders")
    if existing(client.describe_table, TableName=name) is not None:
        return name
    client.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", Tags=pairs(aws.tags(LAB)),
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )  # fmt: skip
    client.get_waiter("table_exists").wait(TableName=name)
    return name
