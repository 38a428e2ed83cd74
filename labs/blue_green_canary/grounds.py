"""Where releases happen: two target groups behind a listener for customers and one for rehearsals, and an alarm."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from helpers import aws, delivery
from helpers.cicd import pairs
from labs.blue_green_canary.releases import LAB

Document = dict[str, Any]
ROLE_TAG = "workbook:listener"
COUNT = 4
"""Tasks of a service, unless it is made with another number."""
DRAIN = 10
"""Seconds that a task which leaves may go on with what it is at."""
LIMIT = 600.0
_POLICIES = {
    "ecs": "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
    "codedeploy": "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS",
}


@dataclass(frozen=True)
class Road:
    """What stands before one service: its target groups (ARNs), and the listeners of customers and of rehearsals."""

    thing: str
    blue: str
    green: str
    production: str
    test: str
    url: str
    test_url: str

    @property
    def advanced(self) -> Document:
        """What ECS has to know to shift traffic by itself (API shape AdvancedConfiguration)."""
        return {
            "alternateTargetGroupArn": self.green, "productionListenerRule": _default_rule(self.production),
            "testListenerRule": _default_rule(self.test), "roleArn": role("ecs"),
        }  # fmt: skip

    @property
    def groups(self) -> list[str]:
        """The names of both target groups, as CodeDeploy wants them."""
        return [arn.split("/")[1] for arn in (self.blue, self.green)]


def balancer(network: delivery.Network) -> Document:
    """Return the lab's load balancer, made if there is none."""
    # AWS refuses to make one anew if its tags differ, and ours say when it may go.
    return find_balancer() or delivery.load_balancer("blue-green", LAB, network)


def road(thing: str, balancer: Document, network: delivery.Network, port: int) -> Road:
    """Make what stands before the service `thing` (or find it): customers come to `port`, rehearsals to the next."""
    blue = delivery.target_group(f"{thing}-blue", LAB, network, drain_seconds=DRAIN)
    delivery.target_group(f"{thing}-green", LAB, network, drain_seconds=DRAIN)
    if _listener(balancer, f"{thing}-production") is None:
        _make_listener(balancer, f"{thing}-production", blue, port)
        # Nothing stands in green yet; a test listener that leads there would answer 503.
        _make_listener(balancer, f"{thing}-test", blue, port + 1)
    return find_road(thing)


def find_road(thing: str) -> Road:
    """Return what stands before the service `thing`. Raises WorkbookError if that has not been made."""
    balancer = find_balancer()
    blue, green = (delivery.find_target_group(aws.name(f"{thing}-{colour}")) for colour in ("blue", "green"))
    found = [_listener(balancer, f"{thing}-{role}") for role in ("production", "test")] if balancer else []
    if balancer is None or blue is None or green is None or None in found:
        raise aws.WorkbookError(f"There is no load balancer with both colours of {thing}; run the cells above.")
    arns = [each["ListenerArn"] for each in found if each]
    urls = [delivery.address(balancer, each) for each in found if each]
    return Road(thing, blue, green, arns[0], arns[1], urls[0], urls[1])


def find_balancer() -> Document | None:
    """Return the lab's load balancer, or None."""
    elb = aws.client("elbv2")
    try:
        return dict(elb.describe_load_balancers(Names=[aws.name("blue-green")])["LoadBalancers"][0])
    except elb.exceptions.LoadBalancerNotFoundException:
        return None


def _make_listener(balancer: Document, role: str, group: str, port: int) -> None:
    # Found by a tag: what it forwards to changes with each release, and its port is the local cloud's choice.
    tags = pairs({**aws.tags(LAB), ROLE_TAG: role})
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    aws.client("elbv2").create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=port, DefaultActions=forward, Tags=tags
    )


