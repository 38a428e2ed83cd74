"""What the proxy is to do, in words of load balancing; nothing here knows Envoy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Where a target listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Targets that share requests. `affinity` is the life of the cookie that binds a client to one (seconds), if any.

    `algorithm` is the target group attribute: round_robin, least_outstanding_requests or weighted_random.
    """

    name: str
    targets: tuple[Address, ...]
    affinity: int | None = None
    algorithm: str = "round_robin"


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """A header whose whole value matches a regular expression (RE2); ":path" includes the query."""

    header: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Share:
    """A cluster and its weight among the others of an action."""

    cluster: str
    weight: int


@dataclass(frozen=True, slots=True)
class Forward:
    """Send the request to one of `shares`; with `affinity` (seconds) a client stays with the cluster it got."""

    shares: tuple[Share, ...]
    affinity: int | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """Answer without a target."""

    status: int
    body: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the client elsewhere; a part that is None stays as it was. `path` may hold #{path} once."""

    permanent: bool
    scheme: str | None = None
    host: str | None = None
    port: int | None = None
    path: str | None = None
    query: str | None = None


Answer = Forward | Fixed | Redirect


@dataclass(frozen=True, slots=True)
class Route:
    """The first route of a listener whose matches all hold answers."""

    matches: tuple[HeaderMatch, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Listener:
    """A port of 127.0.0.1 and its routes in order; a target may be silent for `idle_timeout` seconds."""

    name: str
    port: int
    routes: tuple[Route, ...]
    idle_timeout: int = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """All that one proxy serves."""

    listeners: tuple[Listener, ...]
    clusters: tuple[Cluster, ...]
