"""The ASGI application: guards, signature, then our service, the base, or an error that names the operation."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..base.credentials import find_key
from ..base.emulator import Emulator
from ..cloud import Cloud
from ..keys import ACCOUNT_ID
from ..protocol import HttpRequest, HttpResponse
from ..scope import Scope
from ..service import Message, Receive, Send, Service, ServiceError
from . import administration, dispatch, effects, errors, guards, signature
from .body import Disconnected, read_body, replay, unpacked
from .forwarding import for_base
from .refusal import Refusal
from .requests import headers_of, request_of, respond
from .signed import Signed

log = logging.getLogger(__name__)
_THREADS = 64


class Gateway:
    """One application over our services and the base's."""

    def __init__(self, cloud: Cloud, base: Emulator, services: Iterable[Service]) -> None:
        self.cloud = cloud
        self.base = base
        self.services = {service.signing_name or service.service: service for service in services}
        self._raw = {service.http_prefix: service for service in services if service.http_prefix}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="operation")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.base(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        request_id = str(uuid.uuid4())
        headers = headers_of(scope)
        try:
            guards.check_origin(headers, scope["path"])
        except Refusal as refusal:
            plain = HttpResponse(refusal.status, {"content-type": "text/plain"}, refusal.message.encode())
            return await respond(send, plain)
        if service := self._raw_service(scope["path"]):
            return await service.http(scope, receive, send)
        if scope["path"] == administration.HEALTH:
            return await respond(send, administration.health(self.cloud))
        try:
            request = request_of(scope, headers, await read_body(receive))
        except Disconnected:
            return None
        return await self._signed(scope, receive, send, request, request_id)

    async def _signed(
        self, scope: Message, receive: Receive, send: Send, request: HttpRequest, request_id: str
    ) -> None:
        try:
            signed = signature.verify(
                request.method,
                request.raw_path,
                request.query,
                request.headers,
                request.body,
                self._secret_of,
            )
            if signed.service in self.services:
                request = unpacked(request)
        except Refusal as refusal:
            service = _claimed_service(request)
            response = errors.encode_refusal(
                service, request, refusal.code, refusal.message, refusal.status, request_id
            )
            return await respond(send, response, **{"x-amzn-requestid": request_id})
        if service_of_ours := self.services.get(signed.service):
            call_scope = Scope(self._account_of(signed.access_key_id), signed.region)
            response = await self._in_thread(dispatch.call, service_of_ours, call_scope, request, request_id)
        elif signed.service == administration.SIGNING_NAME:
            response = await self._forget(self._account_of(signed.access_key_id))
        elif self.base.has(signed.service):
            return await self._base(scope, receive, send, request, signed)
        else:
            code, message = errors.unknown_service(signed.service, request)
            response = errors.encode_refusal(signed.service, request, code, message, 400, request_id)
        return await respond(send, response, **{"x-amzn-requestid": request_id})

    async def _base(self, scope: Message, receive: Receive, send: Send, request: HttpRequest, signed: Signed) -> None:
        self.base.prepare(signed.service)
        forwarded = for_base(scope, signed, self._caller(signed.access_key_id))
        await self.base(forwarded, replay(request.body, receive), send)
        if effects.may_change(request):
            self.base.state.changed(signed.service)

    async def _forget(self, account: str) -> HttpResponse:
        ours = await self._in_thread(administration.forget, self.cloud, self.services.values(), account)
        return administration.forgotten(account, ours + self.base.forget(account))

    def _caller(self, access_key_id: str) -> str:
        """The base knows accounts and the sessions it made; the key of an IAM user stands for its account."""
        return access_key_id if access_key_id.startswith("ASIA") else self._account_of(access_key_id)

    def _raw_service(self, path: str) -> Service | None:
        return next((service for prefix, service in self._raw.items() if path.startswith(prefix)), None)

    def _secret_of(self, access_key_id: str) -> str | None:
        if ACCOUNT_ID.fullmatch(access_key_id):
            return self.cloud.credentials(access_key_id)[1]
        key = find_key(access_key_id)
        return key.secret if key else None

    def _account_of(self, access_key_id: str) -> str:
        if ACCOUNT_ID.fullmatch(access_key_id):
            return access_key_id
        key = find_key(access_key_id)
        if key is None:
            raise ServiceError("InvalidClientTokenId", "The security token included in the request is invalid.")
        return key.account

    async def _in_thread(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    def close(self) -> None:
        """Let no further operation begin."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _claimed_service(request: HttpRequest) -> str:
    credential = request.headers.get("authorization", "").partition("Credential=")[2].split(",")[0].split("/")
    if len(credential) == 5:
        return credential[3]
    return "" if not request.headers.get("x-amz-target") else "codecommit"
