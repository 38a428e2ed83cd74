"""The variables of a container: what acts as its account, what its definition says, its secrets, and its ports."""

from __future__ import annotations

from collections.abc import Mapping

from ..cloud import Cloud
from ..scope import Scope
from .engine_options import shares_network
from .model import ContainerRun, Document

LOOPBACK = "127.0.0.1"


def environment(
    cloud: Cloud, scope: Scope, task: Document, container: Document, run: ContainerRun, secrets: Mapping[str, str]
) -> dict[str, str]:
    """Return the variables of `run`; `task` is the content of its task definition, `container` its part of that.

    A container with a network of its own listens where it wants, as on AWS; PORT says its first port unless the
    definition does. One on this machine's network is told HOST and the ports of 127.0.0.1 that are its own.
    """
    own = {**{each["name"]: each["value"] for each in container["environment"]}, **secrets}
    account = cloud.environment(scope)
    if run.container and not shares_network(task):
        return {**account, **_ports({inner: inner for inner in run.ports}), **own}
    return {**account, **own, **_ports(run.ports), "HOST": LOOPBACK}


def _ports(ports: Mapping[str, int | str]) -> dict[str, str]:
    first = next(iter(ports.values()), None)
    told = {f"PORT_{inner}": str(port) for inner, port in ports.items()}
    return told if first is None else {**told, "PORT": str(first)}
