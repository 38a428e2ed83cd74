"""What the types of Elastic Load Balancing share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...resource import Attributes, Properties, Resource
from ...scope import Scope
from ...service import ServiceError
from ...template_request import exact_request, refuse_others, tag_changes

if TYPE_CHECKING:
    from ..service import ElbV2

Document = dict[str, Any]
Wishes = list[Document] | None


class ElbResource(Resource):
    """The service, tags, and that what is gone is deleted. A physical id is an ARN."""

    aside = True
    importable = False

    def __init__(self, elb: ElbV2) -> None:
        self._elb = elb

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        refuse_others(self.type, properties, self._known())
        self._refuse_existing(scope, name)
        arn = self._create(scope, name, properties)
        try:
            self._finish(scope, arn, {}, properties)
        except Exception:
            self.delete(scope, arn, properties)
            raise
        return self._given(self._found(scope, arn))

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        refuse_others(self.type, new, self._known())
        self._change(scope, name, old, new)
        self._finish(scope, name, old, new)
        gone, added = tag_changes(old, new)
        if gone:
            self._elb.remove_tags(scope, {"ResourceArns": [name], "TagKeys": gone})
        if added:
            self._elb.add_tags(scope, {"ResourceArns": [name], "Tags": added})
        return self._given(self._found(scope, name))

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        try:
            self._delete(scope, name)
        except ServiceError as error:
            if not error.code.endswith("NotFound"):
                raise

    def read(self, scope: Scope, name: str, properties: Properties) -> Document | None:
        try:
            found = self._found(scope, name)
        except ServiceError:
            return None
        tags = self._elb.describe_tags(scope, {"ResourceArns": [name]})["TagDescriptions"][0]["Tags"]
        return {**{member: found[member] for member in self.compared if member in found}, "Tags": tags}

    def _finish(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        """Do what neither the creation nor the modification has members for; a type that needs it overrides this."""

    def _refuse_existing(self, scope: Scope, name: str) -> None:
        """Refuse a name that somebody has; a type that has names overrides this."""

    @abstractmethod
    def _known(self) -> frozenset[str]:
        """Return the properties that are supported."""

    @abstractmethod
    def _create(self, scope: Scope, name: str, properties: Properties) -> str:
        """Make the resource and return its ARN."""

    @abstractmethod
    def _change(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        """Change what the modification has members for."""

    @abstractmethod
    def _delete(self, scope: Scope, arn: str) -> None:
        """Delete the resource."""

    @abstractmethod
    def _found(self, scope: Scope, arn: str) -> Document:
        """Return the API's description. Raises ServiceError (...NotFound)."""

    @abstractmethod
    def _given(self, found: Document) -> Attributes:
        """Return what Fn::GetAtt gives."""


def attributes_request(what: str, arn: str, old: Wishes, new: Wishes, defaults: Mapping[str, str]) -> Document | None:
    """Return the request of Modify`what`Attributes that an update needs, or None.

    `old` and `new` are the lists of attributes in the template; one that it no longer names is what it is by default.
    """
    if (old or []) == (new or []):
        return None
    request = exact_request("elbv2", f"Modify{what}Attributes", {"Attributes": new or []}, **{f"{what}Arn": arn})
    named = {each.get("Key") for each in request["Attributes"]}
    forgotten = sorted({str(each["Key"]) for each in old or []} - named)
    request["Attributes"] += [{"Key": key, "Value": defaults.get(key, "")} for key in forgotten]
    return request
