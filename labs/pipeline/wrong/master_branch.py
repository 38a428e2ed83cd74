"""The shop on another branch than the one that will be watched."""

from helpers import aws, cicd
from labs.shop import launch

EXERCISE = "repository"
MESSAGE = "the branch main with the shop on it"


def apply() -> None:
    aws.client("codecommit").create_repository(repositoryName=aws.name("shop"))
    cicd.commit(aws.name("shop"), "The shop", launch.source(), branch="master")


def undo() -> None:
    aws.client("codecommit").delete_repository(repositoryName=aws.name("shop"))
