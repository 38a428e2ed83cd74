"""Labs and exercises: declared once in labs/<slug>/exercises.py, used by learner, regression and instructor.

An exercise is a check that reads the cloud, with its second and third hint; what the check saw is the first hint:

    @exercise("Give the shop a repository", place="create_repository answers with ...", plan="Create it, then ...")
    def repository() -> Outcome:
        found = existing(aws.client("codecommit").get_repository, repositoryName=aws.name("shop"))
        if found is None:
            return not_attempted("no repository of that name", point="A pipeline begins where a push can be seen.")
        return right("The shop has a home.", next_question="Who may push to it?")

In a notebook: `from helpers.lab import lab`, `L = lab("pipeline")`, `L.check("repository")`.
"""

from helpers.lab.cleanup import CleanupReport, clean_up
from helpers.lab.desk import Lab, Verdict
from helpers.lab.exercises import Exercise, exercise, existing
from helpers.lab.outcome import CannotCheck, NotAttempted, Outcome, Right, Wrong, not_attempted, right, wrong
from helpers.lab.workbook import check, lab, labs, next_exercise, reset, start, status_text

__all__ = [
    "CannotCheck", "CleanupReport", "Exercise", "Lab", "NotAttempted", "Outcome", "Right", "Verdict", "Wrong",
    "check", "clean_up", "exercise", "existing", "lab", "labs", "next_exercise", "not_attempted", "reset", "right",
    "start", "status_text", "wrong",
]  # fmt: skip
