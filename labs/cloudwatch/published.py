"""AWS's published table of how missing data are treated, with the sentences around it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
X is a breaching datapoint, 0 one that is not, - a missing one; the newest stands on the right; N is 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

MODES = ("missing", "ignore", "breaching", "notBreaching")
STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
KEPT = "the state it had"
N = 3


class Case(NamedTuple):
    """One cell of the table: what an alarm sees, how it is set, and the state it takes on."""

    slots: str
    m: int
    mode: str
    expected: str


_ROWS = {
    ("0-X-X", 3): ("OK", "OK", "OK", "OK"),
    ("0----", 3): ("OK", "OK", "OK", "OK"),
    ("-----", 3): ("INSUFFICIENT_DATA", KEPT, "ALARM", "OK"),
    ("0XX-X", 3): ("ALARM", "ALARM", "ALARM", "ALARM"),
    ("--X--", 3): ("ALARM", KEPT, "ALARM", "OK"),
    ("0-X-X", 2): ("ALARM", "ALARM", "ALARM", "ALARM"),
    ("00X0X", 2): ("ALARM", "ALARM", "ALARM", "ALARM"),
    ("0-X--", 2): ("OK", "OK", "ALARM", "OK"),
    ("----0", 2): ("OK", "OK", "ALARM", "OK"),
    ("---X-", 2): ("ALARM", KEPT, "ALARM", "OK"),
}

CASES = [
    Case(slots, m, mode, state)
    for (slots, m), states in _ROWS.items()
    for mode, state in zip(MODES, states, strict=True)
]

# Said in prose: with M = 3 these do not go to ALARM, as later data may turn out not to breach.
PROSE = [Case(slots, 3, "missing", "OK") for slots in ("----X", "---X-")]


def questions() -> Iterator[tuple[Case, str, str]]:
    """Return each case with a state before it and the state that is right after it."""
    for case in [*CASES, *PROSE]:
        for before in STATES:
            yield case, before, before if case.expected == KEPT else case.expected
