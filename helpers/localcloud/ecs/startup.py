"""What a task needs before its containers start: images, secrets, log streams, ports.

Whatever fails here stops the task with the text that AWS gives.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""

from __future__ import annotations

import json
import random
import socket
import threading
from typing import Any

from ..cloud import Cloud
from ..images import CannotPull, Image, Images
from ..scope import Scope
from .model import ContainerRun, Document, Task

# Below the ports that systems hand out for outgoing connections.
_PORTS = range(20_000, 32_000)


class FailedToStart(Exception):
    """The task cannot start; the text is its stoppedReason."""


class Ports:
    """Hands out ports of 127.0.0.1 that nobody listens on, none of them twice in a round."""

    def __init__(self) -> None:
        self._next = random.SystemRandom().randrange(len(_PORTS))
        self._lock = threading.Lock()

    def free(self) -> int:
        """Return a port. Raises FailedToStart if there is none."""
        with self._lock:
            for _ in _PORTS:
                self._next = (self._next + 1) % len(_PORTS)
                if _is_free(_PORTS[self._next]):
                    return _PORTS[self._next]
        raise FailedToStart("ResourceInitializationError: no port of 127.0.0.1 is free")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def pull(images: Images, scope: Scope, reference: str) -> Image:
    """Return the image. Raises FailedToStart as ECS words it."""
    try:
        return images.pull(scope, reference)
    except CannotPull as error:
        raise FailedToStart(
            f"CannotPullContainerError: pull image manifest has been retried 1 time(s): {error}"
        ) from None


def secrets(cloud: Cloud, scope: Scope, container: Document) -> dict[str, str]:
    """Return the values of `secrets` of a container definition, from Parameter Store and Secrets Manager.

    Raises FailedToStart.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
    """
    from botocore.exceptions import ClientError

    found: dict[str, str] = {}
    for secret in container.get("secrets", []):
        try:
            found[secret["name"]] = _secret(cloud, scope, secret["valueFrom"])
        except (ClientError, KeyError, ValueError) as error:
            text = error.response["Error"]["Message"] if isinstance(error, ClientError) else repr(error)
            raise FailedToStart(
                "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval"
                f" failed: unable to retrieve secret {secret['valueFrom']}: {text}"
            ) from None
    return found


def _secret(cloud: Cloud, scope: Scope, reference: str) -> str:
    if ":secretsmanager:" not in reference:
        name = reference.partition(":parameter")[2] or reference
        ssm = cloud.client("ssm", scope)
        return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    # arn:aws:secretsmanager:region:account:secret:name:json-key:version-stage:version-id
    parts = reference.split(":")
    arn, key, stage, version = ":".join(parts[:7]), *[*parts[7:], "", "", ""][:3]
    more = {"VersionStage": stage} if stage else {}
    more |= {"VersionId": version} if version else {}
    value = str(cloud.client("secretsmanager", scope).get_secret_value(SecretId=arn, **more)["SecretString"])
    return str(json.loads(value)[key]) if key else value


def open_log(cloud: Cloud, scope: Scope, task: Task, run: ContainerRun, container: Document) -> None:
    """Make the log stream of a container with the driver awslogs and note it in `run`. Raises FailedToStart.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
    """
    log = container.get("logConfiguration")
    if not log or log["logDriver"] != "awslogs":
        return
    options: dict[str, str] = log.get("options", {})
    client = cloud.client("logs", scope)
    run.log_group = options["awslogs-group"]
    prefix = options.get("awslogs-stream-prefix")
    run.log_stream = f"{prefix}/{run.name}/{task.id}" if prefix else task.id
    if options.get("awslogs-create-group", "").lower() == "true":
        _unless_there(client, client.create_log_group, logGroupName=run.log_group)
    _unless_there(client, client.create_log_stream, logGroupName=run.log_group, logStreamName=run.log_stream)


def _unless_there(client: Any, create: Any, **names: str) -> None:
    from botocore.exceptions import ClientError

    try:
        create(**names)
    except client.exceptions.ResourceAlreadyExistsException:
        return
    except ClientError as error:
        raise FailedToStart(
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times:"
            f" failed to create Cloudwatch log stream: {error.response['Error']['Code']}:"
            f" {error.response['Error']['Message']} : exit status 1"
        ) from None
