"""Settings of a region: encryption, where segments go, and how much is indexed. They are kept and change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..service import Service, ServiceError
from .request_checks import invalid

Request = dict[str, Any]
_KEY = "settings"
_RULE = "Default"


@dataclass
class Settings:
    """`percentage` is that of spans to be indexed, `modified` when it was set (epoch seconds)."""

    encryption: str = "NONE"
    key_id: str | None = None
    destination: str = "XRay"
    percentage: float = 1.0
    modified: float = 0.0


class SettingOperations(Service):
    """Get and set the encryption, the destination of segments, and the indexing rule."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._settings = cloud.store.collection("xray.settings", Settings)

    def get_encryption_config(self, scope: Scope, request: Request) -> Request:
        return _encryption(self._of(scope))

    def put_encryption_config(self, scope: Scope, request: Request) -> Request:
        kind, key = request["Type"], request.get("KeyId")
        if (kind == "KMS") != bool(key):
            raise invalid("KeyId names the key of Type KMS, and is left out with Type NONE.")
        return _encryption(self._change(scope, encryption=kind, key_id=key))

    def get_trace_segment_destination(self, scope: Scope, request: Request) -> Request:
        return {"Destination": self._of(scope).destination, "Status": "ACTIVE"}

    def update_trace_segment_destination(self, scope: Scope, request: Request) -> Request:
        settings = self._change(scope, destination=request.get("Destination", "XRay"))
        return {"Destination": settings.destination, "Status": "ACTIVE"}

    def get_indexing_rules(self, scope: Scope, request: Request) -> Request:
        return {"IndexingRules": [_indexing(self._of(scope))]}

    def update_indexing_rule(self, scope: Scope, request: Request) -> Request:
        if request["Name"] != _RULE:
            text = f"There is no indexing rule '{request['Name']}'; the only one is called {_RULE}."
            raise ServiceError("ResourceNotFoundException", text)
        percentage = request["Rule"]["Probabilistic"]["DesiredSamplingPercentage"]
        if not 0 <= percentage <= 100:
            raise invalid(f"DesiredSamplingPercentage is {percentage}; 0 to 100 are expected.")
        now = self.cloud.clock.now().timestamp()
        return {"IndexingRule": _indexing(self._change(scope, percentage=percentage, modified=now))}

    def _of(self, scope: Scope) -> Settings:
        return self._settings.get(scope, _KEY) or Settings()

    def _change(self, scope: Scope, **changes: Any) -> Settings:
        with self.cloud.store.transaction():
            settings = self._of(scope)
            for name, value in changes.items():
                setattr(settings, name, value)
            self._settings.put(scope, _KEY, settings)
        return settings


def _encryption(settings: Settings) -> Request:
    config = {"Type": settings.encryption, "KeyId": settings.key_id, "Status": "ACTIVE"}
    return {"EncryptionConfig": config}


def _indexing(settings: Settings) -> Request:
    """All is indexed here, whatever percentage is desired."""
    rule = {"DesiredSamplingPercentage": settings.percentage, "ActualSamplingPercentage": 100.0}
    modified = datetime.fromtimestamp(settings.modified, UTC)
    return {"Name": _RULE, "ModifiedAt": modified, "Rule": {"Probabilistic": rule}}
