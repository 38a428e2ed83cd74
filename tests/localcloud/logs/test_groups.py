"""Log groups: made, found, tagged, kept from deletion, and gone with all that was theirs."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.logs.conftest import GROUP, STREAM, make, put
from tests.localcloud.support import TestCloud


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_a_group_describes_itself(cloud: TestCloud) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/shop/web", tags={"stage": "test"})
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/shop/web")["logGroups"]
    assert group["arn"] == f"arn:aws:logs:us-east-1:{cloud.account}:log-group:/shop/web:*"
    assert group["logGroupArn"] == group["arn"].removesuffix(":*")
    assert group["storedBytes"] == group["metricFilterCount"] == 0
    assert (group["logGroupClass"], "retentionInDays" in group) == ("STANDARD", False)


def test_stored_bytes_count_messages_in_utf_8_and_26_for_each_event(logs: Any) -> None:
    put(logs, ["abc", "ü"])
    (group,) = logs.describe_log_groups()["logGroups"]
    assert group["storedBytes"] == 3 + 2 + 2 * 26


def test_groups_are_found_by_prefix_pattern_and_page(cloud: TestCloud) -> None:
    logs = cloud.client("logs")
    for name in ("DataLogs", "aws-x/DataLogs", "GroupDataLogs", "datalogs", "Data/log/s"):
        logs.create_log_group(logGroupName=name)

    def names(**parameters: Any) -> list[str]:
        return [group["logGroupName"] for group in logs.describe_log_groups(**parameters)["logGroups"]]

    assert names(logGroupNamePattern="DataLogs") == ["DataLogs", "GroupDataLogs", "aws-x/DataLogs"]
    assert names(logGroupNamePrefix="Data") == ["Data/log/s", "DataLogs"]
    pages = logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["logGroups"]) for page in pages] == [2, 2, 1]
    with pytest.raises(ClientError) as caught:
        names(logGroupNamePrefix="a", logGroupNamePattern="b")
    assert code_of(caught) == "InvalidParameterException"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (GROUP, "ResourceAlreadyExistsException"),
        ("a b", "InvalidParameterException"),
        ("aws/x", "InvalidParameterException"),
    ],
)
def test_names_that_are_refused(logs: Any, name: str, code: str) -> None:
    with pytest.raises(ClientError) as caught:
        logs.create_log_group(logGroupName=name)
    assert code_of(caught) == code


def test_what_is_not_there_is_said_by_name(cloud: TestCloud) -> None:
    logs = cloud.client("logs")
    for call in (
        logs.delete_log_group,
        logs.describe_log_streams,
        logs.filter_log_events,
        logs.delete_retention_policy,
    ):
        with pytest.raises(logs.exceptions.ResourceNotFoundException, match="/nowhere"):
            call(logGroupName="/nowhere")


def test_a_deleted_group_takes_streams_events_and_filters_along(logs: Any) -> None:
    put(logs, ["old ERROR"])
    logs.put_metric_filter(
        logGroupName=GROUP,
        filterName="errors",
        filterPattern="ERROR",
        metricTransformations=[{"metricName": "Errors", "metricNamespace": "Shop", "metricValue": "1"}],
    )
    logs.delete_log_group(logGroupName=GROUP)
    assert logs.describe_metric_filters()["metricFilters"] == []
    make(logs)
    assert logs.filter_log_events(logGroupName=GROUP)["events"] == []


def test_deletion_protection(logs: Any) -> None:
    logs.put_log_group_deletion_protection(logGroupIdentifier=GROUP, deletionProtectionEnabled=True)
    with pytest.raises(logs.exceptions.ValidationException, match="deletion protection"):
        logs.delete_log_group(logGroupName=GROUP)
    with pytest.raises(logs.exceptions.ValidationException, match="deletion protection"):
        logs.delete_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    logs.put_log_group_deletion_protection(logGroupIdentifier=GROUP, deletionProtectionEnabled=False)
    logs.delete_log_group(logGroupName=GROUP)


def test_tags_by_arn_and_by_name(logs: Any) -> None:
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    logs.tag_resource(resourceArn=arn, tags={"owner": "shop", "stage": "test"})
    logs.tag_log_group(logGroupName=GROUP, tags={"stage": "prod"})
    assert logs.list_tags_for_resource(resourceArn=f"{arn}:*")["tags"] == {"owner": "shop", "stage": "prod"}
    logs.untag_resource(resourceArn=arn, tagKeys=["owner", "absent"])
    assert logs.list_tags_log_group(logGroupName=GROUP)["tags"] == {"stage": "prod"}
    with pytest.raises(logs.exceptions.TooManyTagsException):
        logs.tag_resource(resourceArn=arn, tags={f"tag{number}": "x" for number in range(50)})
    with pytest.raises(logs.exceptions.InvalidParameterException, match="of this account and region"):
        logs.list_tags_for_resource(resourceArn="arn:aws:logs:us-east-1:000000000000:log-group:x")


def test_groups_stay_in_their_account_and_region(cloud: TestCloud, logs: Any) -> None:
    put(logs, ["mine"])
    elsewhere = cloud.client("logs", region="eu-west-1")
    assert elsewhere.describe_log_groups()["logGroups"] == []
    make(elsewhere)
    assert elsewhere.filter_log_events(logGroupName=GROUP)["events"] == []
