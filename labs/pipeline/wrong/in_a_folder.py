"""The shop below a folder of its own."""

from helpers import aws, cicd
from labs.shop import launch

EXERCISE = "repository"
MESSAGE = "every file of the shop at its own path"


def apply() -> None:
    aws.client("codecommit").create_repository(repositoryName=aws.name("shop"))
    cicd.commit(aws.name("shop"), "The shop", {f"code/{path}": text for path, text in launch.source().items()})


def undo() -> None:
    aws.client("codecommit").delete_repository(repositoryName=aws.name("shop"))
