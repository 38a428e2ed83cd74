"""What CodeDeploy keeps: applications, groups, configurations, revisions, instances, tags; and what it refuses."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codedeploy.bench import ROLE, Bench, content
from tests.localcloud.support import TestCloud

PAIR = {
    "targetGroups": [{"name": "blue"}, {"name": "green"}],
    "prodTrafficRoute": {"listenerArns": ["arn:aws:elasticloadbalancing:x:1:listener/app/a/b/c"]},
}


@pytest.fixture
def bench(cloud: TestCloud) -> Bench:
    return Bench(cloud, "Lambda")


def refused(code: str, call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**request)
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return str(caught.value.response["Error"]["Message"])


def test_an_application_is_made_shown_renamed_and_deleted(bench: Bench) -> None:
    api = bench.api
    assert api.get_application(applicationName="shop")["application"]["computePlatform"] == "Lambda"
    refused("ApplicationAlreadyExistsException", api.create_application, applicationName="shop")
    bench.group()
    api.update_application(applicationName="shop", newApplicationName="store")
    assert api.list_applications()["applications"] == ["store"]
    assert api.list_deployment_groups(applicationName="store")["deploymentGroups"] == ["live"]
    (shown,) = api.batch_get_applications(applicationNames=["store"])["applicationsInfo"]
    assert shown["applicationName"] == "store"
    api.delete_application(applicationName="store")
    refused("ApplicationDoesNotExistException", api.get_application, applicationName="store")


def test_a_group_keeps_what_it_was_given(bench: Bench) -> None:
    alarms = {"enabled": True, "alarms": [{"name": "errors"}]}
    bench.group("LambdaCanary10Percent5Minutes", alarmConfiguration=alarms)
    api = bench.api
    group = api.get_deployment_group(applicationName="shop", deploymentGroupName="live")["deploymentGroupInfo"]
    assert (group["alarmConfiguration"], group["computePlatform"]) == (alarms, "Lambda")
    assert group["deploymentStyle"] == {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
    api.update_deployment_group(
        applicationName="shop", currentDeploymentGroupName="live", newDeploymentGroupName="prod",
        deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce",
    )  # fmt: skip
    (group,) = api.batch_get_deployment_groups(applicationName="shop", deploymentGroupNames=["prod"])[
        "deploymentGroupsInfo"
    ]
    assert (group["deploymentConfigName"], group["alarmConfiguration"]) == ("CodeDeployDefault.LambdaAllAtOnce", alarms)
    api.delete_deployment_group(applicationName="shop", deploymentGroupName="prod")
    assert api.list_deployment_groups(applicationName="shop")["deploymentGroups"] == []


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("AlarmsLimitExceededException", {"alarmConfiguration": {"alarms": [{"name": f"a{n}"} for n in range(11)]}}),
        ("InvalidAlarmConfigException", {"alarmConfiguration": {"enabled": True}}),
        ("InvalidAutoRollbackConfigException", {"autoRollbackConfiguration": {"enabled": True}}),
        ("DeploymentConfigDoesNotExistException", {"deploymentConfigName": "nothing"}),
        ("InvalidDeploymentConfigNameException", {"deploymentConfigName": "CodeDeployDefault.OneAtATime"}),
        ("InvalidDeploymentStyleException", {"deploymentStyle": {"deploymentType": "IN_PLACE"}}),
        ("InvalidRoleException", {"serviceRoleArn": "me"}),
        ("InvalidDeploymentGroupNameException", {"deploymentGroupName": "a/b"}),
        (
            "InvalidBlueGreenDeploymentConfigurationException",
            {"blueGreenDeploymentConfiguration": {"deploymentReadyOption": {"waitTimeInMinutes": 2881}}},
        ),
        ("InvalidTriggerConfigException", {"triggerConfigurations": [{"triggerName": "t"}]}),
        ("InvalidEC2TagException", {"ec2TagFilters": [{"Key": "a"}]}),
    ],
)
def test_a_group_that_cannot_be_is_refused(bench: Bench, code: str, more: dict[str, Any]) -> None:
    request = {"applicationName": "shop", "deploymentGroupName": "live", "serviceRoleArn": ROLE, **more}
    assert refused(code, bench.api.create_deployment_group, **request)


@pytest.mark.parametrize(
    ("code", "services", "pair"),
    [
        ("InvalidECSServiceException", [], PAIR),
        ("InvalidTargetGroupPairException", [{"serviceName": "a"}], {**PAIR, "targetGroups": [{"name": "blue"}]}),
        ("InvalidTargetGroupPairException", [{"serviceName": "a"}], {**PAIR, "prodTrafficRoute": {}}),
    ],
)
def test_a_group_of_a_service_needs_its_two_sides(
    cloud: TestCloud, code: str, services: list[Any], pair: dict[str, Any]
) -> None:
    request = {"applicationName": "shop", "deploymentGroupName": "live", "serviceRoleArn": ROLE}
    balancer = {"targetGroupPairInfoList": [pair]}
    bench = Bench(cloud, "ECS")
    refused(
        code, bench.api.create_deployment_group, **request, ecsServices=services, loadBalancerInfo=balancer
    )  # fmt: skip


def test_the_predefined_configurations_and_ones_own(bench: Bench) -> None:
    api = bench.api
    assert len(api.list_deployment_configs()["deploymentConfigsList"]) == 17
    routing = {
        "type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 25, "canaryInterval": 45}
    }  # fmt: skip
    api.create_deployment_config(deploymentConfigName="careful", computePlatform="Lambda", trafficRoutingConfig=routing)
    shown = api.get_deployment_config(deploymentConfigName="careful")["deploymentConfigInfo"]
    assert (shown["computePlatform"], shown["trafficRoutingConfig"]) == ("Lambda", routing)
    half = api.get_deployment_config(deploymentConfigName="CodeDeployDefault.HalfAtATime")["deploymentConfigInfo"]
    assert half["minimumHealthyHosts"] == {"type": "FLEET_PERCENT", "value": 50}
    request = {"applicationName": "shop", "deploymentGroupName": "live", "serviceRoleArn": ROLE}
    api.create_deployment_group(**request, deploymentConfigName="careful")
    refused("DeploymentConfigInUseException", api.delete_deployment_config, deploymentConfigName="careful")
    refused(
        "InvalidOperationException", api.delete_deployment_config, deploymentConfigName="CodeDeployDefault.AllAtOnce"
    )


@pytest.mark.parametrize(
    ("code", "request_"),
    [
        ("InvalidMinimumHealthyHostValueException", {}),
        (
            "InvalidMinimumHealthyHostValueException",
            {"minimumHealthyHosts": {"type": "FLEET_PERCENT", "value": 100}},
        ),
        (
            "InvalidTrafficRoutingConfigurationException",
            {"computePlatform": "ECS", "trafficRoutingConfig": {"type": "TimeBasedLinear"}},
        ),
        ("InvalidComputePlatformException", {"trafficRoutingConfig": {"type": "AllAtOnce"}}),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(bench: Bench, code: str, request_: dict[str, Any]) -> None:
    refused(code, bench.api.create_deployment_config, deploymentConfigName="mine", **request_)


def test_revisions_are_registered_found_and_listed(bench: Bench) -> None:
    api, revision = bench.api, content({"version": 0.0})
    api.register_application_revision(applicationName="shop", revision=revision, description="first")
    found = api.get_application_revision(applicationName="shop", revision=revision)
    assert found["revisionInfo"]["description"] == "first"
    assert api.list_application_revisions(applicationName="shop")["revisions"] == [revision]
    assert api.list_application_revisions(applicationName="shop", deployed="include")["revisions"] == []
    (shown,) = api.batch_get_application_revisions(applicationName="shop", revisions=[revision])["revisions"]
    assert shown["revisionLocation"] == revision
    refused(
        "RevisionDoesNotExistException", api.get_application_revision, applicationName="shop",
        revision=content({"version": 1}),
    )  # fmt: skip


@pytest.mark.parametrize(
    "revision",
    [
        {"revisionType": "GitHub", "gitHubLocation": {"repository": "a/b", "commitId": "c"}},
        {"revisionType": "S3", "s3Location": {"bucket": "b", "key": "k", "bundleType": "zip"}},
        {"revisionType": "AppSpecContent", "appSpecContent": {"content": ""}},
        {"revisionType": "AppSpecContent", "appSpecContent": {"content": "a", "sha256": hashlib.sha256().hexdigest()}},
        {},
    ],
)
def test_a_revision_that_the_platform_cannot_take_is_refused(bench: Bench, revision: dict[str, Any]) -> None:
    bench.group()
    refused(
        "InvalidRevisionException", bench.api.create_deployment, applicationName="shop", deploymentGroupName="live",
        revision=revision,
    )  # fmt: skip
    assert bench.api.list_deployments()["deployments"] == []


def test_instances_are_registered_tagged_and_found(bench: Bench) -> None:
    api, user = bench.api, f"arn:aws:iam::{bench.cloud.account}:user/one"
    api.register_on_premises_instance(instanceName="one", iamUserArn=user)
    refused(
        "IamUserArnAlreadyRegisteredException", api.register_on_premises_instance, instanceName="two", iamUserArn=user
    )
    refused("IamArnRequiredException", api.register_on_premises_instance, instanceName="two")
    tags = [{"Key": "fleet", "Value": "shop"}, {"Key": "zone", "Value": "a"}]
    api.add_tags_to_on_premises_instances(instanceNames=["one"], tags=tags)
    filters = [{"Key": "fleet", "Type": "KEY_ONLY"}]
    assert api.list_on_premises_instances(tagFilters=filters)["instanceNames"] == ["one"]
    api.remove_tags_from_on_premises_instances(instanceNames=["one"], tags=tags[:1])
    assert api.list_on_premises_instances(tagFilters=filters)["instanceNames"] == []
    assert api.get_on_premises_instance(instanceName="one")["instanceInfo"]["tags"] == tags[1:]
    api.deregister_on_premises_instance(instanceName="one")
    assert api.list_on_premises_instances(registrationStatus="Registered")["instanceNames"] == []
    (shown,) = api.batch_get_on_premises_instances(instanceNames=["one"])["instanceInfos"]
    assert "deregisterTime" in shown
    refused("InstanceNotRegisteredException", api.get_on_premises_instance, instanceName="nobody")


def test_applications_and_groups_have_tags(bench: Bench) -> None:
    bench.group(tags=[{"Key": "team", "Value": "web"}])
    api, cloud = bench.api, bench.cloud
    arn = f"arn:aws:codedeploy:{cloud.region}:{cloud.account}:deploymentgroup:shop/live"
    api.tag_resource(ResourceArn=arn, Tags=[{"Key": "cost", "Value": "1"}])
    api.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert api.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "cost", "Value": "1"}]
    refused("InvalidArnException", api.list_tags_for_resource, ResourceArn=f"{arn}x")


def test_deployments_that_are_not_there(bench: Bench) -> None:
    api = bench.api
    for call in (api.get_deployment, api.stop_deployment, api.list_deployment_targets, api.continue_deployment):
        refused("DeploymentDoesNotExistException", call, deploymentId="d-NOTHING00")
    refused(
        "InvalidLifecycleEventHookExecutionIdException", api.put_lifecycle_event_hook_execution_status,
        deploymentId="d-NOTHING00", lifecycleEventHookExecutionId="x", status="Succeeded",
    )  # fmt: skip
    refused(
        "InvalidLifecycleEventHookExecutionStatusException", api.put_lifecycle_event_hook_execution_status,
        deploymentId="d-NOTHING00", lifecycleEventHookExecutionId="x", status="Pending",
    )  # fmt: skip
