"""A service of ECS behind two target groups, a production and a test listener."""

from __future__ import annotations

from typing import Any

from tests.localcloud.codedeploy.bench import Bench, content
from tests.localcloud.ecs.bench import SERVER
from tests.localcloud.ecs.bench import Bench as EcsBench
from tests.localcloud.elbv2.balancing import Balancer, forward
from tests.localcloud.support import TestCloud, eventually

# Says which release it is under the name that the clients of the load balancer record.
RELEASE = SERVER.replace(b'{"version": ', b'{"server": os.environ.get("VERSION", ""), "version": ')


class Stage:
    """The service `web` at release 1, ready to be deployed to."""

    def __init__(self, cloud: TestCloud) -> None:
        self.ecs = EcsBench(cloud)
        self.balancer = Balancer(cloud)
        self.groups = [self.balancer.group(name) for name in ("blue", "green")]
        self.production = self.balancer.listener(forward(self.groups[0]))
        self.test = self.balancer.listener(forward(self.groups[0]), port=8080)
        self.deploys = Bench(cloud, "ECS")
        self._create_service()

    def _create_service(self) -> None:
        balancer = {"targetGroupArn": self.groups[0], "containerName": "web", "containerPort": 8080}
        self.ecs.ecs.create_service(
            cluster="shop", serviceName="web", taskDefinition=self.release("1"), desiredCount=2,
            deploymentController={"type": "CODE_DEPLOY"}, loadBalancers=[balancer],
        )  # fmt: skip
        self.balancer.await_states(self.groups[0], "healthy", "healthy")
        eventually(lambda: self.task_sets() == [("PRIMARY", 2)], what="the first task set")

    def release(self, version: str, **environment: str) -> str:
        """Push and define a release; return its task definition."""
        return self.ecs.define(self.ecs.push(version, RELEASE, VERSION=version, **environment))

    def group(self, config: str, **more: Any) -> None:
        pair = {
            "targetGroups": [{"name": "blue"}, {"name": "green"}],
            "prodTrafficRoute": {"listenerArns": [self.production["ListenerArn"]]},
            "testTrafficRoute": {"listenerArns": [self.test["ListenerArn"]]},
        }
        self.deploys.group(
            config, ecsServices=[{"serviceName": "web", "clusterName": "shop"}],
            loadBalancerInfo={"targetGroupPairInfoList": [pair]}, **more,
        )  # fmt: skip

    def deploy(self, definition: str, **hooks: str) -> str:
        properties = {
            "TaskDefinition": definition,
            "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080},
        }
        resources = [{"web": {"Type": "AWS::ECS::Service", "Properties": properties}}]
        listed = [{event: name} for event, name in hooks.items()]
        return self.deploys.deploy(content({"version": 0.0, "Resources": resources, "Hooks": listed}))

    def task_sets(self) -> list[tuple[str, int]]:
        found = self.ecs.ecs.describe_services(cluster="shop", services=["web"])["services"][0]["taskSets"]
        return [(each["status"], each["runningCount"]) for each in found]

    def weights(self) -> dict[str, int]:
        """Return the weights of the production listener, by the target group's name."""
        api = self.balancer.client
        (found,) = api.describe_listeners(ListenerArns=[self.production["ListenerArn"]])["Listeners"]
        groups = found["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
        return {group["TargetGroupArn"].split("/")[1]: group["Weight"] for group in groups}
