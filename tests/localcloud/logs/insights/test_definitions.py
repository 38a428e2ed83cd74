"""Saved queries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.support import TestCloud


def save(client: Any, name: str, **members: Any) -> str:
    saved: str = client.put_query_definition(name=name, queryString="fields @message", **members)["queryDefinitionId"]
    return saved


def test_a_definition_is_saved_changed_and_deleted(logs: Any) -> None:
    id_ = save(logs, "shop/errors", logGroupNames=["/shop/orders"])
    (found,) = logs.describe_query_definitions()["queryDefinitions"]
    assert (found["name"], found["logGroupNames"], found["queryString"]) == (
        "shop/errors",
        ["/shop/orders"],
        "fields @message",
    )
    parameters = [{"name": "level", "defaultValue": "ERROR"}]
    assert save(logs, "shop/failures", queryDefinitionId=id_, parameters=parameters) == id_
    (changed,) = logs.describe_query_definitions()["queryDefinitions"]
    assert (changed["name"], changed["parameters"]) == ("shop/failures", parameters)
    assert logs.delete_query_definition(queryDefinitionId=id_)["success"]
    assert logs.describe_query_definitions()["queryDefinitions"] == []


def test_definitions_are_listed_by_name_prefix_and_in_pages(logs: Any) -> None:
    for name in ("b", "shop/z", "shop/a"):
        save(logs, name)
    page = logs.describe_query_definitions(maxResults=2)
    rest = logs.describe_query_definitions(maxResults=2, nextToken=page["nextToken"])
    names = [found["name"] for found in page["queryDefinitions"] + rest["queryDefinitions"]]
    assert names == ["b", "shop/a", "shop/z"]
    of_shop = logs.describe_query_definitions(queryDefinitionNamePrefix="shop/")["queryDefinitions"]
    assert [found["name"] for found in of_shop] == ["shop/a", "shop/z"]


def test_the_same_token_saves_once(logs: Any) -> None:
    token = "t" * 36
    assert save(logs, "once", clientToken=token) == save(logs, "once", clientToken=token)
    assert len(logs.describe_query_definitions()["queryDefinitions"]) == 1


def test_what_is_not_there_or_not_built_is_refused(logs: Any) -> None:
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        save(logs, "x", queryDefinitionId="none")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.delete_query_definition(queryDefinitionId="none")
    with pytest.raises(logs.exceptions.InvalidParameterException, match="PPL"):
        save(logs, "x", queryLanguage="PPL")


def test_definitions_outlive_a_kill(private_cloud: TestCloud) -> None:
    save(private_cloud.client("logs"), "kept")
    private_cloud.kill()
    private_cloud.restart()
    (found,) = private_cloud.client("logs").describe_query_definitions()["queryDefinitions"]
    assert found["name"] == "kept"
