"""A service is a class, an operation is a method; botocore's model says which operations exist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from .cloud import Cloud
    from .protocol import HttpRequest, HttpResponse
    from .resource import Resource, UpdatePolicy
    from .scope import Scope

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ServiceError(Exception):
    """A refusal that the caller gets in the shape of its protocol.

    `code` is the error's code in botocore's model, `message` says what happened, what was expected and what to do,
    `status` is the HTTP status unless the model gives one, `members` are the other members of the error's shape.
    """

    def __init__(self, code: str, message: str, *, status: int = 400, members: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members


class Service:
    """Base of every service of ours. Public methods named as in boto3 are its operations."""

    service: ClassVar[str]
    # The name in signatures, where it is not botocore's name of the service.
    signing_name: ClassVar[str] = ""
    http_prefix: ClassVar[str] = ""
    # Paths that are signed for the service and that its model does not have.
    unmodelled: ClassVar[frozenset[str]] = frozenset()
    validation_error: ClassVar[str] = "ValidationException"

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def start(self) -> None:
        """Register workers and subscriptions and mend what a crash left; called once, before any request."""

    def resources(self) -> Sequence[Resource | UpdatePolicy]:
        """Return the CloudFormation types that the service makes; asked when CloudFormation is first called."""
        return ()

    def reset(self, account: str) -> None:
        """Drop files and threads of `account`; its stored values are dropped by the framework."""

    async def http(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a raw request below `http_prefix`; the service authenticates it by itself."""
        raise ServiceError("NotFound", f"{self.service} serves no plain HTTP", status=404)

    def unmodelled_call(self, scope: Scope, request: HttpRequest) -> HttpResponse:
        """Answer a request, whose signature is verified, to one of the paths in `unmodelled`."""
        raise ServiceError("NotFound", f"{self.service} has no {request.path}", status=404)

    def operation(self, method: str) -> Callable[[Scope, dict[str, Any]], dict[str, Any]] | None:
        """Return the method of an operation ("create_repository"), or None if nobody has built it."""
        if method.startswith("_") or hasattr(Service, method):
            return None
        found: Callable[[Scope, dict[str, Any]], dict[str, Any]] | None = getattr(self, method, None)
        return found
