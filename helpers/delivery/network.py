"""Where tasks and load balancers live: the account's default network, and who may come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers import aws
from helpers.cicd import pairs


@dataclass(frozen=True)
class Network:
    """A VPC, its subnets in several zones, and the security group of what the lab puts there."""

    vpc: str
    subnets: tuple[str, ...]
    security_group: str

    @property
    def configuration(self) -> dict[str, Any]:
        """What ECS wants to know: `networkConfiguration` of a service."""
        placed = {"subnets": list(self.subnets), "securityGroups": [self.security_group], "assignPublicIp": "ENABLED"}
        return {"awsvpcConfiguration": placed}


def network(lab: str) -> Network:
    """Return the default VPC and its subnets, with a security group of the lab's that lets customers in.

    Raises WorkbookError if the account has no default VPC, as some companies' accounts have none.
    """
    ec2 = aws.client("ec2")
    found = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    if not found:
        raise aws.WorkbookError(
            f"The account has no default VPC in {aws.region()}. Make one with"
            " `aws ec2 create-default-vpc`, or take another region."
        )
    vpc = found[0]["VpcId"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    return Network(vpc, tuple(sorted(each["SubnetId"] for each in subnets)), _security_group(vpc, lab))


def _security_group(vpc: str, lab: str) -> str:
    ec2, name = aws.client("ec2"), aws.name(lab)
    chosen = [{"Name": "group-name", "Values": [name]}, {"Name": "vpc-id", "Values": [vpc]}]
    found = ec2.describe_security_groups(Filters=chosen)["SecurityGroups"]
    if found:
        return str(found[0]["GroupId"])
    tags = [{"ResourceType": "security-group", "Tags": pairs(aws.tags(lab))}]
    told = "Customers of a lab, and its load balancer to its tasks"
    made = str(
        ec2.create_security_group(GroupName=name, Description=told, VpcId=vpc, TagSpecifications=tags)["GroupId"]
    )
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=_ingress(made))
    return made


def _ingress(group: str) -> list[dict[str, Any]]:
    """From anywhere to the ports 80 to 89; within the group, as from the load balancer to the tasks, to any port."""
    return [
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 89, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "UserIdGroupPairs": [{"GroupId": group}]},
    ]
