"""Repositories as CloudFormation makes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codecommit-repository.html
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from ..resource import Attributes, Properties, Resource
from ..scope import Scope
from ..service import ServiceError
from ..template_request import changed, exact_request, refuse, refuse_others, tag_changes, without

if TYPE_CHECKING:
    from .service import CodeCommit

_KNOWN = frozenset({"Code", "RepositoryDescription", "RepositoryName", "Tags"})
_CODE = {"Code": ("BranchName", "S3"), "S3": ("Bucket", "Key", "ObjectVersion")}


def made_by(codecommit: CodeCommit) -> list[Resource]:
    """Return the types that `codecommit` makes."""
    return [RepositoryResource(codecommit)]


class RepositoryResource(Resource):
    """AWS::CodeCommit::Repository: its id stays whatever its name, so nothing replaces it."""

    type = "AWS::CodeCommit::Repository"
    name_property = "RepositoryName"
    longest_name = 100
    id_attribute = "RepositoryId"
    aside = True
    importable = False
    replaced_by = frozenset()
    compared = frozenset({"RepositoryDescription", "RepositoryName", "Tags"})
    tagged = True

    def __init__(self, codecommit: CodeCommit) -> None:
        self._codecommit = codecommit

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        _refuse_unknown(self.type, properties)
        if "RepositoryName" not in properties:
            raise ServiceError("ValidationError", f"{self.type} needs RepositoryName.")
        given = {**without(properties, "Code"), "Tags": _tags(properties)}
        self._codecommit.create_repository(scope, exact_request("codecommit", "CreateRepository", given))
        found = self._codecommit.get_repository(scope, {"repositoryName": name})["repositoryMetadata"]
        try:
            self._fill(scope, name, properties.get("Code"))
        except Exception:
            self._codecommit.delete_repository(scope, {"repositoryName": name})
            raise
        return _attributes(found)

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        _refuse_unknown(self.type, new)
        found = self._by_id(scope, name)
        if found is None:
            raise ServiceError("NotFound", f"The repository {old['RepositoryName']} of the stack is gone.")
        if found["repositoryName"] != new["RepositoryName"]:
            names = {"oldName": found["repositoryName"], "newName": new["RepositoryName"]}
            self._codecommit.update_repository_name(scope, names)
        if changed(old, new, "RepositoryDescription"):
            description = {"RepositoryDescription": new.get("RepositoryDescription", "")}
            operation = "UpdateRepositoryDescription"
            request = exact_request("codecommit", operation, description, repositoryName=new["RepositoryName"])
            self._codecommit.update_repository_description(scope, request)
        self._retag(scope, new["RepositoryName"], old, new)
        return _attributes(self._codecommit.get_repository(scope, {"repositoryName": new["RepositoryName"]}))

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        if found := self._by_id(scope, name):
            self._codecommit.delete_repository(scope, {"repositoryName": found["repositoryName"]})

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        found = self._by_id(scope, name)
        if found is None:
            return None
        tags = self._codecommit.list_tags_for_resource(scope, {"resourceArn": found["Arn"]})["tags"]
        return {
            "RepositoryName": found["repositoryName"],
            "RepositoryDescription": found["repositoryDescription"] or "",
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }

    def _by_id(self, scope: Scope, id_: str) -> dict[str, Any] | None:
        pairs = self._codecommit.list_repositories(scope, {})["repositories"]
        name = next((pair["repositoryName"] for pair in pairs if pair["repositoryId"] == id_), None)
        if name is None:
            return None
        return dict(self._codecommit.get_repository(scope, {"repositoryName": name})["repositoryMetadata"])

    def _retag(self, scope: Scope, name: str, old: Properties, new: Properties) -> None:
        gone, _ = tag_changes(old, new)
        arn = scope.arn("codecommit", name)
        if gone:
            self._codecommit.untag_resource(scope, {"resourceArn": arn, "tagKeys": gone})
        if tags := _tags(new):
            self._codecommit.tag_resource(scope, {"resourceArn": arn, "tags": tags})

    def _fill(self, scope: Scope, name: str, code: Properties | None) -> None:
        """Make the first commit of a zip in S3. "The code is only used when the repository is created."""
        if not code:
            return
        files = _unpacked(self._object(scope, code["S3"]))
        puts = [{"filePath": path, "fileContent": content} for path, content in files.items()]
        given = {"repositoryName": name, "branchName": code.get("BranchName", "main"), "putFiles": puts}
        self._codecommit.create_commit(scope, {**given, "commitMessage": "Initial commit by AWS CloudFormation"})

    def _object(self, scope: Scope, place: Properties) -> bytes:
        from botocore.exceptions import ClientError

        version = {"VersionId": place["ObjectVersion"]} if place.get("ObjectVersion") else {}
        try:
            asked = {"Bucket": place["Bucket"], "Key": place["Key"], **version}
            content: bytes = self._codecommit.cloud.client("s3", scope).get_object(**asked)["Body"].read()
        except ClientError as error:
            where = f"s3://{place['Bucket']}/{place['Key']}"
            raise ServiceError("InvalidRequest", f"Code of {self.type}: {where}: {error}") from None
        return content


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip by path. Raises InvalidRequest."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except zipfile.BadZipFile as error:
        raise ServiceError("InvalidRequest", f"Code of AWS::CodeCommit::Repository is no zip: {error}") from None


def _refuse_unknown(type_: str, properties: Properties) -> None:
    refuse_others(type_, properties, _KNOWN)
    code = properties.get("Code") or {}
    refuse(type_, (f"Code.{name}" for name in code if name not in _CODE["Code"]))
    refuse(type_, (f"Code.S3.{name}" for name in code.get("S3", {}) if name not in _CODE["S3"]))
    if code and not {"Bucket", "Key"} <= code.get("S3", {}).keys():
        raise ServiceError("ValidationError", f"Code of {type_} needs S3 with Bucket and Key.")


def _tags(properties: Properties) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in properties.get("Tags") or ()}


def _attributes(found: dict[str, Any]) -> Attributes:
    metadata = found.get("repositoryMetadata", found)
    return {
        "RepositoryId": metadata["repositoryId"],
        "Arn": metadata["Arn"],
        "CloneUrlHttp": metadata["cloneUrlHttp"],
        "CloneUrlSsh": metadata["cloneUrlSsh"],
        "Name": metadata["repositoryName"],
    }
