"""Programs for measurements of proxies, each a process of its own: a target, a plain proxy, clients.

`python -m tests.bench.proxying target|proxy|clients ...`; each is as quick as asyncio can be, so that what is measured
is what stands between them.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httptools

_BODY = b"x" * 200
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Speed:
    """What clients saw: requests per second, and milliseconds that half and 99 of 100 stayed below."""

    rps: float
    p50: float
    p99: float
    failed: int


@contextmanager
def running(*arguments: str) -> Iterator[int]:
    """Run one of the programs; gives the port on which it listens."""
    command = [sys.executable, "-m", "tests.bench.proxying", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait(10)


def measure(port: int, path: str = "/", connections: int = 16, requests: int = 3000) -> Speed:
    """Let clients send `requests` requests over `connections` connections that stay, without a pause."""
    command = [sys.executable, "-m", "tests.bench.proxying", "clients", str(port), path, str(connections)]
    done = subprocess.run([*command, str(requests)], capture_output=True, check=True, timeout=120)
    return Speed(**json.loads(done.stdout))


class _Target(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(_ANSWER * data.count(_END))


async def _serve_target() -> None:
    server = await asyncio.get_running_loop().create_server(_Target, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _serve_proxy(target: int) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_target, to_target = await asyncio.open_connection("127.0.0.1", target)
        try:
            while head := await _head(reader):
                to_target.write(head[:-2] + b"X-Forwarded-For: 127.0.0.1\r\n\r\n")
                answer = await from_target.readuntil(_END)
                writer.write(answer + await from_target.readexactly(_length(answer)))
                await writer.drain()
        finally:
            to_target.close()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(_END)
    except asyncio.IncompleteReadError:
        return b""


def _length(head: bytes) -> int:
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lengths[0].split(b":")[1])


class _Client(asyncio.Protocol):
    """Sends the next request when the answer to the last one is there."""

    def __init__(self, path: str, port: int, number: int) -> None:
        self._request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        self._left = number
        self.times: list[float] = []
        self.failed = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._sent = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.times.append(time.perf_counter() - self._sent)
        self.failed += self._parser.get_status_code() != 200
        self._left -= 1
        if self._left:
            asyncio.get_running_loop().call_soon(self._send)
        elif not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.failed += self._left
            self.done.set_result(None)


async def _send_all(port: int, path: str, connections: int, requests: int) -> Speed:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    made = [
        (await loop.create_connection(lambda: _Client(path, port, requests // connections), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(client.done for client in made))
    seconds = time.perf_counter() - started
    times = sorted(each for client in made for each in client.times)
    p50, p99 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
    return Speed(len(times) / seconds, p50, p99, sum(client.failed for client in made))


def main(kind: str, *arguments: str) -> None:
    """Be one of the programs."""
    if kind == "target":
        asyncio.run(_serve_target())
    elif kind == "proxy":
        asyncio.run(_serve_proxy(int(arguments[0])))
    else:
        port, path, connections, requests = arguments
        print(json.dumps(vars(asyncio.run(_send_all(int(port), path, int(connections), int(requests))))))


if __name__ == "__main__":
    main(*sys.argv[1:])