def _listener(balancer: Document, role: str) -> Document | None:
    elb = aws.client("elbv2")
    listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    arns = [each["ListenerArn"] for each in listeners]
    tagged = elb.describe_tags(ResourceArns=arns)["TagDescriptions"] if arns else []
    wanted = {"Key": ROLE_TAG, "Value": role}
    ours = {each["ResourceArn"] for each in tagged if wanted in each["Tags"]}
    return next((each for each in listeners if each["ListenerArn"] in ours), None)


def _default_rule(listener: str) -> str:
    rules = aws.client("elbv2").describe_rules(ListenerArn=listener)["Rules"]
    return str(next(each["RuleArn"] for each in rules if each["IsDefault"]))


def role(service: str) -> str:
    """Make the role with which `service` (ecs, codedeploy, lambda) works on the learner's behalf; return its ARN."""
    iam, name = aws.client("iam"), aws.name(f"{LAB}-{service}".replace("_", "-"))
    trusted = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    aws.created(iam.create_role, RoleName=name, AssumeRolePolicyDocument=document, Tags=pairs(aws.tags(LAB)))
    if service in _POLICIES:
        iam.attach_role_policy(RoleName=name, PolicyArn=_POLICIES[service])
    return str(iam.get_role(RoleName=name)["Role"]["Arn"])


def alarm(balancer: Document) -> str:
    """Put the alarm that guards releases and return its name: in two minutes running, more than 1 % of answers fail.

    With one minute alone the way that begins just before its end would be found out at once, another after a minute.
    """
    name = aws.name("shop-errors")
    dimensions = [{"Name": "LoadBalancer", "Value": balancer["LoadBalancerArn"].split("loadbalancer/")[1]}]
    counts = [
        _count("errors", "HTTPCode_Target_5XX_Count", dimensions), _count("requests", "RequestCount", dimensions)
    ]  # fmt: skip
    # Without a failure there is no datapoint of failures; without customers there is none of anything.
    rate = {"Id": "rate", "Expression": "100 * FILL(errors, 0) / requests", "Label": "percent", "ReturnData": True}
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name, Metrics=[*counts, rate], Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=2, DatapointsToAlarm=2, Tags=pairs(aws.tags(LAB)),
    )  # fmt: skip
    return name


def _count(id_: str, metric: str, dimensions: list[dict[str, str]]) -> Document:
    counted = {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": dimensions}
    return {"Id": id_, "MetricStat": {"Metric": counted, "Period": 60, "Stat": "Sum"}, "ReturnData": False}


def service(
    thing: str,
    definition: str,
    road: Road,
    network: delivery.Network,
    *,
    shifts: bool = False,
    count: int = COUNT,
    **more: Any,
) -> delivery.Service:
    """Make the service `thing` (if it is not there) with its tasks in blue, wait until they serve, and return it.

    Args:
        count: tasks, of a service that is made.
        shifts: whether ECS itself shall move traffic between blue and green.
        more: members of CreateService, such as deploymentController or deploymentConfiguration.
    """
    made = delivery.find(thing, LAB)
    if not made.exists():
        balancer = {"targetGroupArn": road.blue, "containerName": thing, "containerPort": delivery.services.PORT}
        if shifts:
            balancer["advancedConfiguration"] = road.advanced
        aws.client("ecs").create_service(
            cluster=made.cluster, serviceName=made.name, taskDefinition=definition, desiredCount=count,
            launchType="FARGATE", networkConfiguration=network.configuration, loadBalancers=[balancer],
            healthCheckGracePeriodSeconds=delivery.services.GRACE_SECONDS,
            tags=pairs(aws.tags(LAB), key="key", value="value"), **more,
        )  # fmt: skip
    elif made.describe()["desiredCount"] != count:
        made.update(desiredCount=count)
    aws.wait(f"{made.name} to serve", lambda: _serves(made, road, count), limit=LIMIT)
    return made


def _serves(service: delivery.Service, road: Road, count: int) -> bool:
    found = service.describe()
    over = not found["deployments"] or delivery.is_over(found)
    serving = delivery.healthy(road.blue) + delivery.healthy(road.green)
    return bool(over and found["runningCount"] == count and serving >= count)
