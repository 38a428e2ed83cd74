"""What a learner gets from check, hint, solution and progress."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from helpers import aws
from helpers.lab import CannotCheck, Exercise, NotAttempted, Right, Wrong, existing, right
from helpers.lab.progress import Progress


def test_nothing_done_is_not_attempted_and_not_wrong(world: Any) -> None:
    verdict = world.workbook.lab("boxes").check("box")
    assert isinstance(verdict.outcome, NotAttempted) and not verdict.right
    assert str(verdict) == "… Bring a box: not attempted\n  seen  there is no box"


def test_a_wrong_answer_gets_seen_expected_and_where(world: Any) -> None:
    world.set(box="paper")
    verdict = world.workbook.lab("boxes").check("box")
    assert isinstance(verdict.outcome, Wrong)
    assert [line.split()[-1] for line in str(verdict).splitlines()[1:]] == ["paper", "wood", "walls"]


def test_a_right_answer_says_what_it_has_shown_and_asks_on(world: Any) -> None:
    world.set(box="wood")
    verdict = world.workbook.lab("boxes").check("box")
    assert isinstance(verdict.outcome, Right)
    assert "✔ Bring a box: right" in str(verdict) and "Who made it?" in str(verdict)


def test_the_notebook_gets_symbol_and_word_beside_the_colour(world: Any) -> None:
    world.set(box="<b>paper</b>")
    bundle = world.workbook.lab("boxes").check("box")._repr_mimebundle_()
    assert "✘" in bundle["text/html"] and "not right yet" in bundle["text/html"]
    assert "<b>paper" not in bundle["text/html"] and "<b>paper</b>" in bundle["text/plain"]


def test_a_broken_cloud_is_cannot_check_and_counts_as_no_try(world: Any) -> None:
    world.break_cloud()
    verdict = world.workbook.lab("boxes").check("box")
    assert isinstance(verdict.outcome, CannotCheck)
    assert "Traceback" not in str(verdict) and "Traceback" in verdict.outcome.trace
    assert Progress(world.home).read().lab("boxes").exercise("box").tries == 0


def _exercise(check: Any, limit: float = 5.0) -> Exercise:
    return Exercise("e", "E", check, "place", "plan", limit)


def _raise(problem: Exception) -> Any:
    raise problem


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "workbook up"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListRoles"), "credentials may not"),
        (aws.WaitTimeout("Waited 5 s for the build."), "check again"),
        (KeyError("x"), "no fault of your answer"),
    ],
)
def test_every_exception_of_a_check_becomes_a_sentence(problem: Exception, said: str) -> None:
    outcome = _exercise(lambda: _raise(problem)).outcome()
    assert isinstance(outcome, CannotCheck)
    assert said in " ".join(str(outcome).split())


def test_a_check_that_hangs_ends_at_its_limit() -> None:
    release = threading.Event()
    outcome = _exercise(lambda: right("late") if release.wait(30) else right("never"), limit=0.05).outcome()
    release.set()
    assert isinstance(outcome, CannotCheck) and "no answer" in outcome.reason


def test_existing_tells_absence_from_refusal() -> None:
    absent = ClientError({"Error": {"Code": "RepositoryDoesNotExistException"}}, "GetRepository")
    refused = ClientError({"Error": {"Code": "AccessDenied"}}, "GetRepository")
    assert existing(lambda: _raise(absent)) is None
    with pytest.raises(ClientError):
        existing(lambda: _raise(refused))


def test_hints_escalate_and_the_level_is_remembered(world: Any) -> None:
    first = str(world.workbook.lab("boxes").hint("box"))
    second = str(world.workbook.lab("boxes").hint("box"))
    third = str(world.workbook.lab("boxes").hint("box"))
    again = str(world.workbook.lab("boxes").hint("box"))
    assert "hint 1 of 3" in first and "Where do things come from?" in first
    assert "hint 2 of 3" in second and "The field called box." in second
    assert "hint 3 of 3" in third and "First find one" in third
    assert again == third


def test_the_first_hint_depends_on_the_state_just_then(world: Any) -> None:
    world.set(box="paper")
    assert "What burns?" in str(world.workbook.lab("boxes").hint("box"))


def test_no_hint_where_the_answer_is_right(world: Any) -> None:
    world.set(box="wood")
    assert "right" in str(world.workbook.lab("boxes").hint("box"))
    assert Progress(world.home).read().lab("boxes").exercise("box").hints == 0


def test_the_solution_waits_for_two_tries_or_a_purpose(world: Any) -> None:
    lab = world.workbook.lab("boxes")
    lab.check("box")
    assert "bring(material)" not in str(lab.solution("box"))
    lab.check("box")
    assert "material = 'wood'\n" in str(lab.solution("box"))
    assert Progress(world.home).read().lab("boxes").exercise("box").solution_seen
    assert "close()" in str(lab.solution("lid", anyway=True))


def test_progress_counts_and_what_was_right_once_stays_right(world: Any) -> None:
    lab = world.workbook.lab("boxes")
    world.set(box="wood")
    lab.check("box")
    world.set()
    lab.check("box")
    assert "1 of 2 exercises right" in str(lab.progress())
    assert "✔ Bring a box: right (2 tries)" in str(lab.progress())


def test_an_unknown_exercise_is_answered_with_those_there_are(world: Any) -> None:
    with pytest.raises(aws.WorkbookError, match=r"no exercise 'hat'.*box, lid"):
        world.workbook.lab("boxes").check("hat")


def test_a_verdict_is_given_even_if_progress_cannot_be_saved(world: Any) -> None:
    world.home.write_text("a file where a folder should be")
    verdict = world.workbook.lab("boxes").check("lid")
    assert isinstance(verdict.outcome, NotAttempted) and "could not be saved" in str(verdict)


def test_the_opening_says_all_that_it_must(world: Any) -> None:
    said = str(world.workbook.lab("boxes").opening())
    for part in ("put a lid on a box", "5 minutes", "$0.02", "$1.00", "one box", "cleanup", "the box", "modelled"):
        assert part in said
