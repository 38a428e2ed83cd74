"""One line of the proxy's log: a request that was served."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ...scope import Scope


class _Line(msgspec.Struct):
    at: str
    duration: int
    listener: str
    status: int
    flags: str
    details: str | None = None
    cluster: str | None = None
    first_byte: int | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """A request as metrics see it.

    `at` is when its answer ended (epoch seconds), `response_time` what the target took to begin its answer (seconds),
    if it did; `reached` says whether a target was chosen, `answered` whether the answer is the target's.
    """

    at: float
    scope: Scope
    load_balancer: str
    target_group: str | None
    status: int
    answered: bool
    reached: bool
    refused: bool
    own: bool
    response_time: float | None


_decoder = msgspec.json.Decoder(_Line)
# Envoy's response flags: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
_NO_TARGET = {"UH", "UO", "NC", "NR"}
_RULE_ANSWERS = {"direct_response", "route_redirect", "path_redirect"}


def served(line: bytes) -> Served | None:
    """Return what `line` says, or None for one that makes no sense (cut short by a crash)."""
    try:
        read = _decoder.decode(line)
        account, region, balancer = read.listener.rsplit("/", 1)[0].split("/", 2)
        at = float(read.at) + read.duration / 1000
    except (msgspec.DecodeError, ValueError):
        return None
    flags = set(read.flags.split(","))
    answered = read.details == "via_upstream"
    group = read.cluster.split("/", 2)[2] if read.cluster and read.cluster.count("/") > 1 else None
    return Served(
        at, Scope(account, region), balancer, group, read.status, answered,
        reached=group is not None and not flags & _NO_TARGET,
        refused="UF" in flags,
        own=not answered and read.details not in _RULE_ANSWERS,
        response_time=read.first_byte / 1e6 if answered and read.first_byte is not None else None,
    )  # fmt: skip
