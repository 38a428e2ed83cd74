"""From reading the old to writing the new alone, in one release."""

from labs.blue_green_canary import orders

EXERCISE = "contract"
MESSAGE = "release 2 cannot read an order of release 3"


def apply() -> None:
    old, new = list(orders.OLD), list(orders.NEW)
    orders.save([
        {"release": "2", "reads": old, "writes": old + new},
        {"fill": new},
        {"release": "3", "reads": new, "writes": new},
        {"drop": old},
    ])  # fmt: skip


def undo() -> None:
    orders.forget()
