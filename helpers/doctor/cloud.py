"""Checks of the local cloud of this state folder: its process, its port, and the way to it."""

from __future__ import annotations

import json
import socket
import urllib.request

import psutil

from helpers import aws
from helpers.localcloud import instance
from helpers.localcloud.record import last_port

from .check import Check

_HEALTH = "/_workbook/health"
_ANSWER_LIMIT = 3.0
_LOOPBACK = "127.0.0.1"


def record(name: str = "cloud") -> Check:
    """Check that the note of a running local cloud is of a living process."""
    now = instance.status(aws.home())
    if now.stale:
        what = f"The note of a local cloud is left (process {now.pid}), but that process is gone."
        why = "It was killed or crashed; nothing is lost, and the next start goes on from its last state."
        return Check(name, "warning", what, why, f"`workbook down`, then go on. Its log: {now.log}")
    if not now.running:
        return Check(name, "ok", "not running; it starts at the first call")
    return Check(name, "ok", f"runs at {now.endpoint} (process {now.pid})")


def answer(name: str = "answer") -> Check:
    """Check that a running local cloud answers, and is ours."""
    now = instance.status(aws.home())
    if not now.running:
        return Check(name, "ok", "nothing to ask")
    if _pid_at(f"{now.endpoint}{_HEALTH}") == now.pid:
        return Check(name, "ok", "the local cloud answers")
    what = f"The local cloud (process {now.pid}) does not answer at {now.endpoint} within {_ANSWER_LIMIT:.0f} s."
    return Check(name, "problem", what, f"It hangs, or is starting; its log: {now.log}", "`workbook down`, then `up`.")


def port(name: str = "port") -> Check:
    """Check that no other program has the port at which the local cloud was last time."""
    number = last_port(aws.home())
    if instance.status(aws.home()).running or not number or _is_free(number):
        return Check(name, "ok", "no other program is in the way")
    what = f"Port {number}, at which the local cloud was before, is in use by {_user_of(number)}."
    why = "The local cloud will take another port: clones made before still point at the old one."
    return Check(name, "warning", what, why, "end that program before the local cloud starts.")


def kept_aside(name: str = "state") -> Check:
    """Check that no state file was found unreadable and kept aside."""
    home = aws.home()
    found = [path.name for folder in (home, home / "cloud") for path in sorted(folder.glob("*.corrupt-*"))]
    if not found:
        return Check(name, "ok", "every state file can be read")
    what = f"State that could not be read is kept aside in {home}: {', '.join(found)}."
    why = "What it held is missing: it was begun anew."
    return Check(name, "warning", what, why, "begin the labs concerned anew; delete the files to end this warning.")


def proxy(name: str = "proxy") -> Check:
    """Check that calls to this machine itself do not go through a proxy."""
    if not urllib.request.getproxies().get("http") or urllib.request.proxy_bypass(_LOOPBACK):
        return Check(name, "ok", "no proxy is in the way")
    what = f"HTTP_PROXY is set and NO_PROXY does not exempt {_LOOPBACK}."
    why = "Calls to the local cloud would be sent to the proxy."
    return Check(name, "problem", what, why, f"set NO_PROXY={_LOOPBACK},localhost and no_proxy to the same.")


def _pid_at(url: str) -> int | None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=_ANSWER_LIMIT) as said:
            return int(json.load(said)["pid"])
    except (OSError, ValueError, KeyError):
        return None


def _is_free(number: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(_ANSWER_LIMIT)
        return probe.connect_ex((_LOOPBACK, number)) != 0


def _user_of(number: int) -> str:
    """Name the program that listens on the port; other users' programs stay unnamed without the right to look."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (number,) and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return "another program"
