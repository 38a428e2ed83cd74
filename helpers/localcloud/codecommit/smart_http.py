"""git over HTTP: clone, fetch and push are done by git's own programs, authenticated by the account's keys.

https://git-scm.com/docs/http-protocol
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import zlib
from pathlib import Path
from urllib.parse import parse_qs

from ..cloud import Cloud
from ..keys import ACCOUNT_ID
from ..runtime.environment import git_environment
from ..scope import Scope
from ..service import Message, Receive, Send, ServiceError
from . import passwords
from .repositories import Repositories

_SERVICES = ("git-upload-pack", "git-receive-pack")
_CHUNK = 1 << 16


class Refused(Exception):
    """What the client gets instead: a status, a sentence and perhaps headers."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


class SmartHttp:
    """The ASGI application below `/git/<region>.amazonaws.com/v1/repos/<name>/`."""

    def __init__(self, cloud: Cloud, repositories: Repositories) -> None:
        self._cloud = cloud
        self._repositories = repositories

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            region, name, action = _parse(scope["method"], scope["path"])
            where = Scope(self._authenticate(headers, scope["path"]), region)
            repository = await asyncio.to_thread(self._find, where, name)
            if action == "info/refs":
                await self._advertise(scope, headers, repository, send)
            else:
                await self._exchange(action, headers, repository, receive, send)
                if action == "git-receive-pack":
                    # Before the last byte: whoever sees the push end also sees its effects.
                    await asyncio.to_thread(self._repositories.announce, where, name)
                await send({"type": "http.response.body", "body": b""})
        except Refused as refused:
            await _read_to_the_end(headers, receive)
            await _answer(
                send, refused.status, refused.message.encode(), {"content-type": "text/plain", **refused.headers}
            )

    def _find(self, where: Scope, name: str) -> Path:
        try:
            return self._repositories.path(where, self._repositories.find(where, name))
        except ServiceError as error:
            raise Refused(404, f"{error.message} in account {where.account}, region {where.region}.\n") from None

    def _authenticate(self, headers: dict[str, str], path: str) -> str:
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        ask = {"www-authenticate": 'Basic realm="CodeCommit of the local cloud"'}
        if scheme.lower() != "basic":
            raise Refused(401, "This repository wants the keys of its account; `workbook env` sets them.\n", ask)
        try:
            user, _, password = base64.b64decode(encoded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(401, "The Authorization header cannot be read.\n", ask) from None
        host = headers["host"].rpartition(":")[0] or headers["host"]
        if ACCOUNT_ID.fullmatch(user):
            secret = self._cloud.credentials(user)[1]
            if hmac.compare_digest(password.encode(), secret.encode()):
                return user
            if passwords.matches(password, secret, path, host, self._cloud.clock.now()):
                return user
        raise Refused(401, "These keys are not those of the account; `workbook env` prints them.\n", ask)

    async def _advertise(self, scope: Message, headers: dict[str, str], repository: Path, send: Send) -> None:
        service = parse_qs(scope["query_string"].decode()).get("service", [""])[0]
        if service not in _SERVICES:
            raise Refused(403, "Only git's smart protocol is spoken here; use a current git.\n")
        process = await _start(service, headers, repository, "--advertise-refs")
        output, _ = await process.communicate()
        version_2 = "version=2" in headers.get("git-protocol", "") and service == "git-upload-pack"
        greeting = b"" if version_2 else _packet(f"# service={service}\n".encode()) + b"0000"
        await _answer(
            send, 200, greeting + output,
            {"content-type": f"application/x-{service}-advertisement", "cache-control": "no-cache"},
        )  # fmt: skip

    async def _exchange(
        self, service: str, headers: dict[str, str], repository: Path, receive: Receive, send: Send
    ) -> None:
        process = await _start(service, headers, repository)
        feeding = asyncio.create_task(_feed(process, headers, receive))
        try:
            await _stream(process, service, send)
            # git may have refused before the pack was all here, and its client reads the refusal only afterwards.
            await feeding
            await process.wait()
        finally:
            feeding.cancel()
            if process.returncode is None:
                process.kill()
                await process.wait()


def _parse(method: str, path: str) -> tuple[str, str, str]:
    """Return region, repository and action of `/git/<region>.amazonaws.com/v1/repos/<name>/<action>`."""
    parts = path.removeprefix("/git/").split("/", 4)
    if len(parts) != 5 or parts[1:3] != ["v1", "repos"] or parts[4] not in ("info/refs", *_SERVICES):
        raise Refused(404, f"{path} is not the address of a repository.\n")
    expected = "GET" if parts[4] == "info/refs" else "POST"
    if method != expected:
        raise Refused(405, f"git asks for {parts[4]} by {expected}, not by {method}.\n", {"allow": expected})
    return parts[0].removesuffix(".amazonaws.com"), parts[3], parts[4]


async def _read_to_the_end(headers: dict[str, str], receive: Receive) -> None:
    """Take in what a refused client is still sending: git reads no answer before it has sent all of its pack.

    Whoever expects a "100 Continue" waits for the answer first, and a read would ask for the body.
    """
    if headers.get("expect", "").lower() == "100-continue":
        return
    while (await receive()).get("more_body"):
        pass


async def _start(service: str, headers: dict[str, str], repository: Path, *options: str) -> asyncio.subprocess.Process:
    protocol = headers.get("git-protocol", "")
    return await asyncio.create_subprocess_exec(
        "git", service.removeprefix("git-"), "--stateless-rpc", *options, str(repository),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=git_environment(**({"GIT_PROTOCOL": protocol} if protocol else {})),
    )  # fmt: skip


async def _feed(process: asyncio.subprocess.Process, headers: dict[str, str], receive: Receive) -> None:
    """Give the request's body to git as it comes.

    If the client leaves, the body ends there: git takes it for a broken pack, changes no ref and clears away what it
    had unpacked, which a killed git would leave.
    """
    assert process.stdin is not None
    inflate = zlib.decompressobj(wbits=31) if headers.get("content-encoding") == "gzip" else None
    listening, more = True, True
    while more:
        message = await receive()
        chunk, more = message.get("body", b""), message.get("more_body", False)
        try:
            if listening:
                process.stdin.write(inflate.decompress(chunk) if inflate else chunk)
                await process.stdin.drain()
        except (ConnectionError, zlib.error):
            # git has had enough, or the body is not what it says; the client has to be heard out all the same.
            listening = False
    process.stdin.close()


async def _stream(process: asyncio.subprocess.Process, service: str, send: Send) -> None:
    assert process.stdout is not None
    headers = [(b"content-type", f"application/x-{service}-result".encode()), (b"cache-control", b"no-cache")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while chunk := await process.stdout.read(_CHUNK):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _answer(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    headers = {**headers, "content-length": str(len(body))}
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


def _packet(line: bytes) -> bytes:
    return f"{len(line) + 4:04x}".encode() + line
