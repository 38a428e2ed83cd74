"""The revision of a rollback of something that CodeDeploy had not deployed before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def revision_before(platform: str, progress: Mapping[str, Any]) -> dict[str, Any]:
    """Return, as a RevisionLocation, what ran before the deployment whose `progress` is given."""
    if platform == "Lambda":
        properties = {
            "Name": progress["function"],
            "Alias": progress["alias"],
            "CurrentVersion": progress["target"],
            "TargetVersion": progress["current"],
        }
        return _revision({"function": {"Type": "AWS::Lambda::Function", "Properties": properties}})
    properties = {
        "TaskDefinition": progress["blue_definition"],
        "LoadBalancerInfo": {"ContainerName": progress["container"], "ContainerPort": progress["port"]},
    }
    return _revision({"service": {"Type": "AWS::ECS::Service", "Properties": properties}})


def _revision(resource: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps({"version": 0.0, "Resources": [resource]})
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": text, "sha256": sha256}}
