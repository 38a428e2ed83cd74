"""A tenth first, and nobody looks at it."""

from labs.commit_to_production.wrong import _restoring

EXERCISE = "canary"
MESSAGE = "a canary that nobody looks at"


def apply() -> None:
    _restoring.group(deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes")


def undo() -> None:
    _restoring.group()
