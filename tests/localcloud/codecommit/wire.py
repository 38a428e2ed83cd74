"""git's requests written by hand, to leave in the middle or to say what no git says."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
from pathlib import Path

import psutil

from tests.localcloud.support import TestCloud

REPOSITORY = "/git/us-east-1.amazonaws.com/v1/repos/shop"


def connect(
    cloud: TestCloud, request: str, body: bytes, *, password: str | None = None, **headers: str
) -> socket.socket:
    """Send `request` ("POST /path") with as much of its `body` as is given; Content-Length may promise more."""
    address = cloud.endpoint.removeprefix("http://")
    secret = cloud.environ()["AWS_SECRET_ACCESS_KEY"] if password is None else password
    basic = base64.b64encode(f"{cloud.account}:{secret}".encode()).decode()
    named = {
        "Host": address,
        "Authorization": f"Basic {basic}",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    host, _, port = address.partition(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    connection.sendall(f"{request} HTTP/1.1\r\n{head}\r\n".encode() + body)
    return connection


def answer(connection: socket.socket) -> str:
    """Return the whole answer, status line first, and close."""
    with connection:
        return b"".join(iter(lambda: connection.recv(1 << 16), b"")).decode("latin-1")


def push_request(folder: Path, size: int) -> bytes:
    """Return the body of a push that creates the branch `side` with one file of `size` random bytes."""

    def git(*arguments: str, stdin: bytes = b"") -> bytes:
        command = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-C", str(folder), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, check=True, timeout=60).stdout

    folder.mkdir()
    git("init", "--quiet", "--initial-branch=side")
    (folder / "big").write_bytes(os.urandom(size))
    git("add", "--all")
    git("commit", "--quiet", "--message", "big")
    tip = git("rev-parse", "HEAD").decode().strip()
    command = f"{'0' * 40} {tip} refs/heads/side\0report-status".encode()
    pack = git("pack-objects", "--stdout", "--revs", "-q", stdin=b"HEAD\n")
    return f"{len(command) + 4:04x}".encode() + command + b"0000" + pack


def git_processes(cloud: TestCloud) -> list[str]:
    """Return the commands of git that the local cloud is running on repositories of the account."""
    found = []
    for process in psutil.Process(cloud.pid).children(recursive=True):
        try:
            found.append(" ".join(process.cmdline()))
        except psutil.NoSuchProcess:
            continue
    return [command for command in found if f"/{cloud.account}/" in command]
