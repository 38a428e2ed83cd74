"""What clients and targets see of a load balancer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.localcloud.elbv2.balancing import Balancer, ask, fixed, forward, load
from tests.localcloud.elbv2.targets import Server
from tests.localcloud.support import eventually

Serve = Callable[[str], Server]


def test_requests_go_to_the_targets_in_turn(balancer: Balancer, serve: Serve) -> None:
    servers = [serve("one"), serve("two")]
    group = balancer.group("all", *servers)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy", "healthy")
    seen = Counter(ask(port).server for _ in range(40))
    assert set(seen) == {"one", "two"} and min(seen.values()) >= 10


def test_a_request_has_the_headers_of_the_load_balancer(balancer: Balancer, serve: Serve) -> None:
    group = balancer.group("all", serve("one"))
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    headers = ask(port, "/path?query=1").content["headers"]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert (headers["x-forwarded-proto"], headers["x-forwarded-port"]) == ("http", str(port))
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers["x-amzn-trace-id"])
    assert not [name for name in headers if name.startswith("x-envoy") or name == "x-request-id"]


def test_headers_that_the_client_sent_are_kept(balancer: Balancer, serve: Serve) -> None:
    group = balancer.group("all", serve("one"))
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    trace = "Root=1-67891233-abcdef012345678912345678"
    answer = ask(port, X_Forwarded_For="203.0.113.7", X_Amzn_Trace_Id=trace, X_Request_Id="mine")
    headers = answer.content["headers"]
    assert headers["x-forwarded-for"].replace(" ", "") == "203.0.113.7,127.0.0.1"
    assert (headers["x-amzn-trace-id"], headers["x-request-id"]) == (trace, "mine")


def test_trace_ids_differ(balancer: Balancer, serve: Serve) -> None:
    group = balancer.group("all", serve("one"))
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    ids = [ask(port).content["headers"]["x-amzn-trace-id"] for _ in range(200)]
    assert len(set(ids)) == 200


def test_without_targets_it_answers_503(balancer: Balancer) -> None:
    port = balancer.listener(forward(balancer.group("empty")))["Port"]
    answer = ask(port)
    assert (answer.status, answer.headers["server"]) == (503, "awselb/2.0")
    assert b"503 Service Temporarily Unavailable" in answer.body


def test_a_target_that_refuses_connections_is_a_bad_gateway(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server, HealthCheckIntervalSeconds=300)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    server.close()
    answer = ask(port)
    assert (answer.status, answer.headers["server"]) == (502, "awselb/2.0")
    assert b"502 Bad Gateway" in answer.body


def test_a_target_that_hangs_up_is_a_bad_gateway_and_is_asked_once(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    server.hang_up = True
    assert ask(port, "/hang-up", X_Envoy_Retry_On="5xx,reset", X_Envoy_Max_Retries="3").status == 502
    assert server.asked == ["/hang-up"]


def test_a_target_that_is_silent_is_a_gateway_timeout(balancer: Balancer, serve: Serve) -> None:
    import threading

    server = serve("one")
    group = balancer.group("all", server)
    balancer.client.modify_load_balancer_attributes(
        LoadBalancerArn=balancer.arn, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "1"}]
    )
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    server.held = threading.Event()
    answer = ask(port)
    server.held.set()
    assert (answer.status, answer.headers["server"]) == (504, "awselb/2.0")
    assert b"504 Gateway Time-out" in answer.body


def test_an_error_of_the_target_is_the_clients(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    server.status = 503
    answer = ask(port)
    assert (answer.status, answer.server) == (503, "one")
    assert len(server.asked) == 1


def test_a_fixed_response(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(418 + 4, '{"sorry": "100 %"}', "application/json"))
    answer = ask(listener["Port"])
    assert (answer.status, answer.headers["content-type"]) == (422, "application/json")
    assert answer.body == b'{"sorry": "100 %"}'


@pytest.mark.parametrize(
    ("config", "path", "location"),
    [
        ({"Protocol": "HTTPS", "Port": "443"}, "/a?b=1", "https://127.0.0.1:443/a?b=1"),
        ({"Host": "example.com", "Port": "80"}, "/a?b=1", "http://example.com/a?b=1"),
        ({"Path": "/new/#{path}"}, "/a/b?c=1", "http://127.0.0.1:{port}/new/a/b?c=1"),
        ({"Path": "/moved", "Query": ""}, "/a?b=1", "http://127.0.0.1:{port}/moved"),
        ({"Path": "/moved", "Query": "from=old"}, "/a?b=1", "http://127.0.0.1:{port}/moved?from=old"),
    ],
)
def test_a_redirect(balancer: Balancer, config: dict[str, str], path: str, location: str) -> None:
    action = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_302", **config}}
    port = balancer.listener(action)["Port"]
    answer = ask(port, path)
    assert answer.status == 302
    assert answer.headers["location"].replace(":443/", "/").replace(":80/", "/") == location.format(port=port).replace(
        ":443/", "/"
    )


def test_a_split_of_90_to_10(balancer: Balancer, serve: Serve) -> None:
    blue, green = balancer.group("blue", serve("blue")), balancer.group("green", serve("green"))
    port = balancer.listener(forward((blue, 90), (green, 10)))["Port"]
    balancer.await_states(blue, "healthy")
    balancer.await_states(green, "healthy")
    with load(port) as seen:
        eventually(lambda: len(seen.records) >= 3000, what="3000 answers")
    assert seen.failures == []
    count, green_ones = len(seen.records), seen.by_server["green"]
    # Five standard deviations: one run in two million is further away by chance.
    spread = 5 * (count * 0.9 * 0.1) ** 0.5
    assert abs(green_ones - count * 0.1) < spread


def test_twenty_switches_under_load_lose_no_request(balancer: Balancer, serve: Serve) -> None:
    blue, green = balancer.group("blue", serve("blue")), balancer.group("green", serve("green"))
    listener = balancer.listener(forward((blue, 1), (green, 0)))
    balancer.await_states(blue, "healthy")
    balancer.await_states(green, "healthy")
    with load(listener["Port"]) as seen:
        for number in range(20):
            name = ("green", "blue")[number % 2]
            balancer.switch(listener, forward((blue, number % 2), (green, 1 - number % 2)))
            # Those on their way may still come from where they went before the switch.
            eventually(lambda name=name: seen.records[-60:] == [name] * 60, what=f"60 answers in a row from {name}")
    assert seen.failures == []
    assert len(seen.records) > 20 * 60


def test_a_target_group_without_targets_does_not_lend_its_share(balancer: Balancer, serve: Serve) -> None:
    full, empty = balancer.group("full", serve("full")), balancer.group("empty")
    port = balancer.listener(forward((full, 1), (empty, 1)))["Port"]
    balancer.await_states(full, "healthy")
    seen = Counter(ask(port).status for _ in range(100))
    assert set(seen) == {200, 503}
