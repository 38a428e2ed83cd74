"""The alarm stops the deployment, and a tenth of the customers keep the bad release."""

from helpers import aws
from labs.commit_to_production.wrong import _restoring

EXERCISE = "canary"
MESSAGE = "no rollback on DEPLOYMENT_STOP_ON_ALARM"


def apply() -> None:
    _restoring.group(
        deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
        alarmConfiguration={"enabled": True, "alarms": [{"name": aws.name("customers-hurt")}]},
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    )


def undo() -> None:
    _restoring.group()
