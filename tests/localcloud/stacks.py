"""Stacks for tests: made, awaited, and what went wrong in them."""

from __future__ import annotations

import json
from typing import Any

from tests.localcloud.support import TestCloud, eventually

Document = dict[str, Any]


def resource(kind: str, *after: str, **properties: Any) -> Document:
    """Return a resource of AWS::`kind` that is made after those named `after`."""
    return {"Type": f"AWS::{kind}", "Properties": properties, **({"DependsOn": list(after)} if after else {})}


def ref(name: str) -> Document:
    return {"Ref": name}


def att(name: str, attribute: str) -> Document:
    return {"Fn::GetAtt": [name, attribute]}


class Stack:
    """The stack `shop` of an account."""

    def __init__(self, cloud: TestCloud, name: str = "shop") -> None:
        self.cloud, self.name = cloud, name

    @property
    def api(self) -> Any:
        return self.cloud.client("cloudformation")

    def create(self, resources: Document, wanted: str = "CREATE_COMPLETE", **more: Any) -> Document:
        """Make the stack and wait until it is `wanted`; return its outputs."""
        self.api.create_stack(StackName=self.name, TemplateBody=_body(resources, more.pop("outputs", {})), **more)
        return self.ended(wanted)

    def update(self, resources: Document, wanted: str = "UPDATE_COMPLETE", **more: Any) -> Document:
        """Change the stack and wait until it is `wanted`; return its outputs."""
        self.begin_update(resources, **more)
        return self.ended(wanted)

    def begin_update(self, resources: Document, **more: Any) -> None:
        self.api.update_stack(StackName=self.name, TemplateBody=_body(resources, more.pop("outputs", {})), **more)

    def delete(self) -> None:
        """Delete the stack and wait until it is gone."""
        arn = self.found()["StackId"]
        self.api.delete_stack(StackName=self.name)
        eventually(
            lambda: self.found(arn)["StackStatus"] == "DELETE_COMPLETE", seconds=300, what="the end of the stack"
        )

    def ended(self, wanted: str) -> Document:
        def over() -> Document | None:
            found = self.found()
            return None if found["StackStatus"].endswith("_IN_PROGRESS") else found

        found = eventually(over, seconds=300, what="the end of the operation")
        assert found and found["StackStatus"] == wanted, self.reasons()
        return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}

    def found(self, arn: str = "") -> Document:
        return dict(self.api.describe_stacks(StackName=arn or self.name)["Stacks"][0])

    def reasons(self) -> list[str]:
        """Return what the events say of failures, the newest first."""
        events = self.api.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
        return [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed]

    def id_of(self, logical: str) -> str:
        """Return the physical id of a resource."""
        found = self.api.describe_stack_resource(StackName=self.name, LogicalResourceId=logical)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])


def _body(resources: Document, outputs: Document) -> str:
    values = {name: {"Value": value} for name, value in outputs.items()}
    return json.dumps({"Resources": resources, **({"Outputs": values} if values else {})})
