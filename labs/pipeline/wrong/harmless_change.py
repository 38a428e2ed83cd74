"""A commit in which the tests see nothing wrong."""

from helpers import aws, cicd

EXERCISE = "stopped"
MESSAGE = "a new commit that went all the way to production"


def apply() -> None:
    tip = cicd.commit(aws.name("shop"), "Say hello", {"HELLO.md": "Hello\n"})
    cicd.execution_of(aws.name("pipeline"), tip)
