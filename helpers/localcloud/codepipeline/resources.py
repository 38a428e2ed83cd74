"""Pipelines as CloudFormation makes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..resource import Attributes, Properties, Resource
from ..scope import Scope
from ..service import ServiceError
from ..template_request import exact_request, refuse_others, tag_changes

if TYPE_CHECKING:
    from .service import CodePipeline

# Properties that belong to the pipeline's declaration.
_DECLARED = frozenset({
    "ArtifactStore", "ExecutionMode", "PipelineType", "RoleArn", "Stages", "Triggers", "Variables",
})  # fmt: skip
_KNOWN = _DECLARED | {"DisableInboundStageTransitions", "Name", "RestartExecutionOnUpdate", "Tags"}


def made_by(codepipeline: CodePipeline) -> list[Resource]:
    """Return the types that `codepipeline` makes."""
    return [PipelineResource(codepipeline)]


class PipelineResource(Resource):
    """AWS::CodePipeline::Pipeline. Like any new pipeline it runs once when it is made."""

    type = "AWS::CodePipeline::Pipeline"
    name_property = "Name"
    longest_name = 100
    aside = True
    importable = False
    replaced_by = frozenset({"Name"})
    compared = frozenset({"RoleArn", "Tags"})
    tagged = True

    def __init__(self, codepipeline: CodePipeline) -> None:
        self._codepipeline = codepipeline

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        refuse_others(self.type, properties, _KNOWN)
        tags = {"tags": properties["Tags"]} if properties.get("Tags") else {}
        given = {"pipeline": _declaration(name, properties), **tags}
        self._codepipeline.create_pipeline(scope, exact_request("codepipeline", "CreatePipeline", given))
        try:
            self._set_doors(scope, name, {}, properties)
        except Exception:
            self.delete(scope, name, properties)
            raise
        return self._attributes(scope, name)

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        refuse_others(self.type, new, _KNOWN)
        if _declaration(name, old) != _declaration(name, new):
            given = {"pipeline": _declaration(name, new)}
            self._codepipeline.update_pipeline(scope, exact_request("codepipeline", "UpdatePipeline", given))
        self._set_doors(scope, name, old, new)
        self._retag(scope, name, old, new)
        if str(new.get("RestartExecutionOnUpdate", False)).lower() == "true":
            self._codepipeline.start_pipeline_execution(scope, {"name": name})
        return self._attributes(scope, name)

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        self._codepipeline.delete_pipeline(scope, {"name": name})

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        try:
            found = self._codepipeline.get_pipeline(scope, {"name": name})["pipeline"]
        except ServiceError:
            return None
        asked = {"resourceArn": scope.arn("codepipeline", name)}
        tags = self._codepipeline.list_tags_for_resource(scope, asked)["tags"]
        return {
            "RoleArn": found["roleArn"],
            "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in tags],
        }

    def _set_doors(self, scope: Scope, name: str, old: Properties, new: Properties) -> None:
        """Close and open the doors of stages that the template has closed, or has no longer closed."""
        closed, wanted = _closed(old), _closed(new)
        present = {stage["Name"] for stage in new["Stages"]}
        for stage in closed.keys() - wanted.keys():
            if stage in present:
                given = {"pipelineName": name, "stageName": stage, "transitionType": "Inbound"}
                self._codepipeline.enable_stage_transition(scope, given)
        for stage, reason in wanted.items():
            given = {"pipelineName": name, "stageName": stage, "transitionType": "Inbound", "reason": reason}
            self._codepipeline.disable_stage_transition(scope, given)

    def _retag(self, scope: Scope, name: str, old: Properties, new: Properties) -> None:
        arn = scope.arn("codepipeline", name)
        gone, added = tag_changes(old, new)
        if gone:
            self._codepipeline.untag_resource(scope, {"resourceArn": arn, "tagKeys": gone})
        if added:
            tags = [{"key": tag["Key"], "value": tag.get("Value", "")} for tag in added]
            self._codepipeline.tag_resource(scope, {"resourceArn": arn, "tags": tags})

    def _attributes(self, scope: Scope, name: str) -> Attributes:
        return {"Version": self._codepipeline.get_pipeline(scope, {"name": name})["pipeline"]["version"]}


def _declaration(name: str, properties: Properties) -> dict[str, Any]:
    declared = {each: value for each, value in properties.items() if each in _DECLARED}
    return {**declared, "Name": name}


def _closed(properties: Properties) -> dict[str, str]:
    """Return the stages whose inbound transition a template disables, with the reasons."""
    return {
        door["StageName"]: door.get("Reason") or "Disabled by AWS CloudFormation"
        for door in properties.get("DisableInboundStageTransitions") or ()
    }
