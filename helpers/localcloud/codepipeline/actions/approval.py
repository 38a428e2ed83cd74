"""Approval: somebody has to say yes.

https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta

from .context import ActionContext, ActionFailed, Outcome

_DEFAULT_MINUTES = 7 * 24 * 60
_TURN = 1.0


def run(context: ActionContext) -> Outcome:
    """Wait for PutApprovalResult, at most seven days (or `timeoutInMinutes`) of the local cloud's time."""
    minutes = float(context.action.get("timeoutInMinutes", _DEFAULT_MINUTES))
    clock = context.records.cloud.clock
    until = context.run.started + timedelta(minutes=minutes) / clock.time_scale
    if not context.run.token:
        context.run.token = str(uuid.uuid4())
        context.run.external_id = context.run.token
        context.save()
        _notify(context, until)
    while True:
        context.check_alive()
        stored = context.stored()
        if stored.answer:
            return _verdict(context, stored.answer, stored.summary, stored.updated_by)
        left = (until - clock.now()).total_seconds()
        if left <= 0:
            raise ActionFailed("JobFailed", f"Nobody approved within {minutes:g} minutes.")
        with context.records.bell:
            context.records.bell.wait(min(left, _TURN))


def _verdict(context: ActionContext, answer: str, summary: str, by: str) -> Outcome:
    context.run.summary, context.run.updated_by, context.run.answer = summary, by, answer
    if answer == "Rejected":
        raise ActionFailed("JobFailed", f"Rejected by {by}: {summary}")
    return Outcome(summary=summary)


def _notify(context: ActionContext, expires: datetime) -> None:
    topic = context.configuration.get("NotificationArn")
    if not topic:
        return
    scope, run = context.scope, context.run
    console = f"https://console.aws.amazon.com/codesuite/codepipeline/pipelines/{run.pipeline}/view"
    message = {
        "region": scope.region,
        "consoleLink": f"{console}?region={scope.region}",
        "approval": {
            "pipelineName": run.pipeline,
            "stageName": run.stage,
            "actionName": run.action,
            "token": run.token,
            "expires": expires.strftime("%Y-%m-%dT%H:%MZ"),
            "externalEntityLink": context.configuration.get("ExternalEntityLink"),
            "approvalReviewLink": f"{console}#/{run.stage}/{run.action}/approve/{run.token}",
            "customData": context.configuration.get("CustomData"),
        },
    }
    sns = context.client("sns")
    subject = f"APPROVAL NEEDED: AWS CodePipeline {run.pipeline} for action {run.action}"[:100]
    try:
        sns.publish(TopicArn=topic, Subject=subject, Message=json.dumps(message))
    except sns.exceptions.ClientError as error:
        raise ActionFailed("ConfigurationError", f"The notification could not be sent: {error}") from None
