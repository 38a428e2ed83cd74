"""Deploy: a new version of a function, to which the traffic of an alias moves.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-LambdaDeploy.html

The page says what is configured and that alarms fail the action. Where it is silent, this is assumed, as CodeDeploy
does it: an alarm that rings at the start fails the action before anything is published, alarms are watched until the
last of the traffic has moved, and an abandoned action's shift goes on to its end without the pipeline.
"""

from __future__ import annotations

from typing import Any

from .. import lambda_settings
from ..lambda_alarms import AlarmMissing, ringing
from ..lambda_settings import Settings
from ..lambda_shift import LambdaShift, LambdaShifts
from . import lambda_code
from .context import ActionContext, ActionFailed, Outcome

_TURN = 0.3


def run(context: ActionContext) -> Outcome:
    """Publish the input artifact, if that is what is deployed, and move the alias; after a crash, go on with that."""
    from botocore.exceptions import ClientError

    settings = _settings(context)
    try:
        if not settings.alias:
            return _outcome(settings, lambda_code.publish(context, settings.function))
        shifts = LambdaShifts(context.records)
        if shifts.find(context.scope, context.run.id) is None:
            _begin(context, settings, shifts)
        return _wait(context, settings, shifts)
    except ClientError as error:
        raise ActionFailed("ConfigurationError", error.response["Error"]["Message"]) from None


def _settings(context: ActionContext) -> Settings:
    try:
        return lambda_settings.read(context.configuration, has_artifact=bool(context.run.inputs))
    except ValueError as problem:
        raise ActionFailed("ConfigurationError", str(problem)) from None


def _begin(context: ActionContext, settings: Settings, shifts: LambdaShifts) -> None:
    original = _original(context.client("lambda"), settings)
    _check_alarms(context, settings)
    if settings.version:
        lambda_code.require(context, settings.function, settings.version)
    target = settings.version or lambda_code.publish(context, settings.function)
    with context.records.cloud.store.transaction():
        # Raises Interrupted if the run was abandoned meanwhile: then nothing moves.
        context.save()
        shifts.begin(context.scope, LambdaShift.of(context.run.id, settings, original, target))


def _original(client: Any, settings: Settings) -> str:
    """Return the version behind the alias, to which a rollback returns. Raises ActionFailed if it is not one."""
    function, alias = settings.function, settings.alias
    try:
        found = client.get_alias(FunctionName=function, Name=alias)
    except client.exceptions.ResourceNotFoundException:
        raise ActionFailed(
            "ConfigurationError", f"The function {function} with an alias {alias} is not there."
        ) from None
    weights = found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    if weights:
        others = ", ".join(f"version {version} ({weight:.0%})" for version, weight in weights.items())
        raise ActionFailed(
            "ConfigurationError",
            f"The alias {alias} of {function} must have one version behind it when the action starts; besides"
            f" {found['FunctionVersion']} it has {others}. Is another deployment under way?",
        )
    return str(found["FunctionVersion"])


def _check_alarms(context: ActionContext, settings: Settings) -> None:
    try:
        active = ringing(context.client("cloudwatch"), settings.alarms)
    except AlarmMissing as problem:
        raise ActionFailed("ConfigurationError", str(problem)) from None
    if active:
        raise ActionFailed("JobFailed", f"The alarm {', '.join(active)} is in ALARM. Nothing was deployed.")


def _wait(context: ActionContext, settings: Settings, shifts: LambdaShifts) -> Outcome:
    while True:
        shift = shifts.find(context.scope, context.run.id)
        assert shift is not None
        if shift.status == "Succeeded":
            return _outcome(settings, shift.target)
        if shift.status == "Failed":
            raise ActionFailed("JobFailed", shift.problem)
        context.check_alive()
        with context.records.bell:
            context.records.bell.wait(_TURN)


def _outcome(settings: Settings, version: str) -> Outcome:
    where = f"{settings.alias} of {settings.function} is at" if settings.alias else f"{settings.function} has"
    return Outcome(variables={"FunctionVersion": version}, summary=f"{where} version {version}")
