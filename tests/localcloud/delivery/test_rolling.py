"""A deployment under the eyes of its customers, and what of it can be read afterwards."""

from __future__ import annotations

import json

import pytest

from helpers import aws, containers, delivery
from tests.localcloud.support import eventually

pytestmark = pytest.mark.usefixtures("learner")
DESIRED, PERCENTS = 2, {"minimumHealthyPercent": 50, "maximumPercent": 150}


def _definition(version: str) -> str:
    return delivery.task_definition("shop", containers.shop(version, containers.repository("shop", "tiny")), "tiny")


@pytest.fixture
def group() -> str:
    """A target group with a listener."""
    network = delivery.network("tiny")
    made = delivery.target_group("shop", "tiny", network)
    delivery.listener(delivery.load_balancer("shop", "tiny", network), made, "tiny")
    delivery.cluster("tiny")
    return made


def _service(group: str, version: str, count: int = DESIRED) -> delivery.Service:
    network = delivery.network("tiny")
    return delivery.service("shop", _definition(version), "tiny", network, group, count=count, deployment=PERCENTS)


def test_a_rollout_is_seen_from_begin_to_end_and_can_be_read_by_others(group: str) -> None:
    service = _service(group, "1.0.0")
    with delivery.load(f"{delivery.address_of(group)}/products", 40) as customers:
        seen = delivery.roll(service, _definition("1.1.0"), customers, "To 1.1.0", live=False)
    low, high = delivery.bounds(DESIRED, 50, 150)
    assert (seen.state, seen.failed, seen.last_version) == ("COMPLETED", 0, "1.1.0")
    assert low <= seen.least and seen.most <= high
    assert set(seen.versions) == {"1.0.0", "1.1.0"} and seen.requests[0].version == "1.0.0"
    name = delivery.publish(seen, "to-next", "tiny")
    told = delivery.published("to-next", "tiny")
    assert told and (told["state"], told["failed"], told["requests"]) == ("COMPLETED", 0, len(seen.requests))
    events = aws.client("logs").filter_log_events(logGroupName=name, filterPattern="{ $.status = 200 }")["events"]
    assert {json.loads(event["message"])["version"] for event in events} == {"1.0.0", "1.1.0"}
    assert delivery.published("another", "tiny") is None and delivery.published("to-next", "none") is None


def test_a_deployment_that_cannot_move_is_not_waited_for(group: str) -> None:
    service = _service(group, "1.0.0", count=1)
    with delivery.load(f"{delivery.address_of(group)}/products", 40) as customers:
        seen = delivery.roll(service, _definition("1.1.0"), customers, "Stuck", patience=2, live=False)
    assert (seen.state, seen.failed, seen.versions.keys()) == ("IN_PROGRESS", 0, {"1.0.0"})
    eventually(
        lambda: any("was unable to stop or start tasks" in told for told in service.events()), what="the event of it"
    )


def test_a_service_is_brought_up_to_date_by_the_same_call(group: str) -> None:
    assert _service(group, "1.0.0") == _service(group, "1.1.0")
    assert delivery.Visitor(delivery.address_of(group)).ask("/version")[1]["version"] == "1.1.0"
    assert delivery.healthy(group) == DESIRED


def test_a_group_without_a_listener_has_no_address() -> None:
    lonely = delivery.target_group("lonely", "tiny", delivery.network("tiny"))
    with pytest.raises(aws.WorkbookError, match="No listener forwards to"):
        delivery.address_of(lonely)


def test_a_service_that_is_not_there_is_said() -> None:
    missing = delivery.find("missing", "tiny")
    assert not missing.exists()
    with pytest.raises(aws.WorkbookError, match="There is no service wb-ada-missing"):
        missing.describe()


def test_a_prediction_is_kept_changed_and_forgotten() -> None:
    assert delivery.prediction("rolling") is None
    delivery.predict("rolling", "tiny", least=1, most=4)
    delivery.predict("rolling", "tiny", least=2, most=4)
    assert delivery.prediction("rolling") == {"least": 2, "most": 4}
    delivery.forget("rolling")
    delivery.forget("rolling")
    assert delivery.prediction("rolling") is None
