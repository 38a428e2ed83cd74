"""Plans for the orders of lesson 7, played on a real table."""

from __future__ import annotations

from typing import Any

import pytest

from helpers import aws
from labs.blue_green_canary import orders

OLD, NEW = list(orders.OLD), list(orders.NEW)
EXPAND = {"release": "2", "reads": OLD, "writes": OLD + NEW}
FILL = {"fill": NEW}
MOVE = {"release": "3", "reads": NEW, "writes": OLD + NEW}
STOP = {"release": "4", "reads": NEW, "writes": NEW}
DROP = {"drop": OLD}


pytestmark = pytest.mark.usefixtures("learner")


def test_expand_move_and_contract_works_and_leaves_the_new_fields_alone() -> None:
    played = orders.play([EXPAND, FILL, MOVE, STOP, DROP], names=("Cher", "Margaret Heafield Hamilton"))
    assert played.problem == "" and [row["works"] for row in played.rows] == ["✔"] * 5
    left = aws.client("dynamodb").scan(TableName=aws.name("orders"))["Items"]
    assert left and all("customer" not in order and {"first", "last"} <= set(order) for order in left)
    first = {order["first"]["S"]: order["last"]["S"] for order in left}
    assert first == {"Cher": "", "Margaret": "Heafield Hamilton"}


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ([STOP], "Step 1: release 1 cannot read an order of release 4: it has no customer"),
        ([FILL, MOVE], "Step 2: release 3 cannot read an order of release 1: it has no first and no last"),
        ([EXPAND, MOVE], "Step 2: release 3 cannot read an order of release 1"),
        ([EXPAND, FILL, STOP], "Step 3: release 2 cannot read an order of release 4: it has no customer"),
        ([EXPAND, FILL, DROP], "Step 3: release 2 cannot read an order"),
        ([EXPAND, FILL, MOVE, STOP], "Not there yet: customer is still in"),
        ([EXPAND, FILL, MOVE], "Not there yet: release 3 still works with customer"),
        ([], "Not there yet: release 1 still works with customer"),
        ([{"rename": OLD}], "Step 1: a step is a release"),
        ([{"release": "2", "reads": NEW}], "Step 1: a step is a release"),
        ([{"fill": "first"}], "Step 1: the fields of an order are"),
        ([{"drop": ["id"]}], "Step 1: the fields of an order are"),
    ],
)
def test_a_plan_that_breaks_something_is_told_where(plan: list[dict[str, Any]], told: str) -> None:
    played = orders.play(plan)
    assert played.problem.startswith(told) and str(played).startswith(told)


def test_a_plan_is_kept_changed_and_forgotten() -> None:
    assert orders.saved() is None
    orders.save([FILL])
    orders.save([FILL, DROP])
    assert orders.saved() == [FILL, DROP]
    orders.forget()
    orders.forget()
    assert orders.saved() is None
