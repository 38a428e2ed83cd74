"""Dashboards are kept as AWS takes them, and a body that AWS would refuse is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.support import TestCloud


def body(*widgets: dict[str, Any], **more: Any) -> str:
    return json.dumps({"widgets": list(widgets), **more})


GRAPH = {
    "type": "metric",
    "x": 0,
    "y": 0,
    "width": 12,
    "height": 6,
    "properties": {"metrics": [["Shop", "orders"]], "region": "us-east-1", "period": 60, "stat": "Sum"},
}
TEXT = {"type": "text", "properties": {"markdown": "# Shop"}}


def test_a_dashboard_comes_back_as_it_was_put(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    client.put_dashboard(DashboardName="shop", DashboardBody=body(GRAPH, TEXT))
    client.put_dashboard(DashboardName="shop-2", DashboardBody=body())
    found = client.get_dashboard(DashboardName="shop")
    assert found["DashboardBody"] == body(GRAPH, TEXT)
    assert found["DashboardArn"] == f"arn:aws:cloudwatch::{cloud.account}:dashboard/shop"
    listed = client.list_dashboards(DashboardNamePrefix="shop")["DashboardEntries"]
    assert [(entry["DashboardName"], entry["Size"]) for entry in listed] == [
        ("shop", len(body(GRAPH, TEXT))),
        ("shop-2", len(body())),
    ]
    client.delete_dashboards(DashboardNames=["shop", "shop-2"])
    assert client.list_dashboards()["DashboardEntries"] == []


def test_a_dashboard_is_the_accounts_and_not_a_regions(cloud: TestCloud) -> None:
    cloud.client("cloudwatch").put_dashboard(DashboardName="shop", DashboardBody=body())
    assert cloud.client("cloudwatch", region="eu-west-1").get_dashboard(DashboardName="shop")["DashboardBody"] == body()


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ("{", ""),
        ("[]", ""),
        (json.dumps({"widgets": 3}), "/widgets"),
        (body({"type": "metic", "properties": {}}), "/widgets/0/type"),
        (body(TEXT, {"type": "text", "properties": {}}), "/widgets/1/properties"),
        (body({**GRAPH, "width": 25}), "/widgets/0/width"),
        (body({**GRAPH, "x": 20}), "/widgets/0"),
        (body({"type": "metric", "properties": {"metrics": [["Shop", "orders"]]}}), "/widgets/0/properties/region"),
        (body({"type": "metric", "properties": {"metrics": [["."]], "region": "r"}}), "properties/metrics/0"),
        (body({"type": "metric", "properties": {"metrics": [["a", "b", "c"]], "region": "r"}}), "metrics/0"),
        (body({"type": "log", "properties": {"query": "fields @message"}}), "/widgets/0/properties"),
        (body(start="yesterday"), "/start"),
        (body(end="-PT1H"), "/end"),
    ],
)  # fmt: skip
def test_a_body_that_is_not_right_is_refused_with_its_place(cloud: TestCloud, wrong: str, path: str) -> None:
    client = cloud.client("cloudwatch")
    with pytest.raises(client.exceptions.DashboardInvalidInputError) as told:
        client.put_dashboard(DashboardName="shop", DashboardBody=wrong)
    message = told.value.response["Error"]["Message"]
    problems = json.loads(message[message.index("[") :])
    places = [problem["dataPath"] for problem in problems]
    assert any(place.endswith(path) if path else not place for place in places), places
    assert client.list_dashboards()["DashboardEntries"] == []


def test_a_name_that_is_not_one_is_refused(cloud: TestCloud) -> None:
    with pytest.raises(ClientError, match="letters, digits"):
        cloud.client("cloudwatch").put_dashboard(DashboardName="my shop", DashboardBody=body())


def test_none_is_deleted_if_one_is_not_there(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    client.put_dashboard(DashboardName="shop", DashboardBody=body())
    with pytest.raises(ClientError, match=r"ResourceNotFound.*nobody"):
        client.delete_dashboards(DashboardNames=["shop", "nobody"])
    assert len(client.list_dashboards()["DashboardEntries"]) == 1


def test_dashboards_outlive_a_killed_cloud(private_cloud: TestCloud) -> None:
    private_cloud.client("cloudwatch").put_dashboard(DashboardName="shop", DashboardBody=body(GRAPH))
    private_cloud.kill()
    private_cloud.restart()
    assert private_cloud.client("cloudwatch").get_dashboard(DashboardName="shop")["DashboardBody"] == body(GRAPH)
