"""Reads a buildspec of version 0.2 and refuses, with the line, what is none.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

PHASES = ("install", "pre_build", "build", "post_build")
_TOP = {"version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"}
_PHASE = {"run-as", "on-failure", "runtime-versions", "commands", "finally"}
_ENV = {"shell", "variables", "parameter-store", "secrets-manager", "exported-variables", "git-credential-helper"}
_ARTIFACTS = {
    "files", "name", "discard-paths", "base-directory", "exclude-paths", "enable-symlinks", "s3-prefix",
    "secondary-artifacts",
}  # fmt: skip
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHELLS = {"bash": "bash", "/bin/bash": "bash", "/bin/sh": "sh", "sh": "sh"}


class _Loader(yaml.SafeLoader):
    """Takes every scalar as it is written: a version of 1.10 stays 1.10, and a date is no reason to fail."""


def _as_written(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


for _kind in ("bool", "int", "float", "timestamp"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _as_written)


class BuildspecError(ValueError):
    """The buildspec cannot be used; the message names the line and what was expected."""


@dataclass(frozen=True)
class Phase:
    """One phase: its commands, those that run in any case, and what a failure means."""

    commands: list[str] = field(default_factory=list)
    finally_: list[str] = field(default_factory=list)
    on_failure: str = ""


@dataclass(frozen=True)
class Artifacts:
    """Which files make an artifact, and under which names."""

    files: list[str]
    base_directory: str = ""
    discard_paths: bool = False
    exclude: list[str] = field(default_factory=list)
    name: str = ""


@dataclass(frozen=True)
class Buildspec:
    """A buildspec, checked."""

    phases: dict[str, Phase]
    shell: str = "bash"
    variables: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    exported: list[str] = field(default_factory=list)
    artifacts: Artifacts | None = None
    secondary_artifacts: dict[str, Artifacts] = field(default_factory=dict)


def parse(text: str) -> Buildspec:
    """Return the buildspec in `text`. Raises BuildspecError."""
    try:
        tree = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise BuildspecError(_yaml_problem(error)) from None
    if not isinstance(content, dict):
        raise BuildspecError("line 1: a buildspec is a mapping that begins with `version: 0.2`")
    return _Reader(tree).buildspec(content)


def _yaml_problem(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be read"
    return f"line {mark.line + 1}: {problem}" if mark else f"line 1: it is not YAML: {error}"


class _Reader:
    """Turns the plain content into a Buildspec; the tree of nodes tells the lines."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree

    def buildspec(self, content: dict[str, Any]) -> Buildspec:
        self._known(content, _TOP, ())
        if str(content.get("version")) != "0.2":
            self._fail(("version",), f"version is {content.get('version')!r}; it must be 0.2")
        phases = self._mapping(content, "phases", ())
        if not phases:
            self._fail((), "`phases` is missing: at least one phase with commands is needed")
        self._known(phases, set(PHASES), ("phases",))
        env = self._mapping(content, "env", ())
        self._known(env, _ENV, ("env",))
        artifacts = self._mapping(content, "artifacts", ())
        if artifacts and "files" not in artifacts:
            self._fail(("artifacts",), "artifacts need `files`, also beside secondary-artifacts")
        return Buildspec(
            phases={name: self._phase(name, phases[name]) for name in PHASES if name in phases},
            shell=self._shell(env),
            variables=self._strings(env, "variables"),
            parameters=self._strings(env, "parameter-store"),
            secrets=self._strings(env, "secrets-manager"),
            exported=self._exported(env),
            artifacts=self._artifacts(artifacts, ("artifacts",)) if artifacts else None,
            secondary_artifacts=self._secondary(artifacts),
        )

    def _phase(self, name: str, content: Any) -> Phase:
        where = ("phases", name)
        if not isinstance(content, dict):
            self._fail(where, f"the phase {name} must be a mapping with `commands`")
        self._known(content, _PHASE, where)
        commands = self._list(content, "commands", where)
        finally_ = self._list(content, "finally", where)
        if not commands and not finally_ and "runtime-versions" not in content:
            self._fail(where, f"the phase {name} has no commands")
        return Phase(commands, finally_, self._on_failure(content, where))

    def _on_failure(self, content: dict[str, Any], where: tuple[str, ...]) -> str:
        value = str(content.get("on-failure", ""))
        if value not in ("", "ABORT", "CONTINUE"):
            self._fail((*where, "on-failure"), f"on-failure {value} is not modelled; use ABORT or CONTINUE")
        return value

    def _shell(self, env: dict[str, Any]) -> str:
        wanted = str(env.get("shell", "bash"))
        if wanted not in _SHELLS:
            self._fail(("env", "shell"), f"the shell {wanted} is not one of bash and /bin/sh")
        return _SHELLS[wanted]

    def _exported(self, env: dict[str, Any]) -> list[str]:
        names = self._list(env, "exported-variables", ("env",))
        for number, name in enumerate(names):
            if not _VARIABLE.fullmatch(name):
                self._fail(("env", "exported-variables", number), f"{name!r} cannot name a variable of the shell")
        return names

    def _artifacts(self, content: dict[str, Any], where: tuple[str, ...]) -> Artifacts:
        self._known(content, _ARTIFACTS, where)
        files = self._list(content, "files", where)
        if not files:
            self._fail(where, "artifacts need `files`: a list of paths or patterns")
        discard = str(content.get("discard-paths", "no")).lower() in ("yes", "true")
        exclude = self._list(content, "exclude-paths", where)
        return Artifacts(files, str(content.get("base-directory", "")), discard, exclude, str(content.get("name", "")))

    def _secondary(self, artifacts: dict[str, Any]) -> dict[str, Artifacts]:
        secondary = self._mapping(artifacts, "secondary-artifacts", ("artifacts",))
        where = ("artifacts", "secondary-artifacts")
        for name in secondary:
            self._mapping(secondary, name, where)
        return {name: self._artifacts(content or {}, (*where, name)) for name, content in secondary.items()}

    def _mapping(self, content: dict[str, Any], key: str, where: tuple[str, ...]) -> dict[str, Any]:
        value = content.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._fail((*where, key), f"`{key}` must be a mapping")
        return dict(value)

    def _strings(self, env: dict[str, Any], key: str) -> dict[str, str]:
        found = self._mapping(env, key, ("env",))
        for name, value in found.items():
            if isinstance(value, dict | list):
                self._fail(("env", key, name), f"the variable {name} is no string; quote it")
            if "=" in str(name) or "\0" in f"{name}{value}":
                self._fail(("env", key, name), f"no process can have the variable {name!r}: a NUL, or = in its name")
            if str(name).startswith("CODEBUILD_"):
                self._fail(("env", key, name), f"{name} is reserved: names in CODEBUILD_ are CodeBuild's own")
        return {str(name): "" if value is None else str(value) for name, value in found.items()}

    def _list(self, content: Mapping[str, Any], key: str, where: tuple[str, ...]) -> list[str]:
        value = content.get(key)
        if value is None:
            return []
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            self._fail((*where, key), f"`{key}` must be a list")
        for number, item in enumerate(value):
            if isinstance(item, dict | list) or item is None:
                self._fail((*where, key, number), f"entry {number + 1} of `{key}` is no string; quote it")
        return [str(item) for item in value]

    def _known(self, content: Mapping[str, Any], known: set[str], where: tuple[str, ...]) -> None:
        for key in content:
            if key not in known:
                expected = ", ".join(sorted(known))
                self._fail((*where, str(key)), f"`{key}` is not known here; expected one of {expected}")

    def _fail(self, where: tuple[str | int, ...], problem: str) -> Any:
        raise BuildspecError(f"line {self._line(where)}: {problem}")

    def _line(self, where: tuple[str | int, ...]) -> int:
        node, line = self._tree, 1
        for step in where:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == step), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line + 1, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                line = node.start_mark.line + 1
        return int(line)
