"""Revisions: what an application can be deployed as.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_RevisionLocation.html
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..cloud import Cloud
from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from .applications import ApplicationOperations
from .model import DeploymentFailed, Revision

Request = dict[str, Any]
_MEMBERS = {"S3": "s3Location", "String": "string", "AppSpecContent": "appSpecContent"}
_BUNDLES = ("tar", "tgz", "zip")
_DESCRIPTIONS = ("YAML", "JSON")
_BATCH = 25


def digest(location: Request) -> str:
    """Return what tells a revision from others."""
    return hashlib.sha256(json.dumps(location, sort_keys=True).encode()).hexdigest()


def checked(location: Request, platform: str) -> Request:
    """Return `location` (API shape RevisionLocation) if `platform` can deploy it. Raises InvalidRevisionException."""
    kind = location.get("revisionType", "")
    member = _MEMBERS.get(kind)
    if member is None or member not in location:
        raise _invalid(
            f"A revision of type {kind or '(none)'} needs its member; S3, String and AppSpecContent are read."
        )
    if kind == "S3":
        _check_s3(location["s3Location"], platform)
    elif platform == "Server":
        raise _invalid("A server needs a bundle in S3 (revisionType S3 with bundleType zip, tgz or tar).")
    else:
        _check_content(location[member])
    return location


def _check_s3(place: Request, platform: str) -> None:
    kinds = _BUNDLES if platform == "Server" else _DESCRIPTIONS
    if not place.get("bucket") or not place.get("key") or place.get("bundleType") not in kinds:
        raise _invalid(f"For {platform}, s3Location needs bucket, key and a bundleType of {', '.join(kinds)}.")


def _check_content(given: Request) -> None:
    content = given.get("content") or ""
    if not content:
        raise _invalid("The revision has no content.")
    expected = given.get("sha256")
    if expected and hashlib.sha256(content.encode()).hexdigest() != expected:
        raise _invalid("The content does not have the SHA-256 that is given with it.")


def read(cloud: Cloud, scope: Scope, location: Request) -> bytes:
    """Return the bundle or AppSpec at `location`. Raises DeploymentFailed if it is not there."""
    kind = location["revisionType"]
    if kind != "S3":
        return str(location[_MEMBERS[kind]]["content"]).encode()
    from botocore.exceptions import BotoCoreError, ClientError

    place = location["s3Location"]
    version = {"VersionId": place["version"]} if place.get("version") else {}
    try:
        answer = cloud.client("s3", scope).get_object(Bucket=place["bucket"], Key=place["key"], **version)
        content: bytes = answer["Body"].read()
    except (ClientError, BotoCoreError) as error:
        raise DeploymentFailed(
            "REVISION_MISSING", f"s3://{place['bucket']}/{place['key']} cannot be read: {error}"
        ) from None
    expected = place.get("eTag", "").strip('"')
    if expected and expected != answer["ETag"].strip('"'):
        raise DeploymentFailed("INVALID_REVISION", f"s3://{place['bucket']}/{place['key']} is not of ETag {expected}.")
    return content


class RevisionOperations(ApplicationOperations):
    """The operations on revisions."""

    def register_application_revision(self, scope: Scope, request: Request) -> Request:
        application = self.application(scope, request["applicationName"])
        location = checked(request["revision"], application.platform)
        with self.cloud.store.transaction():
            known = self._known(scope, application.name, location)
            known.description = request.get("description", known.description)
            self._revisions().put(scope, _key(application.name, location), known)
        return {}

    def get_application_revision(self, scope: Scope, request: Request) -> Request:
        self.application(scope, request["applicationName"])
        found = self._find(scope, request["applicationName"], request["revision"])
        if found is None:
            raise ServiceError("RevisionDoesNotExistException", "The application does not know this revision.")
        name = request["applicationName"]
        return {"applicationName": name, "revision": found.location, "revisionInfo": _info(found)}

    def batch_get_application_revisions(self, scope: Scope, request: Request) -> Request:
        name, asked = request["applicationName"], request["revisions"]
        self.application(scope, name)
        if len(asked) > _BATCH:
            raise ServiceError("BatchLimitExceededException", f"At most {_BATCH} revisions can be asked for at once.")
        found = [revision for location in asked if (revision := self._find(scope, name, location))]
        shown = [{"revisionLocation": one.location, "genericRevisionInfo": _info(one)} for one in found]
        missing = "" if len(found) == len(asked) else "Some revisions are not known to the application."
        return {"applicationName": name, "revisions": shown, "errorMessage": missing or None}

    def list_application_revisions(self, scope: Scope, request: Request) -> Request:
        self.application(scope, request["applicationName"])
        found = [
            one for one in self._revisions().list(scope, f"{request['applicationName']}/") if _wanted(one, request)
        ]
        order = {"firstUsedTime": "first_used", "lastUsedTime": "last_used"}.get(
            request.get("sortBy", ""), "registered"
        )
        found.sort(
            key=lambda one: getattr(one, order) or one.registered, reverse=request.get("sortOrder") == "descending"
        )
        shown, token = page(found, request.get("nextToken"), 100, "InvalidNextTokenException")
        return {"revisions": [one.location for one in shown], "nextToken": token}

    def use_revision(self, scope: Scope, application: str, group: str, location: Request) -> None:
        """Note that a deployment of `group` uses `location`."""
        with self.cloud.store.transaction():
            known, now = self._known(scope, application, location), self.cloud.clock.now()
            known.first_used, known.last_used = known.first_used or now, now
            known.groups = sorted({*known.groups, group})
            self._revisions().put(scope, _key(application, location), known)

    def _known(self, scope: Scope, application: str, location: Request) -> Revision:
        return self._find(scope, application, location) or Revision(location, self.cloud.clock.now())

    def _find(self, scope: Scope, application: str, location: Request) -> Revision | None:
        found: Revision | None = self._revisions().get(scope, _key(application, location))
        return found

    def _revisions(self) -> Any:
        return self.cloud.store.collection("codedeploy.revision", Revision)


def _wanted(revision: Revision, request: Request) -> bool:
    place = revision.location.get("s3Location", {})
    if request.get("s3Bucket") not in (None, place.get("bucket")):
        return False
    if not place.get("key", "").startswith(request.get("s3KeyPrefix", "")):
        return False
    used = {"include": True, "exclude": False}.get(request.get("deployed", "ignore"))
    return used is None or used == bool(revision.first_used)


def _key(application: str, location: Request) -> str:
    return f"{application}/{digest(location)}"


def _info(revision: Revision) -> Request:
    return {
        "description": revision.description or None,
        "deploymentGroups": revision.groups,
        "firstUsedTime": revision.first_used,
        "lastUsedTime": revision.last_used,
        "registerTime": revision.registered,
    }


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidRevisionException", message)
