"""The actions that are built: what each needs, takes and gives.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """An action type: required configuration, and least and most artifacts in and out, and whether only a
    pipeline of type V2 can have it."""

    category: str
    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    inputs: tuple[int, int]
    outputs: tuple[int, int]
    v2_only: bool = False

    @property
    def type(self) -> str:
        return f"{self.category}/AWS/{self.name}/1"


_BUILD_OPTIONS = ("PrimarySource", "BatchEnabled", "CombineArtifacts", "EnvironmentVariables")
_IMAGES = tuple(f"Image{number}{what}" for number in range(1, 5) for what in ("ArtifactName", "ContainerName"))
PROVIDERS = {
    provider.type: provider
    for provider in (
        Provider("Source", "CodeCommit", ("RepositoryName", "BranchName"),
                 ("PollForSourceChanges", "OutputArtifactFormat"), (0, 0), (1, 1)),
        Provider("Source", "S3", ("S3Bucket", "S3ObjectKey"), ("PollForSourceChanges", "AllowOverrideForS3ObjectKey"),
                 (0, 0), (1, 1)),
        Provider("Build", "CodeBuild", ("ProjectName",), _BUILD_OPTIONS, (1, 5), (0, 5)),
        Provider("Test", "CodeBuild", ("ProjectName",), _BUILD_OPTIONS, (1, 5), (0, 5)),
        Provider("Deploy", "S3", ("BucketName", "Extract"),
                 ("ObjectKey", "KMSEncryptionKeyARN", "CannedACL", "CacheControl"), (1, 1), (0, 0)),
        Provider("Deploy", "CloudFormation", ("ActionMode", "StackName"),
                 ("ChangeSetName", "TemplatePath", "TemplateConfiguration", "ParameterOverrides", "Capabilities",
                  "RoleArn", "OutputFileName"), (0, 10), (0, 1)),
        Provider("Deploy", "CodeDeploy", ("ApplicationName", "DeploymentGroupName"), (), (1, 1), (0, 0)),
        Provider("Deploy", "CodeDeployToECS",
                 ("ApplicationName", "DeploymentGroupName", "TaskDefinitionTemplateArtifact",
                  "AppSpecTemplateArtifact"),
                 ("TaskDefinitionTemplatePath", "AppSpecTemplatePath", *_IMAGES), (1, 5), (0, 0)),
        # AWS's page counts one input artifact, and says what is needed where there is none.
        Provider("Deploy", "Lambda", ("FunctionName",),
                 ("FunctionAlias", "PublishedTargetVersion", "DeployStrategy", "Alarms"), (0, 1), (0, 0), v2_only=True),
        Provider("Deploy", "ECS", ("ClusterName", "ServiceName"), ("FileName", "DeploymentTimeout"), (1, 1), (0, 0)),
        Provider("Approval", "Manual", (), ("NotificationArn", "CustomData", "ExternalEntityLink"), (0, 0), (0, 0)),
        Provider("Invoke", "Lambda", ("FunctionName",), ("UserParameters",), (0, 5), (0, 5)),
    )
}  # fmt: skip


def type_of(action: dict[str, object]) -> str:
    """Return "Category/Owner/Provider/Version" of an action declaration."""
    id_ = action["actionTypeId"]
    assert isinstance(id_, dict)
    return "/".join(str(id_[part]) for part in ("category", "owner", "provider", "version"))
