"""The rules of a pipeline's structure, each with a pipeline that breaks it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from botocore.exceptions import ClientError

from helpers.localcloud.codepipeline import structure
from helpers.localcloud.service import ServiceError
from tests.localcloud.codepipeline.pipelines import Bench, Document, action, pipeline, stage

SOURCE = action("Fetch", "Source/CodeCommit", outputs="Code", RepositoryName="web", BranchName="main", namespace="From")
BUILD = action("Compile", "Build/CodeBuild", "Code", "Site", ProjectName="compile", namespace="Built")
DEPLOY = action("Ship", "Deploy/S3", "Site", BucketName="site", Extract="true")
ASK = action("Ask", "Approval/Manual")


def sound(**more: Any) -> Document:
    return copy.deepcopy(pipeline(stage("Source", SOURCE), stage("Build", BUILD), stage("Deploy", DEPLOY), **more))


def changed(base: Document, **more: Any) -> Document:
    return {**copy.deepcopy(base), **more}


def configured(base: Document, **more: str) -> Document:
    return changed(base, configuration={**base["configuration"], **more})


def after_source(*actions: Document, **more: Any) -> Document:
    return pipeline(stage("Source", SOURCE), stage("Build", *actions), **more)


STRUCTURE = "InvalidStructureException"
STAGE = "InvalidStageDeclarationException"
ACTION = "InvalidActionDeclarationException"
MANY = [changed(ASK, name=f"Ask{n}") for n in range(51)]
LATER = changed(ASK, name="Later", namespace="Late", runOrder=2)
BROKEN: dict[str, tuple[Document, str, str]] = {
    "one stage": (pipeline(stage("Source", SOURCE)), STRUCTURE, "at least two stages"),
    "source later": (after_source(changed(SOURCE, outputArtifacts=[{"name": "More"}])), STAGE, "first stage"),
    "first is no source": (pipeline(stage("Source", SOURCE, ASK), stage("Build", BUILD)), STAGE, "Ask"),
    "two stages of a name": (pipeline(stage("Source", SOURCE), stage("Source", BUILD)), STRUCTURE, "is called Source."),
    "two actions of a name": (after_source(BUILD, changed(ASK, name="Compile")), STAGE, "is called Compile."),
    "no action": (pipeline(stage("Source", SOURCE), stage("Build")), STAGE, "0 actions"),
    "51 actions": (after_source(*MANY), STAGE, "51 actions"),
    "blockers": (pipeline(stage("Source", SOURCE), stage("Build", BUILD, blockers=[{"name": "b", "type": "Schedule"}])),
                 "InvalidBlockerDeclarationException", "future use"),
    "unknown type": (after_source(action("Go", "Deploy/ElasticBeanstalk", "Code")), ACTION, "Deploy/AWS/S3/1"),
    "commands": (after_source(changed(BUILD, commands=["ls"])), ACTION, "commands"),
    "other region": (after_source(changed(BUILD, region="eu-west-1")), ACTION, "region"),
    "key missing": (after_source(changed(BUILD, configuration={})), ACTION, "ProjectName"),
    "key unknown": (after_source(configured(BUILD, Projekt="x")), ACTION, "Projekt"),
    "value too long": (after_source(configured(BUILD, ProjectName="x" * 1001)), ACTION, "1001 characters"),
    "no input": (after_source(changed(BUILD, inputArtifacts=[])), ACTION, "0 inputArtifacts"),
    "output of a deployment": (after_source(changed(DEPLOY, inputArtifacts=[{"name": "Code"}],
                                                    outputArtifacts=[{"name": "X"}])), ACTION, "1 outputArtifacts"),
    "unknown input": (after_source(changed(BUILD, inputArtifacts=[{"name": "Nothing"}])), STRUCTURE, "Nothing"),
    "input from beside": (after_source(BUILD, changed(DEPLOY)), STRUCTURE, "Site"),
    "output twice": (after_source(BUILD, changed(BUILD, name="Twice", namespace="Other")), STRUCTURE, "Site"),
    "clone reference": (pipeline(stage("Source", configured(SOURCE, OutputArtifactFormat="CODEBUILD_CLONE_REF")),
                                 stage("Build", BUILD)), ACTION, "CODE_ZIP"),
    "batch": (after_source(configured(BUILD, BatchEnabled="true")), ACTION, "batch"),
    "variables no list": (after_source(configured(BUILD, EnvironmentVariables="{A: 1}")), ACTION, "JSON list"),
    "template of no input": (after_source(action(
        "Go", "Deploy/CodeDeployToECS", "Code", ApplicationName="shop", DeploymentGroupName="live",
        TaskDefinitionTemplateArtifact="Code", AppSpecTemplateArtifact="Other")), ACTION, "AppSpecTemplateArtifact"),
    "image of no input": (after_source(action(
        "Go", "Deploy/CodeDeployToECS", "Code", ApplicationName="shop", DeploymentGroupName="live",
        TaskDefinitionTemplateArtifact="Code", AppSpecTemplateArtifact="Code", Image1ArtifactName="Image")), ACTION,
        "Image1ArtifactName"),
    "minutes of a deployment": (after_source(action(
        "Go", "Deploy/ECS", "Code", ClusterName="shop", ServiceName="web", DeploymentTimeout="61")), ACTION, "1 to 60"),
    "neither true nor false": (after_source(changed(configured(DEPLOY, Extract="perhaps"),
                                                    inputArtifacts=[{"name": "Code"}])), ACTION, "perhaps"),
    "no object key": (after_source(changed(configured(DEPLOY, Extract="false"), inputArtifacts=[{"name": "Code"}])),
                      ACTION, "ObjectKey"),
    "timeout of a build": (after_source(changed(BUILD, timeoutInMinutes=10)), ACTION, "timeoutInMinutes"),
    "no store": (changed(sound(), artifactStore=None), STRUCTURE, "artifactStore"),
    "mode of V1": (sound(pipelineType="V1", executionMode="QUEUED"), STRUCTURE, "V2"),
    "variables of V1": (sound(pipelineType="V1", variables=[{"name": "a", "defaultValue": "1"}]), STRUCTURE, "V2"),
    "trigger": (sound(triggers=[{"providerType": "CodeStarSourceConnection"}]), STRUCTURE, "connections"),
    "namespace twice": (after_source(changed(BUILD, namespace="From")), STRUCTURE, "From"),
    "namespace reserved": (after_source(changed(BUILD, namespace="variables")), STRUCTURE, "variables"),
    "reference without a key": (after_source(configured(ASK, CustomData="#{From}")), ACTION, "#{From}"),
    "reference left open": (after_source(configured(ASK, CustomData="#{From.CommitId")), ACTION, "#{From.CommitId"),
    "unknown namespace": (after_source(configured(ASK, CustomData="#{Nobody.x}")), ACTION, "Nobody"),
    "unknown variable": (after_source(configured(ASK, CustomData="#{variables.x}")), ACTION, "no variable x"),
    "unknown own variable": (after_source(configured(ASK, CustomData="#{codepipeline.Name}")), ACTION,
                             "PipelineExecutionId"),
    "variable from later": (after_source(configured(ASK, CustomData="#{Late.x}"), LATER), ACTION, "later"),
    "variable of itself": (after_source(configured(LATER, CustomData="#{Late.x}")), ACTION, "circle"),
    "variables in a circle": (after_source(configured(changed(ASK, namespace="A"), CustomData="#{Late.x}"),
                                           configured(LATER, CustomData="#{A.x}")), ACTION, "circle"),
    "variable in a source": (pipeline(stage("Source", configured(SOURCE, BranchName="#{variables.b}")),
                                      stage("Build", BUILD)), ACTION, "cannot use variables"),
    "default of a variable": (sound(variables=[{"name": "a", "defaultValue": "#{variables.a}"}]), STRUCTURE, "itself"),
    "default with a space": (sound(variables=[{"name": "a", "defaultValue": "b c"}]), STRUCTURE, "b c"),
    "variable twice": (sound(variables=[{"name": "a"}, {"name": "a"}]), STRUCTURE, "is called a."),
}  # fmt: skip


def test_a_sound_pipeline_is_accepted() -> None:
    structure.check(sound())
    structure.check(sound(variables=[{"name": "color", "defaultValue": "blue"}], executionMode="PARALLEL"))
    used = configured(BUILD, EnvironmentVariables='[{"name": "C", "value": "#{From.CommitId}-#{variables.color}"}]')
    structure.check(after_source(used, variables=[{"name": "color"}]))


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_rule_is_said_with_the_error_of_the_api(broken: str) -> None:
    declaration, code, said = BROKEN[broken]
    with pytest.raises(ServiceError) as caught:
        structure.check(declaration)
    assert (caught.value.code, said in caught.value.message) == (code, True), caught.value.message


def test_a_refused_pipeline_is_not_created_and_a_refused_update_changes_nothing(bench: Bench) -> None:
    broken = after_source(configured(ASK, CustomData="#{Nobody.x}"))
    with pytest.raises(ClientError) as caught:
        bench.api.create_pipeline(pipeline=broken)
    assert caught.value.response["Error"]["Code"] == ACTION
    assert bench.api.list_pipelines()["pipelines"] == []
    bench.api.create_pipeline(pipeline=sound())
    with pytest.raises(ClientError):
        bench.api.update_pipeline(pipeline=broken)
    assert bench.api.get_pipeline(name="shop")["pipeline"]["version"] == 1


def test_an_unknown_category_is_refused_by_the_model(bench: Bench) -> None:
    unknown = changed(BUILD, actionTypeId={**BUILD["actionTypeId"], "category": "Bake"})
    with pytest.raises(ClientError, match="Bake"):
        bench.cloud.client("codepipeline", parameter_validation=False).create_pipeline(pipeline=after_source(unknown))
