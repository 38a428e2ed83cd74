"""Applications, and the tags of all that has an ARN."""

from __future__ import annotations

import uuid
from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import Service, ServiceError
from . import names
from .model import Application, Deployment, Group

Request = dict[str, Any]
_BATCH = 100


class ApplicationOperations(Service):
    """The operations on applications."""

    def create_application(self, scope: Scope, request: Request) -> Request:
        name = names.checked(request["applicationName"], "Application")
        platform = request.get("computePlatform", "Server")
        application = Application(str(uuid.uuid4()), name, platform, self.cloud.clock.now())
        with self.cloud.store.transaction():
            self._refuse_existing(scope, name)
            self._applications().put(scope, name, application)
            self.put_tags(scope, f"application:{name}", request.get("tags", []))
        return {"applicationId": application.id}

    def get_application(self, scope: Scope, request: Request) -> Request:
        return {"application": _document(self.application(scope, request["applicationName"]))}

    def batch_get_applications(self, scope: Scope, request: Request) -> Request:
        asked = request["applicationNames"]
        if len(asked) > _BATCH:
            raise ServiceError(
                "BatchLimitExceededException", f"At most {_BATCH} applications can be asked for at once."
            )
        return {"applicationsInfo": [_document(self.application(scope, name)) for name in asked]}

    def list_applications(self, scope: Scope, request: Request) -> Request:
        found = [application.name for application in self._applications().list(scope)]
        shown, token = page(found, request.get("nextToken"), 100, "InvalidNextTokenException")
        return {"applications": shown, "nextToken": token}

    def update_application(self, scope: Scope, request: Request) -> Request:
        old = request.get("applicationName") or ""
        new = names.checked(request.get("newApplicationName") or old, "Application")
        with self.cloud.store.transaction():
            application = self.application(scope, old)
            if new != old:
                self._refuse_existing(scope, new)
                self._rename(scope, application, new)
        return {}

    def delete_application(self, scope: Scope, request: Request) -> Request:
        name = request["applicationName"]
        with self.cloud.store.transaction():
            self._refuse_running(scope, name)
            self._applications().delete(scope, name)
            for group in self._groups().list(scope, f"{name}/"):
                self._groups().delete(scope, group.key)
            self.cloud.store.collection("codedeploy.tags", list).delete(scope, f"application:{name}")
        return {}

    def application(self, scope: Scope, name: str) -> Application:
        """Return the application `name`. Raises ApplicationDoesNotExistException."""
        found: Application | None = self._applications().get(scope, name)
        if found is None:
            raise ServiceError("ApplicationDoesNotExistException", f"No application found for name: {name}")
        return found

    # Tags

    def tag_resource(self, scope: Scope, request: Request) -> Request:
        resource = self._tagged(scope, request["ResourceArn"])
        with self.cloud.store.transaction():
            self.put_tags(scope, resource, request["Tags"])
        return {}

    def untag_resource(self, scope: Scope, request: Request) -> Request:
        resource = self._tagged(scope, request["ResourceArn"])
        with self.cloud.store.transaction():
            kept = [tag for tag in self._tags(scope, resource) if tag["Key"] not in request["TagKeys"]]
            self.cloud.store.collection("codedeploy.tags", list).put(scope, resource, kept)
        return {}

    def list_tags_for_resource(self, scope: Scope, request: Request) -> Request:
        return {"Tags": self._tags(scope, self._tagged(scope, request["ResourceArn"]))}

    def put_tags(self, scope: Scope, resource: str, tags: list[dict[str, str]]) -> None:
        """Add `tags` to `resource` ("application:name", "deploymentgroup:application/name")."""
        named = {tag["Key"]: tag for tag in (*self._tags(scope, resource), *tags)}
        self.cloud.store.collection("codedeploy.tags", list).put(scope, resource, list(named.values()))

    def _tags(self, scope: Scope, resource: str) -> list[dict[str, str]]:
        return self.cloud.store.collection("codedeploy.tags", list).get(scope, resource) or []

    def _tagged(self, scope: Scope, arn: str) -> str:
        resource = arn.partition(f":codedeploy:{scope.region}:{scope.account}:")[2]
        kind, _, name = resource.partition(":")
        if kind == "application":
            self.application(scope, name)
        elif kind != "deploymentgroup" or not self._groups().get(scope, name):
            raise ServiceError("InvalidArnException", f"{arn} is no application or deployment group of this account.")
        return resource

    def _refuse_existing(self, scope: Scope, name: str) -> None:
        if self._applications().get(scope, name):
            raise ServiceError("ApplicationAlreadyExistsException", f"Application {name} already exists.")

    def _refuse_running(self, scope: Scope, name: str) -> None:
        """AWS lets a deployment lose its application; here it would lose what it must record."""
        deployments = self.cloud.store.collection("codedeploy.deployment", Deployment).list(scope)
        running = [one.id for one in deployments if one.application == name and not one.ended]
        if running:
            raise ServiceError("InvalidApplicationNameException", f"{', '.join(running)} still runs; stop it first.")

    def _rename(self, scope: Scope, application: Application, new: str) -> None:
        self._refuse_running(scope, application.name)
        self._applications().delete(scope, application.name)
        for group in self._groups().list(scope, f"{application.name}/"):
            self._groups().delete(scope, group.key)
            group.application = new
            self._groups().put(scope, group.key, group)
        application.name = new
        self._applications().put(scope, new, application)

    def _applications(self) -> Any:
        return self.cloud.store.collection("codedeploy.application", Application)

    def _groups(self) -> Any:
        return self.cloud.store.collection("codedeploy.group", Group)


def _document(application: Application) -> Request:
    return {
        "applicationId": application.id,
        "applicationName": application.name,
        "createTime": application.created,
        "linkedToGitHub": False,
        "computePlatform": application.platform,
    }
