"""Groups, tags, and the settings of a region."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .test_sampling import RULE


def test_a_group_is_made_found_changed_and_deleted(xray: Any) -> None:
    group = xray.create_group(GroupName="slow", FilterExpression="responsetime > 5")["Group"]
    assert group["GroupARN"].split(":")[5].startswith("group/slow/")
    assert xray.get_group(GroupARN=group["GroupARN"])["Group"] == group
    insights = {"InsightsEnabled": True, "NotificationsEnabled": True}
    changed = xray.update_group(GroupName="slow", FilterExpression="fault", InsightsConfiguration=insights)["Group"]
    assert (changed["FilterExpression"], changed["InsightsConfiguration"]) == ("fault", insights)
    assert xray.get_groups()["Groups"] == [changed]
    xray.delete_group(GroupName="slow")
    assert xray.get_groups()["Groups"] == []


def test_a_group_is_refused_with_a_reason(xray: Any) -> None:
    xray.create_group(GroupName="slow")
    for call, says in [
        (lambda: xray.create_group(GroupName="slow"), "exists already"),
        (lambda: xray.create_group(GroupName="bad", FilterExpression="slow >"), "line 1, column 7"),
        (lambda: xray.update_group(GroupName="slow", FilterExpression="slow"), "'slow' is no keyword"),
        (lambda: xray.get_group(GroupName="nobody"), "no group nobody"),
        (lambda: xray.get_group(), "either GroupName or GroupARN"),
        (lambda: xray.delete_group(GroupName="slow", GroupARN="arn"), "either GroupName or GroupARN"),
        (
            lambda: xray.update_group(GroupName="slow", InsightsConfiguration={"NotificationsEnabled": True}),
            "needs InsightsEnabled",
        ),
    ]:
        with pytest.raises(ClientError, match=says) as refusal:
            call()
        assert refusal.value.response["Error"]["Code"] == "InvalidRequestException"
    assert [group["GroupName"] for group in xray.get_groups()["Groups"]] == ["slow"]


def test_groups_and_rules_have_tags(xray: Any) -> None:
    tags = [{"Key": "lab", "Value": "tracing"}]
    group = xray.create_group(GroupName="slow", Tags=tags)["Group"]["GroupARN"]
    rule = xray.create_sampling_rule(SamplingRule=RULE, Tags=tags)["SamplingRuleRecord"]["SamplingRule"]["RuleARN"]
    for arn in (group, rule):
        assert xray.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
        xray.tag_resource(ResourceARN=arn, Tags=[{"Key": "owner", "Value": "ann"}])
        xray.untag_resource(ResourceARN=arn, TagKeys=["lab"])
        assert xray.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "owner", "Value": "ann"}]
        with pytest.raises(ClientError) as refusal:
            xray.tag_resource(ResourceARN=arn, Tags=[{"Key": f"k{n}", "Value": ""} for n in range(50)])
        assert refusal.value.response["Error"]["Code"] == "TooManyTagsException"
    with pytest.raises(ClientError) as refusal:
        xray.list_tags_for_resource(ResourceARN=group + "x")
    assert refusal.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_settings_are_kept(xray: Any) -> None:
    assert xray.get_encryption_config()["EncryptionConfig"] == {"Type": "NONE", "Status": "ACTIVE"}
    xray.put_encryption_config(Type="KMS", KeyId="alias/x")
    assert xray.get_encryption_config()["EncryptionConfig"]["KeyId"] == "alias/x"
    with pytest.raises(ClientError, match="KeyId"):
        xray.put_encryption_config(Type="KMS")
    xray.put_encryption_config(Type="NONE")
    assert xray.get_encryption_config()["EncryptionConfig"] == {"Type": "NONE", "Status": "ACTIVE"}
    assert xray.get_trace_segment_destination() | {"ResponseMetadata": None} == {
        "Destination": "XRay",
        "Status": "ACTIVE",
        "ResponseMetadata": None,
    }
    xray.update_trace_segment_destination(Destination="CloudWatchLogs")
    assert xray.get_trace_segment_destination()["Destination"] == "CloudWatchLogs"


def test_the_indexing_rule_is_kept_and_all_is_indexed(xray: Any) -> None:
    xray.update_indexing_rule(Name="Default", Rule={"Probabilistic": {"DesiredSamplingPercentage": 5}})
    (rule,) = xray.get_indexing_rules()["IndexingRules"]
    told = {"DesiredSamplingPercentage": 5.0, "ActualSamplingPercentage": 100.0}
    assert (rule["Name"], rule["Rule"]["Probabilistic"]) == ("Default", told)
    with pytest.raises(ClientError, match="0 to 100"):
        xray.update_indexing_rule(Name="Default", Rule={"Probabilistic": {"DesiredSamplingPercentage": 101}})
    with pytest.raises(ClientError, match="the only one is called Default"):
        xray.update_indexing_rule(Name="mine", Rule={"Probabilistic": {"DesiredSamplingPercentage": 1}})
