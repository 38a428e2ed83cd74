"""A load balancer with target groups, as tests of traffic want it, and a client that records what it got."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.localcloud.elbv2.targets import Server
from tests.localcloud.support import TestCloud, eventually

LIMIT = 10.0


@dataclass
class Answer:
    """What a client got."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The JSON that a `Server` answers with."""
        return dict(json.loads(self.body))

    @property
    def server(self) -> str:
        """The name of the server that answered."""
        return str(self.content["server"])


def ask(port: int, path: str = "/", method: str = "GET", **headers: str) -> Answer:
    """Send one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    try:
        return _exchange(connection, path, method, {name.replace("_", "-"): value for name, value in headers.items()})
    finally:
        connection.close()


def _exchange(
    connection: http.client.HTTPConnection, path: str = "/", method: str = "GET", headers: dict[str, str] | None = None
) -> Answer:
    connection.request(method, path, headers=headers or {})
    answer = connection.getresponse()
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


class Balancer:
    """One load balancer of an account, and short ways to do things with it."""

    def __init__(self, cloud: TestCloud, name: str = "shop") -> None:
        self.cloud = cloud
        self.client = cloud.client("elbv2")
        ec2 = cloud.client("ec2")
        self.subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
        self.vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        made = self.client.create_load_balancer(Name=name, Subnets=self.subnets)["LoadBalancers"][0]
        self.arn: str = made["LoadBalancerArn"]

    def group(self, name: str, *servers: Server, **settings: Any) -> str:
        """Make a target group of type ip with `servers`."""
        wanted = {
            "Name": name,
            "Protocol": "HTTP",
            "Port": 80,
            "VpcId": self.vpc,
            "TargetType": "ip",
            "HealthCheckIntervalSeconds": 6,
            "HealthCheckTimeoutSeconds": 3,
            "HealthCheckPath": "/health",
        }
        arn: str = self.client.create_target_group(**{**wanted, **settings})["TargetGroups"][0]["TargetGroupArn"]
        if servers:
            self.client.register_targets(TargetGroupArn=arn, Targets=[server.target for server in servers])
        return arn

    def listener(self, *actions: dict[str, Any], port: int = 80) -> dict[str, Any]:
        """Make a listener."""
        made: dict[str, Any] = self.client.create_listener(
            LoadBalancerArn=self.arn, Protocol="HTTP", Port=port, DefaultActions=list(actions)
        )["Listeners"][0]
        return made

    def switch(self, listener: dict[str, Any], action: dict[str, Any]) -> None:
        """Change the default action."""
        self.client.modify_listener(ListenerArn=listener["ListenerArn"], DefaultActions=[action])

    def states(self, group: str) -> dict[int, str]:
        """Return the states of the targets of a group by port."""
        found = self.client.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return {each["Target"]["Port"]: each["TargetHealth"]["State"] for each in found}

    def health(self, group: str, server: Server) -> dict[str, Any]:
        """Return the health of one target."""
        asked = self.client.describe_target_health(TargetGroupArn=group, Targets=[server.target])
        health: dict[str, Any] = asked["TargetHealthDescriptions"][0]["TargetHealth"]
        return health

    def await_states(self, group: str, *states: str) -> None:
        """Wait until the targets of a group have exactly `states`, in any order."""
        eventually(
            lambda: sorted(self.states(group).values()) == sorted(states), what=f"{states} of {group.split('/')[1]}"
        )


def await_servers(port: int, *names: str, count: int = 30) -> None:
    """Wait until `count` requests in a row are answered by the servers `names`, by each of them and nobody else.

    A worker of the proxy has a change a moment after the call that made it was answered.
    """

    def answering() -> set[str]:
        answers = [ask(port) for _ in range(count)]
        return {answer.server if answer.status == 200 else f"!{answer.status}" for answer in answers}

    eventually(lambda: answering() == set(names), what=f"{count} answers in a row from {names}")


def refuses(port: int) -> bool:
    """Return whether nobody listens on `port` any more."""
    try:
        ask(port)
    except OSError:
        return True
    return False


def forward(*groups: str | tuple[str, int], sticky: int | None = None) -> dict[str, Any]:
    """Return a forward action to groups, or to (group, weight) pairs; `sticky` seconds for the group's cookie."""
    pairs = [group if isinstance(group, tuple) else (group, 1) for group in groups]
    config: dict[str, Any] = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in pairs]}
    if sticky is not None:
        config["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": sticky}
    return {"Type": "forward", "ForwardConfig": config}


def fixed(status: int, body: str = "", content_type: str = "text/plain") -> dict[str, Any]:
    """Return a fixed response."""
    config = {"StatusCode": str(status), "MessageBody": body, "ContentType": content_type}
    return {"Type": "fixed-response", "FixedResponseConfig": config}


@dataclass
class Load:
    """What clients recorded: (server or what went wrong) of each request, in the order in which answers came."""

    records: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        """All that was not an answer of a server with 200."""
        return [record for record in self.records if record.startswith("!")]

    @property
    def by_server(self) -> Counter[str]:
        """How many answers each server gave."""
        return Counter(record for record in self.records if not record.startswith("!"))


@contextmanager
def load(port: int, keep_alive: int = 4, new: int = 2) -> Iterator[Load]:
    """Let clients ask without a pause: `keep_alive` on one connection each, `new` on a new one for each request."""
    seen, stop = Load(), threading.Event()
    kinds: Sequence[bool] = [True] * keep_alive + [False] * new
    clients = [threading.Thread(target=_client, args=(port, kept, seen, stop), daemon=True) for kept in kinds]
    for client in clients:
        client.start()
    try:
        yield seen
    finally:
        stop.set()
        for client in clients:
            client.join(LIMIT)
        assert not any(client.is_alive() for client in clients)


def _client(port: int, kept: bool, seen: Load, stop: threading.Event) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    while not stop.is_set():
        try:
            answer = _exchange(connection)
            seen.records.append(answer.server if answer.status == 200 else f"!{answer.status}")
        except (OSError, http.client.HTTPException) as error:
            seen.records.append(f"!{type(error).__name__}: {error}")
            connection.close()
        if not kept:
            connection.close()
    connection.close()
