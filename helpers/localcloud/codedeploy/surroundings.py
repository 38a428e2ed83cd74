"""What the scripts of a host's lifecycle events find around them.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..cloud import Cloud
from ..runtime.environment import clean_environment
from ..scope import Scope
from .host import HostFolders
from .model import Deployment


@dataclass(frozen=True)
class Surroundings:
    """Where the scripts of one event run: bundle, working folder, log and variables; what their processes carry; and
    the folder of the local cloud that they must not outlive."""

    archive: Path
    folder: Path
    log: Path
    environment: Mapping[str, str]
    mark: str
    home: Path


def surroundings(
    cloud: Cloud, scope: Scope, folders: HostFolders, deployment: Deployment, event: str, source: str, mark: str
) -> Surroundings:
    """Return what the scripts of `event` run in; they come from the bundle of the deployment `source`."""
    folders.root.mkdir(parents=True, exist_ok=True)
    environment = {
        **clean_environment(mark, folders.home / "work"),
        **cloud.environment(scope),
        "APPLICATION_NAME": deployment.application,
        "DEPLOYMENT_ID": deployment.id,
        "DEPLOYMENT_GROUP_NAME": deployment.group,
        "DEPLOYMENT_GROUP_ID": deployment.group_id,
        "LIFECYCLE_EVENT": event,
        **_bundle(deployment.revision.get("s3Location", {})),
        # On AWS a host has a file system of its own; here it is below a folder.
        "INSTANCE_ROOT": str(folders.root),
    }
    archive, log = folders.archive(source), folders.log(deployment.id)
    return Surroundings(archive, folders.root, log, environment, mark, cloud.home)


def _bundle(place: dict[str, str]) -> dict[str, str]:
    names = {"bucket": "BUNDLE_BUCKET", "key": "BUNDLE_KEY", "version": "BUNDLE_VERSION", "eTag": "BUNDLE_ETAG"}
    return {name: place[member] for member, name in names.items() if place.get(member)}
