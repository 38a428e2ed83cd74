"""Applications, configurations and groups of CodeDeploy that stacks make are those that deploy."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.stacks import Document, Stack, ref, resource
from tests.localcloud.support import TestCloud

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
