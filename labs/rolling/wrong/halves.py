"""Halves of tasks."""

from helpers import delivery

EXERCISE = "prediction"
MESSAGE = "two whole numbers of tasks"


def apply() -> None:
    delivery.predict("rolling", "rolling", least="1.5", most="4.5")


def undo() -> None:
    delivery.forget("rolling")
