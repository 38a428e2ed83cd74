"""Templates with a load balancer, and with a service behind it."""

from __future__ import annotations

from typing import Any

from tests.localcloud.stacks import Document, Stack, att, ref, resource
from tests.localcloud.support import TestCloud

ELB = "ElasticLoadBalancingV2"
DELAY = {"Key": "deregistration_delay.timeout_seconds", "Value": "30"}


class Front:
    """An account whose stack has a load balancer."""

    def __init__(self, cloud: TestCloud) -> None:
        self.stack, self.elb = Stack(cloud), cloud.client("elbv2")
        ec2 = cloud.client("ec2")
        self.vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        self.subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]

    def resources(self, group: Document | None = None, **balancer: Any) -> Document:
        """Return a load balancer with one target group, a listener and a rule."""
        check = {"HealthCheckPath": "/health", "HealthCheckIntervalSeconds": "6", "HealthCheckTimeoutSeconds": 3}
        group = {"Port": "80", "TargetGroupAttributes": [DELAY], **check, **(group or {})}
        maintenance = {"StatusCode": "503", "MessageBody": "later", "ContentType": "text/plain"}
        return {
            "Balancer": resource(f"{ELB}::LoadBalancer", Subnets=self.subnets, **balancer),
            "Group": resource(
                f"{ELB}::TargetGroup", Protocol="HTTP", TargetType="ip", VpcId=self.vpc, **group
            ),
            "Listener": resource(
                f"{ELB}::Listener", LoadBalancerArn=ref("Balancer"), Port=80, Protocol="HTTP",
                DefaultActions=[{"Type": "forward", "TargetGroupArn": ref("Group")}],
            ),
            "Rule": resource(
                f"{ELB}::ListenerRule", ListenerArn=ref("Listener"), Priority="5",
                Conditions=[{"Field": "path-pattern", "Values": ["/maintenance"]}],
                Actions=[{"Type": "fixed-response", "FixedResponseConfig": maintenance}],
            ),
        }  # fmt: skip

    def port(self) -> int:
        listener = self.elb.describe_listeners(ListenerArns=[self.stack.id_of("Listener")])["Listeners"][0]
        return int(listener["Port"])

    def left(self) -> list[Document]:
        return [
            *self.elb.describe_load_balancers()["LoadBalancers"],
            *self.elb.describe_target_groups()["TargetGroups"],
        ]


def whole(front: Front, image: str) -> Document:
    """Return a template with a service of two tasks behind a load balancer."""
    web = {"Name": "web", "Image": image, "PortMappings": [{"ContainerPort": 8080}]}
    return {
        **front.resources(),
        "Cluster": resource("ECS::Cluster"),
        "Task": resource("ECS::TaskDefinition", ContainerDefinitions=[web]),
        "Service": resource(
            "ECS::Service", "Listener", Cluster=ref("Cluster"), TaskDefinition=ref("Task"), DesiredCount=2,
            LoadBalancers=[{"TargetGroupArn": ref("Group"), "ContainerName": "web", "ContainerPort": 8080}],
            DeploymentConfiguration={"DeploymentCircuitBreaker": {"Enable": "true", "Rollback": "true"}},
        ),
    }  # fmt: skip


def as_the_cdk_writes_it(image: str) -> Document:
    """Return what an ApplicationLoadBalancedFargateService of the CDK comes to, with its network."""
    subnets = {
        f"Subnet{zone}": resource(
            "EC2::Subnet",
            VpcId=ref("Vpc"),
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=f"us-east-1{zone.lower()}",
        )
        for number, zone in enumerate("AB")
    }
    both = [ref(name) for name in subnets]
    group = resource(
        "EC2::SecurityGroup", GroupDescription="shop", VpcId=ref("Vpc"),
        SecurityGroupIngress=[{"CidrIp": "0.0.0.0/0", "FromPort": 80, "IpProtocol": "tcp", "ToPort": 80}],
    )  # fmt: skip
    logs = {"awslogs-group": ref("Logs"), "awslogs-stream-prefix": "web", "awslogs-region": ref("AWS::Region")}
    web = {
        "Essential": True, "Image": image, "Name": "web", "PortMappings": [{"ContainerPort": 8080, "Protocol": "tcp"}],
        "LogConfiguration": {"LogDriver": "awslogs", "Options": logs},
        "Environment": [{"Name": "COLOUR", "Value": "red"}],
    }  # fmt: skip
    target = {"ContainerName": "web", "ContainerPort": 8080, "TargetGroupArn": ref("Group")}
    network = {"AssignPublicIp": "DISABLED", "SecurityGroups": [att("Security", "GroupId")], "Subnets": both}
    return {
        "Vpc": resource("EC2::VPC", CidrBlock="10.0.0.0/16"),
        **subnets,
        "Security": group,
        "Logs": resource("Logs::LogGroup", RetentionInDays=7),
        "Role": resource(
            "IAM::Role", AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
            ]},
        ),
        "Balancer": resource(
            f"{ELB}::LoadBalancer", Scheme="internet-facing", Type="application", Subnets=both,
            LoadBalancerAttributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
            SecurityGroups=[att("Security", "GroupId")],
        ),
        "Group": resource(
            f"{ELB}::TargetGroup", Port=80, Protocol="HTTP", TargetType="ip", VpcId=ref("Vpc"),
            TargetGroupAttributes=[{"Key": "stickiness.enabled", "Value": "false"}],
        ),
        "Listener": resource(
            f"{ELB}::Listener", LoadBalancerArn=ref("Balancer"), Port=80, Protocol="HTTP",
            DefaultActions=[{"TargetGroupArn": ref("Group"), "Type": "forward"}],
        ),
        "Cluster": resource("ECS::Cluster", ClusterSettings=[{"Name": "containerInsights", "Value": "disabled"}]),
        "Task": resource(
            "ECS::TaskDefinition", ContainerDefinitions=[web], Cpu="256", Memory="512", Family="shop-web",
            NetworkMode="awsvpc", RequiresCompatibilities=["FARGATE"], ExecutionRoleArn=att("Role", "Arn"),
            TaskRoleArn=att("Role", "Arn"),
        ),
        "Service": resource(
            "ECS::Service", "Listener", Cluster=ref("Cluster"), TaskDefinition=ref("Task"), LaunchType="FARGATE",
            DeploymentConfiguration={"MaximumPercent": 200, "MinimumHealthyPercent": 50}, DesiredCount=1,
            EnableECSManagedTags=False, HealthCheckGracePeriodSeconds=60, LoadBalancers=[target],
            NetworkConfiguration={"AwsvpcConfiguration": network},
        ),
    }  # fmt: skip
