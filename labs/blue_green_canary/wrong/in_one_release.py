"""The new fields in one release, which the old one cannot read."""

from labs.blue_green_canary import orders

EXERCISE = "contract"
MESSAGE = "release 1 cannot read an order of release 2"


def apply() -> None:
    new = list(orders.NEW)
    orders.save([{"release": "2", "reads": new, "writes": new}, {"drop": ["customer"]}])


def undo() -> None:
    orders.forget()
