"""A release that a pipeline brings to ECS blue/green, from templates and an image."""

from __future__ import annotations

import json

import pytest

from tests.localcloud.codedeploy.services import RELEASE, Stage
from tests.localcloud.codepipeline.pipelines import Bench, Document, action, stage, zipped
from tests.localcloud.codepipeline.test_rollback import roll_back
from tests.localcloud.elbv2.balancing import ask

TASKDEF = json.dumps({
    "family": "shop",
    "containerDefinitions": [{"name": "web", "image": "<WEB>", "portMappings": [{"containerPort": 8080}]}],
})  # fmt: skip
APPSPEC = """version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 8080
"""


def put(bench: Bench, detail: str, taskdef: str = TASKDEF, appspec: str = APPSPEC) -> None:
    """Put the templates and, as a build would give it, what says which image."""
    code = zipped({"taskdef.json": taskdef, "appspec.yaml": appspec})
    bench.s3.put_object(Bucket=bench.source, Key="source.zip", Body=code)
    bench.s3.put_object(Bucket=bench.source, Key="image.zip", Body=zipped({"imageDetail.json": detail}))


def image(uri: str) -> str:
    return json.dumps({"ImageURI": uri})


def stages(bench: Bench) -> list[Document]:
    built = action(
        "Image", "Source/S3", outputs="Image", S3Bucket=bench.source, S3ObjectKey="image.zip",
        PollForSourceChanges="false",
    )  # fmt: skip
    ship = action(
        "Ship", "Deploy/CodeDeployToECS", "Code Image", ApplicationName="shop", DeploymentGroupName="live",
        TaskDefinitionTemplateArtifact="Code", AppSpecTemplateArtifact="Code", Image1ArtifactName="Image",
        Image1ContainerName="WEB", namespace="Sent",
    )  # fmt: skip
    return [stage("Source", bench.from_s3(), built), stage("Deploy", ship)]


def test_a_release_comes_blue_green_with_its_image_and_goes_back(bench: Bench) -> None:
    service = Stage(bench.cloud)
    service.group("ECSAllAtOnce")
    two, three = (service.ecs.push(version, RELEASE, VERSION=version) for version in ("2", "3"))
    put(bench, image(two))
    first = bench.create(*stages(bench))
    assert bench.ended(first, seconds=90) == "Succeeded", bench.error(first, "Ship")
    assert ask(service.production["Port"]).server == "2"
    deployment = bench.runs(first)["Ship"]["output"]["outputVariables"]["DeploymentId"]
    assert service.deploys.info(deployment)["status"] == "Succeeded"
    put(bench, image(three))
    assert bench.ended(bench.start(), seconds=90) == "Succeeded"
    assert ask(service.production["Port"]).server == "3"
    assert bench.ended(roll_back(bench, first), seconds=90) == "Succeeded"
    assert ask(service.production["Port"]).server == "2"


WRONG = {
    "no image": (("{}",), "has no ImageURI"),
    "no JSON": (("[",), "has no ImageURI"),
    "no placeholder": ((image("x"), TASKDEF.replace("<WEB>", "y")), "no placeholder <WEB>"),
    "definition": ((image("x"), "<WEB>"), "no JSON object"),
    "refused": ((image("x"), '{"family": "shop", "containerDefinitions": [], "a": "<WEB>"}'), "was not taken"),
    "no ARN": ((image("x"), TASKDEF, APPSPEC.replace("<TASK_DEFINITION>", "arn")), "no <TASK_DEFINITION>"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_the_templates_is_said(bench: Bench, wrong: str) -> None:
    files, said = WRONG[wrong]
    put(bench, *files)
    execution = bench.create(*stages(bench))
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Ship")
    assert (error["code"], said in error["message"]) == ("ConfigurationError", True), error
