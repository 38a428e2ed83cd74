"""Projects as CloudFormation makes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..resource import Attributes, Properties, Resource
from ..scope import Scope
from ..template_request import exact_request, refuse_others

if TYPE_CHECKING:
    from .service import CodeBuild

# What a project has when the template does not say, as an update has to say it.
_ABSENT: dict[str, Any] = {
    "AutoRetryLimit": 0,
    "Cache": {"Type": "NO_CACHE"},
    "Description": "",
    "EncryptionKey": "",
    "LogsConfig": {},
    "QueuedTimeoutInMinutes": 480,
    "SecondaryArtifacts": [],
    "SecondarySources": [],
    "SecondarySourceVersions": [],
    "SourceVersion": "",
    "Tags": [],
    "TimeoutInMinutes": 60,
}
_KNOWN = frozenset({
    *_ABSENT, "Artifacts", "BadgeEnabled", "ConcurrentBuildLimit", "Environment", "Name", "ServiceRole", "Source",
})  # fmt: skip


def made_by(codebuild: CodeBuild) -> list[Resource]:
    """Return the types that `codebuild` makes."""
    return [ProjectResource(codebuild)]


class ProjectResource(Resource):
    """AWS::CodeBuild::Project."""

    type = "AWS::CodeBuild::Project"
    name_property = "Name"
    longest_name = 150
    aside = True
    importable = False
    replaced_by = frozenset({"Name"})
    compared = frozenset({"Description", "ServiceRole", "TimeoutInMinutes", "Tags"})
    tagged = True

    def __init__(self, codebuild: CodeBuild) -> None:
        self._codebuild = codebuild

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        refuse_others(self.type, properties, _KNOWN)
        self._codebuild.create_project(scope, exact_request("codebuild", "CreateProject", properties, name=name))
        return _attributes(scope, name)

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        refuse_others(self.type, new, _KNOWN)
        forgotten = {each: value for each, value in _ABSENT.items() if each in old and each not in new}
        request = exact_request("codebuild", "UpdateProject", {**forgotten, **new}, name=name)
        self._codebuild.update_project(scope, request)
        return _attributes(scope, name)

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        self._codebuild.delete_project(scope, {"name": name})

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        projects = self._codebuild.batch_get_projects(scope, {"names": [name]})["projects"]
        if not projects:
            return None
        found = projects[0]
        return {
            "Description": found.get("description", ""),
            "ServiceRole": found.get("serviceRole"),
            "TimeoutInMinutes": found["timeoutInMinutes"],
            "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in found.get("tags", [])],
        }


def _attributes(scope: Scope, name: str) -> Attributes:
    return {"Arn": scope.arn("codebuild", f"project/{name}")}
