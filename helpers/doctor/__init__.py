"""Says whether the workbook can work on this machine: ready, or each problem with what, why and how to repair it."""

from __future__ import annotations

from . import account, cloud, machine
from .check import Check, Diagnosis, State

__all__ = ["Check", "Diagnosis", "State", "examine", "preflight"]

_QUICK = (
    machine.python,
    machine.git,
    machine.settings,
    machine.home,
    cloud.record,
    cloud.kept_aside,
    cloud.proxy,
)
_THOROUGH = (cloud.answer, cloud.port, machine.disk, machine.browser, machine.docker, account.credentials)


def preflight() -> Diagnosis:
    """Return what a notebook needs to know before its first call; takes less than a second on the local cloud."""
    return Diagnosis([check() for check in (*_QUICK, account.credentials)])


def examine() -> Diagnosis:
    """Return what all checks found; takes some seconds where a program or an account does not answer."""
    return Diagnosis([check() for check in (*_QUICK, *_THOROUGH)])
