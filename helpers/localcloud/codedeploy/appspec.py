"""Reads AppSpec files, in YAML or JSON; what is wrong is said with its line.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

LAMBDA_HOOKS = ("BeforeAllowTraffic", "AfterAllowTraffic")
ECS_HOOKS = ("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic")
SERVER_HOOKS = ("ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService")
TRAFFIC_HOOKS = ("BeforeBlockTraffic", "AfterBlockTraffic", "BeforeAllowTraffic", "AfterAllowTraffic")
EXISTING = ("DISALLOW", "OVERWRITE", "RETAIN")
# Seconds, for one script and for all of one event.
LONGEST = 3600


class AppSpecError(ValueError):
    """An AppSpec file cannot be used; the message has the line and the reason."""


@dataclass(frozen=True)
class LambdaSpec:
    """Which versions an alias moves between, and the functions to call around it."""

    function: str
    alias: str
    current: str
    target: str
    hooks: Mapping[str, str]


@dataclass(frozen=True)
class EcsSpec:
    """Which task definition a service moves to, and the functions to call around it."""

    task_definition: str
    container: str
    port: int
    hooks: Mapping[str, str]
    # Members of CreateTaskSet that the AppSpec sets.
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FileCopy:
    """A file or folder of the bundle, and the folder on the host that it goes into."""

    source: str
    destination: str


@dataclass(frozen=True)
class Script:
    """A script of the bundle; `timeout` in seconds."""

    location: str
    timeout: int = LONGEST
    runas: str = ""


@dataclass(frozen=True)
class ServerSpec:
    """What is copied to a host and which scripts run around it."""

    files: Sequence[FileCopy]
    hooks: Mapping[str, Sequence[Script]]
    existing: str = ""


def parse_lambda(text: str) -> LambdaSpec:
    """Read the AppSpec of a Lambda deployment. Raises AppSpecError."""
    reader = _Reader(text)
    properties, where = reader.resource("AWS::Lambda::Function")
    found = {name.lower(): str(value) for name, value in properties.items()}
    for name in ("Name", "Alias", "CurrentVersion", "TargetVersion"):
        if not found.get(name.lower()):
            reader.fail(where, f"the function's properties need {name}")
    if found["currentversion"] == found["targetversion"]:
        reader.fail(where, f"CurrentVersion and TargetVersion are both {found['targetversion']}; they must differ")
    return LambdaSpec(
        found["name"], found["alias"], found["currentversion"], found["targetversion"], reader.functions(LAMBDA_HOOKS)
    )


def parse_ecs(text: str) -> EcsSpec:
    """Read the AppSpec of an ECS deployment. Raises AppSpecError."""
    reader = _Reader(text)
    properties, where = reader.resource("AWS::ECS::Service")
    balancer = properties.get("LoadBalancerInfo")
    if not properties.get("TaskDefinition"):
        reader.fail(where, "the service's properties need TaskDefinition")
    if not isinstance(balancer, dict) or not balancer.get("ContainerName") or not balancer.get("ContainerPort"):
        reader.fail(where, "the service's properties need LoadBalancerInfo with ContainerName and ContainerPort")
    port = balancer["ContainerPort"]
    if not str(port).isdigit():
        reader.fail((*where, "LoadBalancerInfo", "ContainerPort"), f"ContainerPort is {port!r}; it must be a number")
    return EcsSpec(
        str(properties["TaskDefinition"]),
        str(balancer["ContainerName"]),
        int(port),
        reader.functions(ECS_HOOKS),
        _task_set_options(properties),
    )


def parse_server(text: str) -> ServerSpec:
    """Read the appspec.yml of a bundle for servers. Raises AppSpecError."""
    reader = _Reader(text)
    if reader.content.get("os") not in ("linux", "windows"):
        reader.fail(("os",), f"os is {reader.content.get('os')!r}; it must be linux or windows")
    if reader.content.get("permissions"):
        reader.fail(("permissions",), "permissions are not modelled on process hosts: set modes in a script")
    existing = str(reader.content.get("file_exists_behavior") or "")
    if existing and existing not in EXISTING:
        reader.fail(("file_exists_behavior",), f"file_exists_behavior is {existing}; use one of {', '.join(EXISTING)}")
    return ServerSpec(reader.files(), reader.scripts(), existing)


def _task_set_options(properties: Mapping[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if network := properties.get("NetworkConfiguration"):
        own = network.get("AwsvpcConfiguration", {})
        names = {"Subnets": "subnets", "SecurityGroups": "securityGroups", "AssignPublicIp": "assignPublicIp"}
        options["networkConfiguration"] = {
            "awsvpcConfiguration": {names[name]: value for name, value in own.items() if name in names}
        }
    if version := properties.get("PlatformVersion"):
        options["platformVersion"] = str(version)
    return options


class _Reader:
    """The content of an AppSpec, with the tree of its nodes to tell lines."""

    def __init__(self, text: str) -> None:
        try:
            self._tree = yaml.compose(text, Loader=yaml.SafeLoader)
            content = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise AppSpecError(_problem(error)) from None
        if not isinstance(content, dict):
            raise AppSpecError("line 1: an AppSpec is a mapping that begins with `version: 0.0`")
        self.content: dict[str, Any] = content
        if str(self._get("version")) not in ("0.0", "0"):
            self.fail(("version",), f"version is {self._get('version')!r}; it must be 0.0")

    def fail(self, where: Sequence[str | int], reason: str) -> NoReturn:
        """Raise AppSpecError with the line of `where`, or of the nearest part above it that is there."""
        raise AppSpecError(f"line {_line(self._tree, where)}: {reason}")

    def resource(self, type_: str) -> tuple[dict[str, Any], tuple[str | int, ...]]:
        """Return the properties of the one resource, and where they are."""
        key, resources = self._named("Resources")
        if not isinstance(resources, list) or len(resources) != 1 or not isinstance(resources[0], dict):
            self.fail((key,), "Resources must be a list of exactly one resource")
        name, resource = next(iter(resources[0].items()))
        if not isinstance(resource, dict) or resource.get("Type") != type_:
            found = resource.get("Type") if isinstance(resource, dict) else resource
            self.fail((key, 0, name), f"the resource's Type is {found!r}; it must be {type_}")
        if not isinstance(resource.get("Properties"), dict):
            self.fail((key, 0, name), "the resource needs Properties")
        return resource["Properties"], (key, 0, name, "Properties")

    def functions(self, events: Sequence[str]) -> dict[str, str]:
        """Return the function of each hook (`- AfterInstall: "name"`)."""
        key, hooks = self._named("Hooks")
        if not isinstance(hooks or [], list):
            self.fail((key,), "Hooks must be a list of `- Event: function`")
        found: dict[str, str] = {}
        for number, hook in enumerate(hooks or []):
            if not isinstance(hook, dict) or len(hook) != 1:
                self.fail((key, number), "a hook is one `Event: function`")
            ((event, function),) = hook.items()
            if event not in events:
                self.fail((key, number), f"{event} is no hook of this platform; these are: {', '.join(events)}")
            found[event] = str(function)
        return found

    def files(self) -> list[FileCopy]:
        """Return the section `files`."""
        listed = self.content.get("files") or []
        if not isinstance(listed, list):
            self.fail(("files",), "files must be a list of `source` and `destination`")
        copies = []
        for number, entry in enumerate(listed):
            if not isinstance(entry, dict) or not entry.get("source") or not entry.get("destination"):
                self.fail(("files", number), "an entry of files needs source and destination")
            copies.append(FileCopy(str(entry["source"]), str(entry["destination"])))
        return copies

    def scripts(self) -> dict[str, list[Script]]:
        """Return the section `hooks`."""
        hooks = self.content.get("hooks") or {}
        if not isinstance(hooks, dict):
            self.fail(("hooks",), "hooks must be a mapping of lifecycle events to lists of scripts")
        return {str(event): self._scripts(str(event), listed) for event, listed in hooks.items()}

    def _scripts(self, event: str, listed: Any) -> list[Script]:
        if event not in (*SERVER_HOOKS, *TRAFFIC_HOOKS):
            self.fail(("hooks", event), f"{event} is no event with scripts; these are: {', '.join(SERVER_HOOKS)}")
        if not isinstance(listed, list):
            self.fail(("hooks", event), f"{event} must be a list of scripts")
        scripts = [self._script(event, number, entry) for number, entry in enumerate(listed)]
        if sum(script.timeout for script in scripts) > LONGEST and len(scripts) > 1:
            self.fail(("hooks", event), f"the timeouts of {event} sum up to more than {LONGEST} seconds")
        return scripts

    def _script(self, event: str, number: int, entry: Any) -> Script:
        where = ("hooks", event, number)
        if not isinstance(entry, dict) or not entry.get("location"):
            self.fail(where, f"a script of {event} needs location")
        timeout = entry.get("timeout", LONGEST)
        if not str(timeout).isdigit() or not 0 < int(timeout) <= LONGEST:
            self.fail((*where, "timeout"), f"timeout is {timeout!r}; it must be from 1 to {LONGEST} seconds")
        return Script(str(entry["location"]), int(timeout), str(entry.get("runas") or ""))

    def _named(self, name: str) -> tuple[str, Any]:
        """AWS reads these sections with a capital and without."""
        key = name if name in self.content else name[:1].lower() + name[1:]
        return key, self.content.get(key)

    def _get(self, name: str) -> Any:
        return self._named(name[:1].upper() + name[1:])[1]


def _line(node: Any, where: Sequence[str | int]) -> int:
    line = node.start_mark.line + 1 if node else 1
    for step in where:
        found = _below(node, step)
        if found is None:
            break
        node, line = found
    return int(line)


def _below(node: Any, step: str | int) -> tuple[Any, int] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step], node.value[step].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark.line + 1
    return None


def _problem(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else f"line 1: {problem}"
