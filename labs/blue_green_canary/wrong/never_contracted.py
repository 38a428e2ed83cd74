"""The old field stays, for somebody to wonder about."""

from labs.blue_green_canary import orders

EXERCISE = "contract"
MESSAGE = "customer is still in"


def apply() -> None:
    old, new = list(orders.OLD), list(orders.NEW)
    orders.save([
        {"release": "2", "reads": old, "writes": old + new},
        {"fill": new},
        {"release": "3", "reads": new, "writes": old + new},
        {"release": "4", "reads": new, "writes": new},
    ])  # fmt: skip


def undo() -> None:
    orders.forget()
