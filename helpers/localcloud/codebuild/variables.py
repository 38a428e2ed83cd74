"""The variables of a build: what wins over what, what comes from a store, and what must never be shown."""

from __future__ import annotations

import json
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from .buildspec import Buildspec
from .model import Build

_MASK_FROM = 4
# What Linux lets a process have: one variable with its name, and well below all of them (execve(2)).
_LONGEST, _ALL = 131_000, 1_000_000


class VariableError(ValueError):
    """A variable cannot be had; the message names it and where it was looked for."""


class Variables:
    """All variables of one build, and the values among them that are secrets."""

    def __init__(self, cloud: Cloud, scope: Scope) -> None:
        self._cloud = cloud
        self._scope = scope
        self.values: dict[str, str] = {}
        self.secrets: set[str] = set()
        self.stored: set[str] = set()

    def load(self, build: Build, buildspec: Buildspec) -> None:
        """Collect everything: the start's overrides win over the project, the project over the buildspec.

        https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
        """
        self.values |= buildspec.variables
        for name, parameter in buildspec.parameters.items():
            self._keep(name, self._parameter(name, parameter))
        for name, reference in buildspec.secrets.items():
            self._keep(name, self._secret(name, reference))
        for variable in build.settings.get("environment", {}).get("environmentVariables", []):
            self._declared(variable)
        self._check_sizes()

    def _check_sizes(self) -> None:
        sizes = {name: len(f"{name}={value}".encode()) for name, value in self.values.items()}
        for name, size in sizes.items():
            if size > _LONGEST:
                raise VariableError(f"{name} has {size} bytes; a variable has at most {_LONGEST}. Use a file instead.")
        if sum(sizes.values()) > _ALL:
            raise VariableError(f"all variables together have more than {_ALL} bytes; use files instead")

    def exportable(self, name: str) -> bool:
        """Return whether a build may export `name`: no stored secret, nothing of AWS's."""
        return name not in self.stored and not name.startswith("AWS_")

    def mask(self, line: str) -> str:
        """Return `line` with every secret value shown as ***."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            line = line.replace(secret, "***")
        return line

    def _declared(self, variable: dict[str, Any]) -> None:
        name, value = variable["name"], variable["value"]
        kind = variable.get("type", "PLAINTEXT")
        if kind == "PARAMETER_STORE":
            self._keep(name, self._parameter(name, value))
        elif kind == "SECRETS_MANAGER":
            self._keep(name, self._secret(name, value))
        else:
            self.values[name] = value
            self.stored.discard(name)

    def _keep(self, name: str, value: str) -> None:
        self.values[name] = value
        self.stored.add(name)
        # A secret of one or two characters would turn every line into stars.
        self.secrets |= {part for part in (value, *value.splitlines()) if len(part) >= _MASK_FROM}

    def _parameter(self, name: str, parameter: str) -> str:
        client = self._cloud.client("ssm", self._scope)
        try:
            return str(client.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"])
        except Exception as error:
            raise VariableError(f"{name} is the parameter {parameter}, which cannot be read: {error}") from None

    def _secret(self, name: str, reference: str) -> str:
        id_, key, stage, version = _secret_reference(reference)
        chosen = {"VersionId": version} if version else {"VersionStage": stage or "AWSCURRENT"}
        try:
            found = self._cloud.client("secretsmanager", self._scope).get_secret_value(SecretId=id_, **chosen)
            value = str(found["SecretString"])
            return str(json.loads(value)[key]) if key else value
        except Exception as error:
            raise VariableError(f"{name} is the secret {reference}, which cannot be read: {error}") from None


def _secret_reference(reference: str) -> tuple[str, str, str, str]:
    """Split secret-id:json-key:version-stage:version-id, where the id may be an ARN with colons of its own."""
    head, rest = ("", reference)
    if reference.startswith("arn:"):
        parts = reference.split(":", 7)
        head, rest = ":".join(parts[:6]) + ":", ":".join(parts[6:])
    id_, key, stage, version = (*rest.split(":"), "", "", "")[:4]
    return head + id_, key, stage, version
