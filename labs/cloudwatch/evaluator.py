"""The evaluator of alarms that most people write first, and how one is tried."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

from labs.cloudwatch.published import Case, N, questions

LIMIT = 20.0
_RUNNER = """
import json, sys
source, asked = json.load(sys.stdin)
names = {}
exec(compile(source, "evaluator.py", "exec"), names)
print(json.dumps([names["evaluate"](*one) for one in asked]))
"""
Evaluate = Callable[[str, int, int, str, str], str]
Miss = tuple[Case, str, str, str]


def naive(slots: str, n: int, m: int, missing: str, before: str) -> str:
    """Take the last n slots, fill the gaps, count: it looks right."""
    recent = slots[-n:]
    if recent == "-" * n and missing in ("missing", "ignore"):
        return before if missing == "ignore" else "INSUFFICIENT_DATA"
    filled = recent.replace("-", "X" if missing == "breaching" else "0")
    return "ALARM" if filled.count("X") >= m else "OK"


def misses(answers: list[str]) -> list[Miss]:
    """Return where `answers`, one for each question of the table, differ: case, state before, right, given."""
    asked = zip(questions(), answers, strict=True)
    return [(case, before, right, given) for (case, before, right), given in asked if given != right]


def answers_of(evaluate: Evaluate) -> list[str]:
    """Return what `evaluate` says to each question of the table."""
    return [evaluate(case.slots, N, case.m, case.mode, before) for case, before, _ in questions()]


def answers_of_source(source: str) -> list[str]:
    """Run the function `evaluate` in `source` in a process of its own. Raises ValueError with what went wrong."""
    asked = [(case.slots, N, case.m, case.mode, before) for case, before, _ in questions()]
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _RUNNER],
            input=json.dumps([source, asked]), capture_output=True, text=True, timeout=LIMIT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ValueError(f"it did not answer within {LIMIT:g} s") from None
    if done.returncode:
        raise ValueError(done.stderr.strip().splitlines()[-1])
    return [str(answer) for answer in json.loads(done.stdout.splitlines()[-1])]
