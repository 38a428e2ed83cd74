"""An exercise: a check that reads the cloud, and the second and third hint; the first comes from what the check saw."""

from __future__ import annotations

import contextvars
import re
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from helpers.lab.outcome import CannotCheck, Outcome

T = TypeVar("T")
Check = Callable[[], Outcome]

LIMIT = 60.0
"""Seconds that a check may take unless its exercise says otherwise."""

_ABSENT = re.compile(r"NotFound|DoesNotExist|NoSuch|NonExistent|^404$|NotExist")
_REFUSED = re.compile(r"AccessDenied|Unauthorized|InvalidClientTokenId|ExpiredToken|SignatureDoesNotMatch|AuthFailure")


@dataclass(frozen=True)
class Exercise:
    """One task of a lab.

    Args:
        name: how `check`, `hint` and the notebook's `exercise:<name>` tag call it.
        title: what is to be done, a few words.
        check: reads the cloud and returns one of the four outcomes.
        place: the second hint: which call or field.
        plan: the third hint: the steps in words, never the command.
        limit: seconds that the check may take.
    """

    name: str
    title: str
    check: Check
    place: str
    plan: str
    limit: float = LIMIT

    def outcome(self) -> Outcome:
        """Run the check; whatever goes wrong in it comes back as CannotCheck, never as an exception."""
        found: list[Outcome] = []
        context = contextvars.copy_context()
        worker = threading.Thread(target=lambda: found.append(context.run(_guarded, self.check)), daemon=True)
        worker.start()
        worker.join(self.limit)
        if not found:
            reason = f"The check got no answer from the cloud within {self.limit:.0f} seconds."
            return CannotCheck(reason, "Run `workbook doctor`, then check again.")
        return found[0]


def exercise(title: str, *, place: str, plan: str, limit: float = LIMIT) -> Callable[[Check], Exercise]:
    """Make the decorated check an exercise; the function's name is the exercise's name."""
    return lambda check: Exercise(check.__name__, title, check, place, plan, limit)


def existing(call: Callable[..., T], **arguments: Any) -> T | None:
    """Return what the AWS `call` answers, or None if it answers that there is no such thing.

    Raises whatever else the call raises.
    """
    from botocore.exceptions import ClientError

    try:
        return call(**arguments)
    except ClientError as problem:
        if _ABSENT.search(problem.response["Error"]["Code"]):
            return None
        raise


def _guarded(check: Check) -> Outcome:
    try:
        return check()
    except Exception as problem:
        return cannot_check(problem)


def cannot_check(problem: Exception) -> CannotCheck:
    """Return what a learner is told of an exception in a check: a cause and a remedy."""
    from botocore.exceptions import ClientError, NoCredentialsError

    from helpers import aws

    trace = "".join(traceback.format_exception(problem))
    if isinstance(problem, ClientError):
        return _refused(problem, trace)
    if isinstance(problem, aws.WaitTimeout):
        return CannotCheck(
            str(problem), "It may only be slow: check again. If it stays so, run `workbook doctor`.", trace
        )
    if isinstance(problem, aws.WorkbookError | NoCredentialsError):
        return CannotCheck(str(problem), "Run `workbook doctor`: it names each problem and its repair.", trace)
    if _unreachable(problem):
        reason = "The cloud does not answer."
        return CannotCheck(
            reason, "Run `workbook up` in a terminal (`workbook doctor` says more), then check again.", trace
        )
    reason = f"The check itself failed ({type(problem).__name__}: {problem}). This is no fault of your answer."
    return CannotCheck(reason, "Please report it with the name of the exercise.", trace)


def _unreachable(problem: Exception) -> bool:
    from botocore import exceptions

    return isinstance(problem, exceptions.ConnectionError | exceptions.HTTPClientError | ConnectionError | TimeoutError)


def _refused(problem: Any, trace: str) -> CannotCheck:
    error = problem.response["Error"]
    reason = f"The cloud refused {problem.operation_name}: {error['Code']}: {error.get('Message', '')}"
    repair = "Run `workbook doctor`, then check again."
    if _REFUSED.search(error["Code"]):
        repair = "The credentials may not do this: `workbook doctor` says whose they are."
    return CannotCheck(reason, repair, trace)
