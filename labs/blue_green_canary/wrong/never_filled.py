"""The orders of last year have no new fields."""

from labs.blue_green_canary import orders

EXERCISE = "contract"
MESSAGE = "release 3 cannot read an order of release 1"


def apply() -> None:
    old, new = list(orders.OLD), list(orders.NEW)
    orders.save([
        {"release": "2", "reads": old, "writes": old + new},
        {"release": "3", "reads": new, "writes": old + new},
        {"release": "4", "reads": new, "writes": new},
        {"drop": old},
    ])  # fmt: skip


def undo() -> None:
    orders.forget()
