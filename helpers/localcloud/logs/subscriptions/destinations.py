"""Where subscriptions lead: Lambda functions and Kinesis streams of the account."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any, Protocol

from ...cloud import Cloud
from ...scope import Scope
from ...service import ServiceError
from ..followers import TargetDown
from ..model import SubscriptionFilter
from ..publishing import is_passing


class Destination(Protocol):
    """One kind of destination."""

    def check(self, cloud: Cloud, scope: Scope, subscription: SubscriptionFilter) -> None:
        """Raise ServiceError unless events could be delivered."""
        ...

    def deliver(self, cloud: Cloud, scope: Scope, subscription: SubscriptionFilter, stream: str, data: bytes) -> None:
        """Send a packed envelope with events of `stream`. Raises TargetDown, or ClientError if it is refused."""
        ...


class LambdaFunction:
    """Invoked as AWS does it, `{"awslogs": {"data": ...}}`, one call after the other so that order holds."""

    def check(self, cloud: Cloud, scope: Scope, subscription: SubscriptionFilter) -> None:
        from botocore.exceptions import ClientError

        if subscription.role:
            raise ServiceError(
                "InvalidParameterException",
                "destinationArn for vendor lambda cannot be used with roleArn; leave roleArn out.",
            )
        try:
            policy = cloud.client("lambda", scope).get_policy(FunctionName=subscription.destination)["Policy"]
        except ClientError:
            policy = "{}"
        if not _lets_logs_in(json.loads(policy)):
            raise ServiceError(
                "InvalidParameterException",
                "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute"
                " your function: AddPermission with the action lambda:InvokeFunction and the principal"
                " logs.amazonaws.com.",
            )

    def deliver(self, cloud: Cloud, scope: Scope, subscription: SubscriptionFilter, stream: str, data: bytes) -> None:
        payload = json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}}).encode()
        function = subscription.destination
        answer = _attempt(cloud.client("lambda", scope).invoke, FunctionName=function, Payload=payload)
        # Lambda itself tries an asynchronous call that fails twice more, then lets it go.
        for _ in range(2):
            if "FunctionError" not in answer:
                return
            answer = _attempt(cloud.client("lambda", scope).invoke, FunctionName=function, Payload=payload)


class KinesisStream:
    """Gets one record for each envelope."""

    def check(self, cloud: Cloud, scope: Scope, subscription: SubscriptionFilter) -> None:
        from botocore.exceptions import ClientError

        if not subscription.role:
            raise ServiceError(
                "InvalidParameterException", "destinationArn for vendor kinesis cannot be used without roleArn."
            )
        try:
            found = cloud.client("kinesis", scope).describe_stream_summary(StreamName=_name(subscription))
            status = found["StreamDescriptionSummary"]["StreamStatus"]
        except ClientError:
            status = "missing"
        if status not in ("ACTIVE", "UPDATING"):
            raise ServiceError(
                "InvalidParameterException",
                "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in"
                f" ACTIVE state ({_name(subscription)} is {status}).",
            )

    def deliver(self, cloud: Cloud, scope: Scope, subscription: SubscriptionFilter, stream: str, data: bytes) -> None:
        key = str(uuid.uuid4()) if subscription.distribution == "Random" else stream[:256]
        _attempt(
            cloud.client("kinesis", scope).put_record,
            StreamName=_name(subscription),
            Data=data,
            PartitionKey=key,
        )


_KINDS: dict[str, Destination] = {"lambda": LambdaFunction(), "kinesis": KinesisStream()}


def destination_of(scope: Scope, arn: str) -> Destination:
    """Return the kind of destination that `arn` names. Raises ServiceError for one that we do not have."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or parts[2] not in _KINDS:
        raise ServiceError(
            "InvalidParameterException",
            f"{arn} is no destination that the local cloud has; expected the ARN of a Lambda function or of a Kinesis"
            " stream.",
        )
    if (parts[3], parts[4]) != (scope.region, scope.account):
        raise ServiceError(
            "InvalidParameterException",
            f"{arn} is of another account or region than the log group; use one of its own.",
        )
    return _KINDS[parts[2]]


def _name(subscription: SubscriptionFilter) -> str:
    return subscription.destination.rpartition("stream/")[2]


def _lets_logs_in(policy: dict[str, Any]) -> bool:
    return any(_is_for_logs(statement) for statement in policy.get("Statement", []))


def _is_for_logs(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    service = principal.get("Service", "") if isinstance(principal, dict) else principal
    names = service if isinstance(service, list) else [service]
    return statement.get("Effect") == "Allow" and any(
        name == "*" or (name.startswith("logs.") and name.endswith("amazonaws.com")) for name in names
    )


def _attempt(call: Any, **parameters: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call(**parameters)
    except ClientError as error:
        if is_passing(error):
            raise TargetDown(str(error)) from error
        raise
    except BotoCoreError as error:
        raise TargetDown(str(error)) from error
