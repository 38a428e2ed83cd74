"""Which minutes a deployment window's expression names."""

from __future__ import annotations

from datetime import datetime

import pytest

from helpers.localcloud.codepipeline.conditions.cron import BadCron, Cron

# 2026-11-24 is a Tuesday; 2026-10-31 a Saturday, 2026-11-01 a Sunday, 2026-11-30 a Monday.
NAMED = [
    ("* * 9-17 ? * MON-FRI", "2026-11-24 09:00", True),
    ("* * 9-17 ? * MON-FRI", "2026-11-24 18:00", False),
    ("* * 9-17 ? * MON-FRI", "2026-11-22 10:00", False),
    ("* * * ? * 3", "2026-11-24 10:00", True),
    ("* * * ? * FRI-MON", "2026-11-22 10:00", True),
    ("* * * ? * FRI-MON", "2026-11-24 10:00", False),
    ("* 0/15 * ? * *", "2026-11-24 10:45", True),
    ("* 0/15 * ? * *", "2026-11-24 10:46", False),
    ("* */20 * ? * *", "2026-11-24 10:40", True),
    ("* 5/15 * ? * *", "2026-11-24 10:20", True),
    ("* 10-30/10 * ? * *", "2026-11-24 10:40", False),
    ("* 5,10 8,9 24 NOV ? 2026", "2026-11-24 09:10", True),
    ("* * * 24 NOV ? 2027", "2026-11-24 09:10", False),
    ("* * * L * ?", "2026-11-30 09:10", True),
    ("* * * L * ?", "2028-02-29 09:10", True),
    ("* * * LW * ?", "2026-10-30 09:10", True),
    ("* * * LW * ?", "2026-10-31 09:10", False),
    ("* * * 1W * ?", "2026-11-02 09:10", True),
    ("* * * 31W * ?", "2026-10-30 09:10", True),
    ("* * * 24W * ?", "2026-11-24 09:10", True),
    ("* * * ? * 3#4", "2026-11-24 09:10", True),
    ("* * * ? * TUE#3", "2026-11-24 09:10", False),
    ("* * * ? * 3L", "2026-11-24 09:10", True),
    ("* * * ? * 3L", "2026-11-17 09:10", False),
    ("* * * ? * L", "2026-11-28 09:10", True),
]
BROKEN = {
    "* * *": "3 fields",
    "* * * * * * * *": "8 fields",
    "* 60 * ? * *": "'60' is no minutes",
    "* * 24 ? * *": "'24' is no hours",
    "* * * 0 * ?": "'0' is no day-of-month",
    "* * * ? 13 *": "'13' is no month",
    "* * * ? * MOO": "'MOO' is no day-of-week",
    "* * * ? * 2#6": "names no week",
    "* */0 * ? * *": "no step",
    "* 1,x * ? * *": "'X' is no minutes",
    "x * * ? * *": "'X' is no seconds",
    "* * * ? * * 3000": "'3000' is no year",
    "* * * 32W * ?": "'32' is no day-of-month",
    "* 1- * ? * *": "'' is no minutes",
}


@pytest.mark.parametrize(("text", "moment", "named"), NAMED)
def test_an_expression_names_its_minutes(text: str, moment: str, named: bool) -> None:
    assert Cron(text).names(datetime.fromisoformat(moment)) is named


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_expression_is_refused_with_what_is_wrong(text: str) -> None:
    with pytest.raises(BadCron, match=BROKEN[text]):
        Cron(text)
