"""Pure parts: health, what probes and requests mean, cookies, matchers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.localcloud.elbv2.health import state
from helpers.localcloud.elbv2.health.matcher import codes_in
from helpers.localcloud.elbv2.health.state import Health, Outcome
from helpers.localcloud.elbv2.layout import lasting, serving
from helpers.localcloud.elbv2.metrics.data import data_of
from helpers.localcloud.elbv2.metrics.log_file import LogFile
from helpers.localcloud.elbv2.metrics.served import served
from helpers.localcloud.elbv2.model import Target
from helpers.localcloud.proxy import Plane
from helpers.localcloud.service import ServiceError
from helpers.localcloud.store import Store

GOOD, BAD = Outcome(True), Outcome(False, "Target.Timeout", "Request timed out")


@pytest.mark.parametrize(
    ("first", "probes", "states"),
    [
        (state.FIRST, "+", "healthy"),
        (state.FIRST, "-", "initial"),
        (state.FIRST, "--", "unhealthy"),
        (state.FIRST, "-+", "healthy"),
        (state.NOT_IN_USE, "+", "healthy"),
        (Health("healthy"), "-", "healthy"),
        (Health("healthy"), "-+-", "healthy"),
        (Health("healthy"), "--", "unhealthy"),
        (Health("unhealthy"), "++", "unhealthy"),
        (Health("unhealthy"), "++-++", "unhealthy"),
        (Health("unhealthy"), "+++", "healthy"),
        (state.LEAVING, "+++", "draining"),
        (state.LEAVING, "--", "draining"),
    ],
)
def test_probes_lead_to_states_with_thresholds_3_and_2(first: Health, probes: str, states: str) -> None:
    health = first
    for probe in probes:
        health = state.after(health, GOOD if probe == "+" else BAD, 3, 2)
    assert health.state == states


def test_the_last_failure_says_why() -> None:
    mismatch = Outcome(False, "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]")
    health = state.after(state.after(Health("healthy"), BAD, 3, 2), mismatch, 3, 2)
    assert (health.state, health.reason) == ("unhealthy", "Target.ResponseCodeMismatch")
    assert state.after(health, BAD, 3, 2).reason == "Target.Timeout"


def test_who_gets_requests() -> None:
    def of(*states: str) -> list[str]:
        targets = [Target("group", "127.0.0.1", port, each) for port, each in enumerate(states)]
        return [target.state for target in serving(targets)]

    assert of("healthy", "unhealthy", "initial", "draining") == ["healthy"]
    assert of("unhealthy", "unhealthy", "initial", "draining") == ["unhealthy", "unhealthy"]
    assert of("initial", "draining", "unused") == []
    assert of() == []


@pytest.mark.parametrize(
    ("text", "codes"), [("200", {200}), ("200,202", {200, 202}), ("200-202,404", {200, 201, 202, 404})]
)
def test_matchers(text: str, codes: set[int]) -> None:
    assert codes_in(text) == codes


@pytest.mark.parametrize("text", ["", "2xx", "200-", "500", "199", "202-200", "200,,201", "200 - 201"])
def test_matchers_that_make_no_sense(text: str) -> None:
    with pytest.raises(ServiceError):
        codes_in(text)


def test_cookies_live_for_a_second_at_least() -> None:
    assert [lasting(seconds, 60.0) for seconds in (1, 60, 90, 3600)] == [1, 1, 2, 60]


def line(**changes: Any) -> bytes:
    found = {
        "at": "1700000000.250000", "duration": 500, "listener": "111122223333/us-east-1/app/shop/0a/0b",
        "status": 200, "flags": "-", "details": "via_upstream",
        "cluster": "111122223333/us-east-1/targetgroup/blue/0c", "first_byte": 250_000, **changes,
    }  # fmt: skip
    return json.dumps(found).encode()


def names(*lines: bytes) -> dict[str, float]:
    """Return the sums by metric, over the dimensions of the load balancer alone."""
    requests = [request for request in map(served, lines) if request is not None]
    data = data_of(requests, 60.0, {"targetgroup/blue/0c": 2})
    mine = [datum for datum in data if [each["Name"] for each in datum["Dimensions"]] == ["LoadBalancer"]]
    return {datum["MetricName"]: sum(datum.get("Counts", datum["Values"])) for datum in mine}


def test_a_line_of_the_log_is_a_request() -> None:
    request = served(line())
    assert request is not None
    assert (request.at, request.load_balancer, request.target_group) == (
        1700000000.75,
        "app/shop/0a",
        "targetgroup/blue/0c",
    )
    assert request.response_time == 0.25 and request.answered and request.reached and not request.own


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, {"RequestCount": 1, "HTTPCode_Target_2XX_Count": 1, "TargetResponseTime": 0.25}),
        (
            {"status": 502, "flags": "UF", "details": "upstream_reset", "first_byte": None},
            {
                "RequestCount": 1,
                "TargetConnectionErrorCount": 1,
                "HTTPCode_ELB_5XX_Count": 1,
                "HTTPCode_ELB_502_Count": 1,
            },
        ),
        (
            {"status": 503, "flags": "UH", "details": "no_healthy_upstream", "first_byte": None},
            {"HTTPCode_ELB_5XX_Count": 1, "HTTPCode_ELB_503_Count": 1},
        ),
        (
            {"status": 504, "flags": "SI", "details": "stream_idle_timeout", "first_byte": None},
            {"RequestCount": 1, "HTTPCode_ELB_5XX_Count": 1, "HTTPCode_ELB_504_Count": 1},
        ),
        (
            {"status": 0, "flags": "DC", "details": "downstream_remote_disconnect", "first_byte": None},
            {"RequestCount": 1, "HTTPCode_ELB_4XX_Count": 1},
        ),
        ({"status": 503, "details": "direct_response", "cluster": None, "first_byte": None}, {}),
    ],
)
def test_what_a_request_counts_for(changes: dict[str, Any], counted: dict[str, float]) -> None:
    assert names(line(**changes)) == counted


@pytest.mark.parametrize("text", [b"", b"{", b"[]", line(listener="x"), line(at="soon"), line()[:-9], b"\xff"])
def test_a_line_that_makes_no_sense_is_no_request(text: bytes) -> None:
    assert served(text) is None


def test_requests_of_two_periods_make_two_datapoints() -> None:
    requests = [served(line()), served(line(at="1700000100.0"))]
    data = data_of([each for each in requests if each], 60.0, {"targetgroup/blue/0c": 2})
    counts = [datum for datum in data if datum["MetricName"] == "RequestCountPerTarget"]
    assert [datum["Value"] for datum in counts] == [0.5, 0.5, 0.5, 0.5]
    assert len({datum["Timestamp"] for datum in counts}) == 2


def test_the_log_is_read_on_from_where_it_was_and_turned_over(tmp_path: Any) -> None:
    plane, store = Plane(tmp_path), Store(tmp_path / "state.sqlite")
    plane.log_path.parent.mkdir(parents=True)
    plane.log_path.write_bytes(b"one\ntwo\nthr")
    log = LogFile(plane, store, largest=10)
    lines, position = log.lines()
    assert lines == [b"one", b"two"]
    log.done(position)
    with plane.log_path.open("ab") as file:
        file.write(b"ee\n")
    lines, position = LogFile(plane, store).lines()
    assert lines == [b"three"]
    log.done(position)
    log.turn_over()
    assert log.lines()[0] == [] and not plane.log_path.exists()
    plane.log_path.write_bytes(b"four\n")
    log.turn_over()
    assert log.lines()[0] == [b"four"]
    store.close()
