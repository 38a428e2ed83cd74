"""Load balancers, target groups, listeners and rules that stacks make carry requests."""

from __future__ import annotations

import json

import pytest

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.elbv2.balancing import ask, load
from tests.localcloud.elbv2.fronts import DELAY, Front, as_the_cdk_writes_it, whole
from tests.localcloud.stacks import Document, att, ref, resource
from tests.localcloud.support import TestCloud, eventually


@pytest.fixture
def front(cloud: TestCloud) -> Front:
    return Front(cloud)


OUTPUTS = {
    "Balancer": ref("Balancer"),
    "Name": att("Balancer", "DNSName"),
    "FullName": att("Balancer", "LoadBalancerFullName"),
    "Group": att("Group", "TargetGroupFullName"),
    "GroupName": att("Group", "TargetGroupName"),
    "Rule": att("Rule", "RuleArn"),
}


def test_a_front_is_made_changed_in_place_and_deleted(front: Front) -> None:
    made = front.stack.create(front.resources(), outputs=OUTPUTS, Tags=[{"Key": "lab", "Value": "stacks"}])
    balancer = front.elb.describe_load_balancers()["LoadBalancers"][0]
    group = front.elb.describe_target_groups()["TargetGroups"][0]
    assert (made["Balancer"], made["Name"]) == (balancer["LoadBalancerArn"], balancer["DNSName"])
    assert made["FullName"] == balancer["LoadBalancerArn"].partition("loadbalancer/")[2]
    assert made["Group"] == group["TargetGroupArn"].rpartition(":")[2]
    assert (group["HealthCheckIntervalSeconds"], group["LoadBalancerArns"]) == (6, [made["Balancer"]])
    attributes = front.elb.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
    assert DELAY in attributes
    tags = front.elb.describe_tags(ResourceArns=[made["Balancer"]])["TagDescriptions"][0]["Tags"]
    assert tags == [{"Key": "lab", "Value": "stacks"}]
    assert (ask(front.port(), "/maintenance").status, ask(front.port()).status) == (503, 503)

    changed = front.resources({"HealthCheckPath": "/ready", "TargetGroupAttributes": []})
    changed["Rule"]["Properties"] |= {"Priority": 7, "Conditions": [{"Field": "path-pattern", "Values": ["/closed"]}]}
    changed["Listener"]["Properties"]["DefaultActions"] = [
        {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    ]
    after = front.stack.update(changed, outputs=OUTPUTS)
    assert after == made
    assert front.elb.describe_target_groups()["TargetGroups"][0]["HealthCheckPath"] == "/ready"
    attributes = front.elb.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
    assert {**DELAY, "Value": "300"} in attributes
    assert (ask(front.port(), "/closed").body, ask(front.port()).status) == (b"later", 200)
    rule = front.elb.describe_rules(RuleArns=[made["Rule"]])["Rules"][0]
    assert rule["Priority"] == "7"
    front.stack.delete()
    assert front.left() == []


def test_another_port_of_a_target_group_is_another_group(front: Front) -> None:
    before = front.stack.create(front.resources(), outputs=OUTPUTS)
    after = front.stack.update(front.resources({"Port": 81}), outputs=OUTPUTS)
    assert after["Group"] != before["Group"]
    assert [each["Port"] for each in front.elb.describe_target_groups()["TargetGroups"]] == [81]
    named = front.resources({"Name": "web"})
    front.stack.update(named)
    named["Group"]["Properties"]["Port"] = 82
    front.stack.update(named, "UPDATE_ROLLBACK_COMPLETE")
    assert any("custom-named resource requires replacing" in reason for reason in front.stack.reasons())


WRONG: dict[str, tuple[Document, str]] = {
    "kind": ({"Type": "network"}, "'application' only"),
    "property": ({"MinimumLoadBalancerCapacity": {"CapacityUnits": 1}}, "MinimumLoadBalancerCapacity of AWS::"),
    "garbage": ({"LoadBalancerAttributes": "all"}, "Invalid type for parameter Attributes, value: all"),
    "attribute": ({"LoadBalancerAttributes": [{"Key": "access_logs.s3.enabled", "Value": "true"}]}, "does not act on"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_the_local_cloud_does_not_have_fails_by_name(front: Front, wrong: str) -> None:
    given, said = WRONG[wrong]
    front.stack.create(front.resources(**given), "ROLLBACK_COMPLETE")
    assert any(said in reason for reason in front.stack.reasons()), front.stack.reasons()
    assert front.left() == []


def test_a_front_of_somebody_else_is_not_taken_over(front: Front) -> None:
    front.elb.create_load_balancer(Name="web", Subnets=front.subnets)
    front.stack.create(front.resources(Name="web"), "ROLLBACK_COMPLETE")
    assert any("'web' already exists" in reason for reason in front.stack.reasons())
    assert [each["LoadBalancerName"] for each in front.left()] == ["web"]


def test_a_stack_serves_and_a_release_by_it_loses_no_request(front: Front, cloud: TestCloud) -> None:
    bench = Bench(cloud)
    front.stack.create(whole(front, bench.push("1", VERSION="1")))
    port = front.port()
    assert ask(port).server == "1"
    with load(port, keep_alive=1, new=1) as seen:
        front.stack.update(whole(front, bench.push("2", VERSION="2")))
        eventually(lambda: seen.by_server["2"] > 10, what="answers of the new release")
    assert not seen.failures
    front.stack.update(whole(front, bench.push("3", VERSION="3", HEALTH="500")), "UPDATE_ROLLBACK_COMPLETE")
    assert ask(port).server == "2"
    front.stack.delete()
    assert front.left() == []
    assert [arn.rpartition("/")[2] for arn in bench.ecs.list_clusters()["clusterArns"]] == ["shop"]


def test_a_network_with_a_service_as_the_cdk_writes_it(front: Front, cloud: TestCloud) -> None:
    bench = Bench(cloud)
    capabilities = ["CAPABILITY_IAM"]
    template = as_the_cdk_writes_it(bench.push("1", VERSION="1"))
    made = front.stack.create(template, outputs={"Url": att("Balancer", "DNSName")}, Capabilities=capabilities)
    assert (made["Url"], ask(front.port()).server) == ("127.0.0.1", "1")
    group = front.stack.id_of("Logs")
    eventually(lambda: "listening" in bench.messages(group), what="the line of the server")
    front.stack.delete()
    assert front.left() == []


def test_a_stack_in_a_stack_serves_and_is_deleted_with_it(front: Front, cloud: TestCloud) -> None:
    bench, s3, bucket = Bench(cloud), cloud.client("s3"), f"templates-{cloud.account}"
    s3.create_bucket(Bucket=bucket)
    template = {"Resources": whole(front, bench.push("1", VERSION="1"))}
    s3.put_object(Bucket=bucket, Key="child.json", Body=json.dumps(template).encode())
    url = f"https://s3.amazonaws.com/{bucket}/child.json"
    front.stack.create({"Child": resource("CloudFormation::Stack", TemplateURL=url)})
    (listener,) = front.elb.describe_listeners(LoadBalancerArn=front.left()[0]["LoadBalancerArn"])["Listeners"]
    assert ask(listener["Port"]).server == "1"
    front.stack.delete()
    assert front.left() == []
