"""An artifact whose paths begin with the folder it was made in."""

from helpers import aws, cicd
from labs.pipeline.wrong import no_tests

EXERCISE = "buildspec"
MESSAGE = "release.json at the root of the artifact"


def apply() -> None:
    spec = no_tests.SPEC.replace("  base-directory: dist\n", "").replace("'**/*'", "'dist/**/*'")
    cicd.commit(aws.name("shop"), "Pack the shop", {"buildspec.yml": spec})


def undo() -> None:
    cicd.commit(aws.name("shop"), "Take it back", {}, delete=["buildspec.yml"])
