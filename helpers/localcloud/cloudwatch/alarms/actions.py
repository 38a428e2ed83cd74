"""What alarms do: the handlers of actions by the service in their ARN."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...scope import Scope
from .documents import lambda_payload, region_name, sns_message, sns_subject
from .model import Change

if TYPE_CHECKING:
    from ...cloud import Cloud

# Takes an action (an ARN) for a change; returns what was published, for the history.
Handler = Callable[["Cloud", Scope, str, Change], "str | None"]
# Takes an action for several changes in one call; returns what was published for each, None where that failed.
Together = Callable[["Cloud", Scope, str, Sequence[Change]], "list[str | None]"]
# As many as SNS takes in one call.
MOST_TOGETHER = 10


class ActionRefused(Exception):
    """The action cannot be taken, now or later; the text says why."""


def publish(cloud: Cloud, scope: Scope, action: str, change: Change) -> str | None:
    """Publish to a topic of SNS."""
    message = sns_message(scope, change)
    client = cloud.client("sns", _scope_of(action, scope))
    client.publish(TopicArn=action, Subject=sns_subject(scope, change), Message=message)
    return message


def publish_together(cloud: Cloud, scope: Scope, action: str, changes: Sequence[Change]) -> list[str | None]:
    """Publish several messages to a topic of SNS."""
    messages = [sns_message(scope, change) for change in changes]
    entries = [
        {"Id": str(number), "Subject": sns_subject(scope, change), "Message": message}
        for number, (change, message) in enumerate(zip(changes, messages, strict=True))
    ]
    client = cloud.client("sns", _scope_of(action, scope))
    answer = client.publish_batch(TopicArn=action, PublishBatchRequestEntries=entries)
    published = {entry["Id"] for entry in answer.get("Successful", ())}
    return [message if str(number) in published else None for number, message in enumerate(messages)]


def invoke(cloud: Cloud, scope: Scope, action: str, change: Change) -> str | None:
    """Invoke a function of Lambda asynchronously."""
    payload = lambda_payload(scope, change)
    client = cloud.client("lambda", _scope_of(action, scope))
    client.invoke(FunctionName=action, InvocationType="Event", Payload=payload.encode())
    return payload


def prepare(cloud: Cloud, scope: Scope, action: str) -> None:
    """Make what the action needs and what takes a moment the first time, so that the first page is not a late one."""
    if service_of(action) in ("sns", "lambda"):
        region_name(scope.region)
        cloud.client(service_of(action), _scope_of(action, scope))


def _scope_of(action: str, scope: Scope) -> Scope:
    return Scope(scope.account, action.split(":")[3])


_HANDLERS: dict[str, Handler] = {"sns": publish, "lambda": invoke}
_TOGETHER: dict[str, Together] = {"sns": publish_together}
_REPEATED: set[str] = set()


def register(service: str, handler: Handler, *, repeated: bool = False) -> None:
    """Let `handler` take the actions whose ARN names `service` ("autoscaling").

    `repeated` ones are taken again each minute while the alarm is in ALARM, as AWS does with scaling policies.
    A handler raises ActionRefused where trying again makes no sense; after anything else it is called again.
    """
    _HANDLERS[service] = handler
    if repeated:
        _REPEATED.add(service)


def handler_of(action: str) -> Handler:
    """Return the handler of an action. Raises ActionRefused if there is none."""
    service = service_of(action)
    if service not in _HANDLERS:
        known = ", ".join(sorted(_HANDLERS))
        raise ActionRefused(f"The local cloud takes no actions of {service or action}; it takes those of {known}.")
    return _HANDLERS[service]


def together_of(action: str) -> Together | None:
    """Return what takes the action for several changes at once, if there is such."""
    return _TOGETHER.get(service_of(action))


def is_repeated(action: str) -> bool:
    """Return whether the action is taken each minute while the alarm lasts."""
    return service_of(action) in _REPEATED


def service_of(action: str) -> str:
    """Return the service that an action's ARN names."""
    parts = action.split(":", 5)
    return parts[2] if len(parts) == 6 else ""
