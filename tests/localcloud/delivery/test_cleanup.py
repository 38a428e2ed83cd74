"""Cleanup of what notebooks on releases make: in the order in which it must go, twice, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpers import aws, containers, delivery
from helpers.lab import clean_up
from helpers.lab.cleanup import everything
from tests.localcloud.delivery.making import FILES, running_service

pytestmark = pytest.mark.usefixtures("learner")


@pytest.fixture
def shop() -> Iterator[delivery.Service]:
    yield running_service("shop", "tiny")


def test_all_that_a_service_stands_on_goes_with_it(shop: delivery.Service) -> None:
    report = clean_up("tiny")
    assert report.clean, str(report)
    kinds = [each.kind for each in report.found]
    assert {"service", "load balancer", "target group", "task definition", "cluster", "image repository"} <= set(kinds)
    assert {"security group", "role", "log group"} <= set(kinds)
    assert not shop.exists()
    assert clean_up("tiny").found == ()


def test_a_list_deletes_nothing(shop: delivery.Service) -> None:
    before = everything()
    found = {(each.kind, each.name) for each in clean_up("tiny", dry_run=True).found}
    assert {("service", "wb-ada-tiny/wb-ada-shop"), ("task definition", "wb-ada-shop")} <= found
    assert everything() == before and shop.exists()
    clean_up("tiny")


def test_what_another_lab_has_stays(shop: delivery.Service) -> None:
    other = running_service("other", "second")
    assert clean_up("tiny").clean
    assert other.exists() and not shop.exists()
    assert delivery.find_target_group(aws.name("other"))
    assert clean_up("second").clean


def test_a_family_whose_name_only_begins_alike_stays() -> None:
    delivery.cluster("tiny")
    image = containers.push(containers.repository("shop", "tiny"), "1", FILES, ["python", "app.py"])
    delivery.task_definition("shop", image, "tiny")
    delivery.task_definition("shop-two", image, "second")
    assert clean_up("tiny").clean
    assert aws.client("ecs").list_task_definition_families(status="ACTIVE")["families"] == ["wb-ada-shop-two"]
    assert clean_up("second").clean
