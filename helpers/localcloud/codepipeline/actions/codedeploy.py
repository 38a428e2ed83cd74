"""Deploy: a revision by CodeDeploy to the hosts of a deployment group.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeDeploy.html
"""

from __future__ import annotations

from typing import Any

from .context import ActionContext, ActionFailed, Outcome

_TURN = 0.3
_OVER = ("Succeeded", "Failed", "Stopped")
Document = dict[str, Any]


def run(context: ActionContext) -> Outcome:
    """Deploy the input artifact, a zip with an appspec.yml at its root."""
    artifact = context.run.inputs[0]
    place = {"bucket": artifact.bucket, "key": artifact.key, "bundleType": "zip"}
    return deploy(context, {"revisionType": "S3", "s3Location": place})


def deploy(context: ActionContext, revision: Document) -> Outcome:
    """Deploy `revision` (API shape RevisionLocation), or go on with what was begun before a crash, to its end.

    Raises ActionFailed with CodeDeploy's reason if the deployment fails or is stopped.
    """
    client = context.client("codedeploy")
    try:
        if not context.run.external_id:
            context.run.external_id = _begun_before(context, client) or _begin(context, client, revision)
            context.save()
        found = _wait(context, client)
    except client.exceptions.ClientError as error:
        raise ActionFailed("ConfigurationError", error.response["Error"]["Message"]) from None
    id_ = found["deploymentId"]
    if found["status"] != "Succeeded":
        raise ActionFailed("JobFailed", f"The deployment {id_} {found['status'].lower()}. {_reason(found)}".strip())
    return Outcome(variables={"DeploymentId": id_}, summary=f"Deployment {id_} succeeded")


def _begin(context: ActionContext, client: Any, revision: Document) -> str:
    given = {
        "applicationName": context.configuration["ApplicationName"],
        "deploymentGroupName": context.configuration["DeploymentGroupName"],
    }
    return str(client.create_deployment(**given, revision=revision, description=_mark(context))["deploymentId"])


def _mark(context: ActionContext) -> str:
    return f"Pipeline {context.run.pipeline}, action execution {context.run.id}"


def _begun_before(context: ActionContext, client: Any) -> str:
    """CreateDeployment knows no token: after a crash our own deployment is known by its description."""
    if not context.job.resumed:
        return ""
    given = context.configuration
    listed = client.list_deployments(
        applicationName=given["ApplicationName"], deploymentGroupName=given["DeploymentGroupName"]
    )
    for id_ in listed["deployments"]:
        if client.get_deployment(deploymentId=id_)["deploymentInfo"].get("description") == _mark(context):
            return str(id_)
    return ""


def _wait(context: ActionContext, client: Any) -> Document:
    while True:
        found: Document = client.get_deployment(deploymentId=context.run.external_id)["deploymentInfo"]
        if found["status"] in _OVER:
            return found
        context.check_alive()
        with context.records.bell:
            context.records.bell.wait(_TURN)


def _reason(found: Document) -> str:
    error = found.get("errorInformation", {})
    rollback = found.get("rollbackInfo", {}).get("rollbackDeploymentId")
    back = f" It was rolled back by {rollback}." if rollback else ""
    return f"{error.get('code', '')}: {error.get('message', '')}{back}".strip(": ")
