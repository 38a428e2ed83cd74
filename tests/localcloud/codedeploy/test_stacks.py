"""Applications, configurations and groups of CodeDeploy that stacks make are those that deploy."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codedeploy.bench import Bench, content
from tests.localcloud.codedeploy.functions import alias, make_hook
from tests.localcloud.ecs.bench import Bench as Cluster
from tests.localcloud.elbv2.balancing import ask
from tests.localcloud.elbv2.fronts import ELB, Front
from tests.localcloud.stacks import Document, Stack, att, ref, resource
from tests.localcloud.support import TestCloud, eventually

ROLE = "arn:aws:iam::123456789012:role/codedeploy"
HOSTS = {"Key": "stage", "Value": "test", "Type": "KEY_AND_VALUE"}


def resources(percent: int | str = 50, **group: object) -> Document:
    filters = {"OnPremisesInstanceTagFilters": [HOSTS]} if not group else {}
    return {
        "App": resource("CodeDeploy::Application", ComputePlatform="Server", Tags=[{"Key": "team", "Value": "shop"}]),
        "Config": resource(
            "CodeDeploy::DeploymentConfig", MinimumHealthyHosts={"Type": "FLEET_PERCENT", "Value": percent}
        ),
        "Group": resource(
            "CodeDeploy::DeploymentGroup", ApplicationName=ref("App"), DeploymentConfigName=ref("Config"),
            ServiceRoleArn=ROLE, **filters, **group,
        ),
    }  # fmt: skip


def group_of(cloud: TestCloud, stack: Stack) -> Document:
    names = {"applicationName": stack.id_of("App"), "deploymentGroupName": stack.id_of("Group")}
    return dict(cloud.client("codedeploy").get_deployment_group(**names)["deploymentGroupInfo"])


def left(cloud: TestCloud) -> list[str]:
    client = cloud.client("codedeploy")
    configs = client.list_deployment_configs()["deploymentConfigsList"]
    own = [name for name in configs if not name.startswith("CodeDeployDefault.")]
    return [*client.list_applications()["applications"], *own]


def test_a_group_is_made_changed_and_deleted(cloud: TestCloud) -> None:
    client, stack = cloud.client("codedeploy"), Stack(cloud)
    stack.create(resources("50"), Tags=[{"Key": "lab", "Value": "stacks"}])
    config = client.get_deployment_config(deploymentConfigName=stack.id_of("Config"))["deploymentConfigInfo"]
    assert config["minimumHealthyHosts"] == {"type": "FLEET_PERCENT", "value": 50}
    made = group_of(cloud, stack)
    assert (made["deploymentConfigName"], made["serviceRoleArn"]) == (config["deploymentConfigName"], ROLE)
    assert made["onPremisesInstanceTagFilters"] == [HOSTS]
    arn = f"arn:aws:codedeploy:{cloud.region}:{cloud.account}:application:{stack.id_of('App')}"
    tags = {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceArn=arn)["Tags"]}
    assert tags == {"team": "shop", "lab": "stacks"}

    rollback = {"Enabled": True, "Events": ["DEPLOYMENT_FAILURE"]}
    sets = {"OnPremisesTagSetList": [{"OnPremisesTagGroup": [HOSTS]}]}
    stack.update(resources(25, AutoRollbackConfiguration=rollback, OnPremisesTagSet=sets))
    after = group_of(cloud, stack)
    assert after["deploymentGroupId"] == made["deploymentGroupId"]
    assert after["deploymentConfigName"] != made["deploymentConfigName"]
    assert after["autoRollbackConfiguration"] == {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    assert (after["onPremisesTagSet"], after["onPremisesInstanceTagFilters"]) == (
        {"onPremisesTagSetList": [[HOSTS]]},
        [],
    )
    assert sorted(left(cloud)) == sorted([stack.id_of("App"), stack.id_of("Config")])
    stack.delete()
    assert left(cloud) == []


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ({"Ec2TagFilters": [HOSTS]}, "no EC2 instances here"),
        ({"Deployment": {"Description": "first"}}, "does not have Deployment of AWS::CodeDeploy::DeploymentGroup"),
        ({"AlarmConfiguration": {"Enabled": True, "Colour": "red"}}, "AlarmConfiguration.Colour"),
    ],
)
def test_what_the_local_cloud_does_not_have_fails_by_name(cloud: TestCloud, group: Document, said: str) -> None:
    stack = Stack(cloud)
    stack.create(resources(**group), "ROLLBACK_COMPLETE")
    assert any(said in reason for reason in stack.reasons()), stack.reasons()
    assert left(cloud) == []


def test_an_application_of_somebody_else_stays(cloud: TestCloud) -> None:
    client, stack = cloud.client("codedeploy"), Stack(cloud)
    client.create_application(applicationName="web")
    stack.create({"App": resource("CodeDeploy::Application", ApplicationName="web")}, "ROLLBACK_COMPLETE")
    assert any("web already exists" in reason for reason in stack.reasons())
    assert client.get_application(applicationName="web")["application"]
    with pytest.raises(ClientError):
        client.get_deployment_config(deploymentConfigName="shop-Config")


def alias_of(version: int, **policy: Document | str) -> Document:
    """Return the function `shop` whose alias `live` is at `version`; CodeDeploy moves it."""
    function = resource(
        "Lambda::Function", FunctionName="shop", Runtime="python3.11", Role=ROLE, Handler="index.handler",
        Code={"ZipFile": f"def handler(event, context):\n    return '{version}'\n"},
    )  # fmt: skip
    versions = {
        f"V{number}": resource("Lambda::Version", *([f"V{number - 1}"] if number > 1 else []), FunctionName=ref("Code"))
        for number in range(1, version + 1)
    }
    live = resource(
        "Lambda::Alias", Name="live", FunctionName=ref("Code"), FunctionVersion=att(f"V{version}", "Version")
    )
    moved = {"ApplicationName": ref("App"), "DeploymentGroupName": ref("Group"), **policy}
    canary = {"Type": "TimeBasedCanary", "TimeBasedCanary": {"CanaryPercentage": 10, "CanaryInterval": "10"}}
    return {
        "Code": function,
        **versions,
        "App": resource("CodeDeploy::Application", ComputePlatform="Lambda"),
        "Pace": resource("CodeDeploy::DeploymentConfig", ComputePlatform="Lambda", TrafficRoutingConfig=canary),
        "Group": resource(
            "CodeDeploy::DeploymentGroup", ApplicationName=ref("App"), DeploymentConfigName=ref("Pace"),
            ServiceRoleArn=ROLE,
        ),
        "Live": {**live, "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": moved}},
    }  # fmt: skip


def test_an_alias_with_an_update_policy_is_moved_by_codedeploy(cloud: TestCloud) -> None:
    bench, stack, client = Bench(cloud, "Lambda"), Stack(cloud), cloud.client("codedeploy")
    stack.create(alias_of(1))
    assert alias(bench) == ("1", {})
    assert client.list_deployments()["deployments"] == []
    stack.begin_update(alias_of(2))
    eventually(lambda: alias(bench) == ("1", {"2": 0.1}), what="the canary")
    stack.ended("UPDATE_COMPLETE")
    assert alias(bench) == ("2", {})
    (deployment,) = client.list_deployments()["deployments"]
    assert client.get_deployment(deploymentId=deployment)["deploymentInfo"]["status"] == "Succeeded"
    assert stack.id_of("Live").endswith(":function:shop:live")


def test_an_alias_whose_deployment_fails_takes_the_stack_back(cloud: TestCloud) -> None:
    bench, stack = Bench(cloud, "Lambda"), Stack(cloud)
    make_hook(bench, "no", "Failed")
    stack.create(alias_of(1))
    stack.update(alias_of(2, AfterAllowTrafficHook="no"), "UPDATE_ROLLBACK_COMPLETE")
    assert any(reason.startswith("Live: The CodeDeploy deployment d-") for reason in stack.reasons()), stack.reasons()
    assert alias(bench) == ("1", {})
    stack.update(alias_of(2, BeforeAllowTrafficHook={"Ref": "AWS::NoValue"}))
    assert alias(bench)[0] != "1"


def test_what_an_update_policy_does_not_have_is_said(cloud: TestCloud) -> None:
    bench, stack = Bench(cloud, "Lambda"), Stack(cloud)
    stack.create(alias_of(1))
    stack.update(alias_of(2, Colour="red"), "UPDATE_ROLLBACK_COMPLETE")
    said = "Live: The local cloud does not have Colour of CodeDeployLambdaAliasUpdate."
    assert any(reason.startswith(said) for reason in stack.reasons()), stack.reasons()
    assert alias(bench) == ("1", {})


def blue_green(front: Front, image: str) -> Document:
    """Return a service behind two target groups, and the group of CodeDeploy that releases to it."""
    web = {"Name": "web", "Image": image, "PortMappings": [{"ContainerPort": 8080}]}
    resources = front.resources()
    pair = {
        "TargetGroups": [{"Name": att(group, "TargetGroupName")} for group in ("Group", "Green")],
        "ProdTrafficRoute": {"ListenerArns": [ref("Listener")]},
    }
    ends = {
        "DeploymentReadyOption": {"ActionOnTimeout": "CONTINUE_DEPLOYMENT", "WaitTimeInMinutes": 0},
        "TerminateBlueInstancesOnDeploymentSuccess": {"Action": "TERMINATE", "TerminationWaitTimeInMinutes": "0"},
    }
    return {
        **resources,
        "Green": resource(f"{ELB}::TargetGroup", **resources["Group"]["Properties"]),
        "Cluster": resource("ECS::Cluster"),
        "Task": resource("ECS::TaskDefinition", ContainerDefinitions=[web]),
        "Service": resource(
            "ECS::Service", "Listener", Cluster=ref("Cluster"), TaskDefinition=ref("Task"),
            DeploymentController={"Type": "CODE_DEPLOY"},
            LoadBalancers=[{"TargetGroupArn": ref("Group"), "ContainerName": "web", "ContainerPort": 8080}],
        ),
        "App": resource("CodeDeploy::Application", ComputePlatform="ECS"),
        "Releases": resource(
            "CodeDeploy::DeploymentGroup", ApplicationName=ref("App"), ServiceRoleArn=ROLE,
            DeploymentConfigName="CodeDeployDefault.ECSAllAtOnce", BlueGreenDeploymentConfiguration=ends,
            DeploymentStyle={"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
            ECSServices=[{"ClusterName": ref("Cluster"), "ServiceName": att("Service", "Name")}],
            LoadBalancerInfo={"TargetGroupPairInfoList": [pair]},
        ),
    }  # fmt: skip


def test_a_service_of_a_stack_is_released_to_by_codedeploy(cloud: TestCloud) -> None:
    front, cluster, client = Front(cloud), Cluster(cloud), cloud.client("codedeploy")
    first = blue_green(front, cluster.push("1", VERSION="1"))
    front.stack.create(first)
    assert ask(front.port()).server == "1"
    balancer = {"ContainerName": "web", "ContainerPort": 8080}
    target = {"TaskDefinition": cluster.define(cluster.push("2", VERSION="2")), "LoadBalancerInfo": balancer}
    names = {"applicationName": front.stack.id_of("App"), "deploymentGroupName": front.stack.id_of("Releases")}
    resources = [{"web": {"Type": "AWS::ECS::Service", "Properties": target}}]
    deployment = client.create_deployment(**names, revision=content({"version": 0.0, "Resources": resources}))

    def status() -> str:
        return str(client.get_deployment(deploymentId=deployment["deploymentId"])["deploymentInfo"]["status"])

    eventually(lambda: status() == "Succeeded", what="the release")
    assert ask(front.port()).server == "2"
    front.stack.update(blue_green(front, cluster.push("3", VERSION="3")), "UPDATE_ROLLBACK_COMPLETE")
    assert any("services with a CODE_DEPLOY deployment controller" in reason for reason in front.stack.reasons())
    assert ask(front.port()).server == "2"
    front.stack.delete()
    assert (front.left(), left(cloud)) == ([], [])
