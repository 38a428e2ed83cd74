"""The API: what is made, described, changed, deleted and refused."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from botocore.exceptions import ClientError

from helpers.localcloud import instance
from tests.localcloud.elbv2.balancing import Balancer, ask, fixed, forward, refuses
from tests.localcloud.support import TestCloud, eventually


def code_of(call: Any, **request: Any) -> str:
    """Return the code of the error with which `call` answers."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    return str(caught.value.response["Error"]["Code"])


def test_a_load_balancer_is_described_as_it_was_made(balancer: Balancer) -> None:
    found = balancer.client.describe_load_balancers(Names=["shop"])["LoadBalancers"]
    assert [each["LoadBalancerArn"] for each in found] == [balancer.arn]
    assert found[0]["State"]["Code"] == "active"
    assert (found[0]["Scheme"], found[0]["Type"]) == ("internet-facing", "application")
    assert {zone["SubnetId"] for zone in found[0]["AvailabilityZones"]} == set(balancer.subnets)
    assert balancer.arn.split(":loadbalancer/app/shop/")[0].endswith(balancer.cloud.account)


def test_the_waiters_of_boto3_know_it(balancer: Balancer) -> None:
    balancer.client.get_waiter("load_balancer_available").wait(LoadBalancerArns=[balancer.arn])
    balancer.client.delete_load_balancer(LoadBalancerArn=balancer.arn)
    balancer.client.get_waiter("load_balancers_deleted").wait(LoadBalancerArns=[balancer.arn])


def test_the_same_call_twice_makes_one(balancer: Balancer) -> None:
    again = balancer.client.create_load_balancer(Name="shop", Subnets=balancer.subnets)["LoadBalancers"][0]
    assert again["LoadBalancerArn"] == balancer.arn
    wanted = {"Name": "shop", "Subnets": balancer.subnets, "Scheme": "internal"}
    assert code_of(balancer.client.create_load_balancer, **wanted) == "DuplicateLoadBalancerName"
    assert balancer.group("all") == balancer.group("all")
    assert code_of(balancer.group, name="all", HealthCheckPath="/other") == "DuplicateTargetGroupName"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"Name": "x" * 33}, "ValidationError"),
        ({"Name": "-x"}, "ValidationError"),
        ({"Name": "internal-x"}, "ValidationError"),
        ({"Name": "x", "Subnets": []}, "ValidationError"),
        ({"Name": "x", "Subnets": ["subnet-0bad"]}, "SubnetNotFound"),
        ({"Name": "x", "Type": "network"}, "ValidationError"),
        ({"Name": "x", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}, "DuplicateTagKeys"),
    ],
)
def test_load_balancers_that_cannot_be(balancer: Balancer, request_: dict[str, Any], code: str) -> None:
    wanted = {"Subnets": balancer.subnets, **request_}
    assert code_of(balancer.client.create_load_balancer, **wanted) == code
    assert len(balancer.client.describe_load_balancers()["LoadBalancers"]) == 1


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"TargetType": "instance"}, "ValidationError"),
        ({"TargetType": "lambda"}, "ValidationError"),
        ({"Protocol": "TCP"}, "ValidationError"),
        ({"HealthCheckPath": "health"}, "ValidationError"),
        ({"HealthCheckPath": "/a b\r\nX: y"}, "ValidationError"),
        ({"HealthCheckPort": "99999"}, "ValidationError"),
        ({"HealthCheckTimeoutSeconds": 30, "HealthCheckIntervalSeconds": 30}, "ValidationError"),
        ({"HealthCheckIntervalSeconds": 301}, "ValidationError"),
        ({"Matcher": {"HttpCode": "2xx"}}, "ValidationError"),
        ({"Matcher": {"HttpCode": "500"}}, "ValidationError"),
    ],
)
def test_target_groups_that_cannot_be(balancer: Balancer, settings: dict[str, Any], code: str) -> None:
    assert code_of(balancer.group, name="bad", **settings) == code
    assert balancer.client.describe_target_groups()["TargetGroups"] == []


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"Id": "i-0123456789abcdef0"}, "ValidationError"),
        ({"Id": "10.0.0.1"}, "InvalidTarget"),
        ({"Id": "93.184.216.34", "Port": 80}, "InvalidTarget"),
        ({"Id": "::1"}, "InvalidTarget"),
        ({"Id": "127.0.0.1", "Port": 70000}, "ValidationError"),
    ],
)
def test_targets_that_cannot_be(balancer: Balancer, target: dict[str, Any], code: str) -> None:
    group = balancer.group("all")
    good = {"Id": "127.0.0.1", "Port": 8080}
    assert code_of(balancer.client.register_targets, TargetGroupArn=group, Targets=[good, target]) == code
    assert balancer.states(group) == {}


def test_a_listener_has_the_port_that_is_served(balancer: Balancer) -> None:
    low, second = balancer.listener(fixed(200, "low")), balancer.listener(fixed(200, "second"), port=443)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    third = balancer.listener(fixed(200, "third"), port=free)
    assert low["Port"] > 1024 and third["Port"] == free
    assert [ask(each["Port"]).body for each in (low, second, third)] == [b"low", b"second", b"third"]
    with pytest.raises(balancer.client.exceptions.DuplicateListenerException):
        balancer.listener(fixed(200), port=80)


def test_a_port_that_is_taken_is_not_used(balancer: Balancer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        listener = balancer.listener(fixed(200, "mine"), port=wanted)
        assert listener["Port"] != wanted
        assert ask(listener["Port"]).body == b"mine"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({"Type": "forward"}, "ValidationError"),
        ({"Type": "forward", "TargetGroupArn": "arn:aws:elasticloadbalancing:x"}, "TargetGroupNotFound"),
        ({"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}, "InvalidLoadBalancerAction"),
        ({"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Port": "x"}}, "ValidationError"),
        ({"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Path": "/#{host}"}}, "ValidationError"),
        ({"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "302"}}, "ValidationError"),
        (fixed(200, "x", "image/png"), "ValidationError"),
        (
            {"Type": "authenticate-oidc"},
            "InvalidLoadBalancerAction",
        ),
    ],
)
def test_actions_that_make_no_sense(balancer: Balancer, action: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        balancer.listener(action)
    assert caught.value.response["Error"]["Code"] == code
    assert balancer.client.describe_listeners(LoadBalancerArn=balancer.arn)["Listeners"] == []


def test_weights_that_make_no_sense(balancer: Balancer) -> None:
    group = balancer.group("all")
    for action in (forward((group, 1000)), forward((group, -1)), forward(group, group), forward(group, sticky=0)):
        with pytest.raises(ClientError) as caught:
            balancer.listener(action)
        assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_a_target_group_belongs_to_one_load_balancer(balancer: Balancer) -> None:
    group = balancer.group("all")
    balancer.listener(forward(group))
    other = Balancer(balancer.cloud, "other")
    with pytest.raises(balancer.client.exceptions.TargetGroupAssociationLimitException):
        other.listener(forward(group))
    found = balancer.client.describe_target_groups(LoadBalancerArn=balancer.arn)["TargetGroups"]
    assert [each["LoadBalancerArns"] for each in found] == [[balancer.arn]]


def test_what_is_in_use_is_not_deleted_and_the_rest_goes_together(balancer: Balancer) -> None:
    group = balancer.group("all")
    listener = balancer.listener(forward(group))
    with pytest.raises(balancer.client.exceptions.ResourceInUseException):
        balancer.client.delete_target_group(TargetGroupArn=group)
    balancer.client.delete_load_balancer(LoadBalancerArn=balancer.arn)
    balancer.client.delete_load_balancer(LoadBalancerArn=balancer.arn)
    with pytest.raises(balancer.client.exceptions.ListenerNotFoundException):
        balancer.client.describe_listeners(ListenerArns=[listener["ListenerArn"]])
    eventually(lambda: refuses(listener["Port"]), what="the end of the listener")
    balancer.client.delete_target_group(TargetGroupArn=group)


def test_deletion_protection(balancer: Balancer) -> None:
    key = "deletion_protection.enabled"
    balancer.client.modify_load_balancer_attributes(
        LoadBalancerArn=balancer.arn, Attributes=[{"Key": key, "Value": "true"}]
    )
    with pytest.raises(balancer.client.exceptions.OperationNotPermittedException):
        balancer.client.delete_load_balancer(LoadBalancerArn=balancer.arn)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("no.such.key", "1", "ValidationError"),
        ("deregistration_delay.timeout_seconds", "3601", "ValidationError"),
        ("deregistration_delay.timeout_seconds", "soon", "ValidationError"),
        ("stickiness.type", "app_cookie", "ValidationError"),
        ("slow_start.duration_seconds", "60", "InvalidConfigurationRequest"),
    ],
)
def test_attributes_that_make_no_sense(balancer: Balancer, key: str, value: str, code: str) -> None:
    group = balancer.group("all")
    before = balancer.client.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
    wanted = [{"Key": "stickiness.enabled", "Value": "true"}, {"Key": key, "Value": value}]
    call = balancer.client.modify_target_group_attributes
    assert code_of(call, TargetGroupArn=group, Attributes=wanted) == code
    assert balancer.client.describe_target_group_attributes(TargetGroupArn=group)["Attributes"] == before


def test_tags_of_all_that_has_some(balancer: Balancer) -> None:
    group = balancer.group("all")
    listener = balancer.listener(forward(group))["ListenerArn"]
    rule = balancer.client.describe_rules(ListenerArn=listener)["Rules"][0]["RuleArn"]
    arns = [balancer.arn, group, listener, rule]
    balancer.client.add_tags(ResourceArns=arns, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    balancer.client.remove_tags(ResourceArns=arns, TagKeys=["a"])
    found = balancer.client.describe_tags(ResourceArns=arns)["TagDescriptions"]
    assert [(each["ResourceArn"], each["Tags"]) for each in found] == [(a, [{"Key": "b", "Value": "2"}]) for a in arns]
    assert code_of(balancer.client.describe_tags, ResourceArns=["nonsense"]) == "ValidationError"


def test_pages(balancer: Balancer) -> None:
    arns = {balancer.group(f"group{number}") for number in range(5)}
    pages = balancer.client.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 2})
    found = [group["TargetGroupArn"] for page in pages for group in page["TargetGroups"]]
    assert len(found) == 5 and set(found) == arns
    assert code_of(balancer.client.describe_target_groups, Marker="nonsense") == "ValidationError"


def test_accounts_and_regions_do_not_see_each_other(balancer: Balancer) -> None:
    cloud = balancer.cloud
    for other in (cloud.client("elbv2", account="210987654321"), cloud.client("elbv2", region="eu-west-1")):
        assert other.describe_load_balancers()["LoadBalancers"] == []
        assert code_of(other.describe_load_balancers, LoadBalancerArns=[balancer.arn]) == "LoadBalancerNotFound"


def test_a_reset_takes_everything_of_an_account(cloud: TestCloud, balancer: Balancer) -> None:
    group = balancer.group("all")
    listener = balancer.listener(forward(group))
    assert ask(listener["Port"]).status == 503
    instance.reset(cloud.home, cloud.account)
    eventually(lambda: refuses(listener["Port"]), what="the end of the listener")
    assert balancer.client.describe_load_balancers()["LoadBalancers"] == []
    assert balancer.client.describe_target_groups()["TargetGroups"] == []
