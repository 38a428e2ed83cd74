"""What the store keeps of pipelines, their executions and the runs of their actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Document = dict[str, Any]


@dataclass
class Disabled:
    """Why nothing may enter a stage, and since when."""

    reason: str
    since: datetime


@dataclass
class Pipeline:
    """A pipeline: its structure in the API's own form (PipelineDeclaration) and what is set beside it."""

    name: str
    version: int
    declaration: Document
    created: datetime
    updated: datetime
    tags: dict[str, str] = field(default_factory=dict)
    disabled: dict[str, Disabled] = field(default_factory=dict)

    @property
    def stages(self) -> list[Document]:
        stages: list[Document] = self.declaration["stages"]
        return stages


@dataclass
class ArtifactRef:
    """Where an artifact's bytes are. `sha256` lets everybody see that they are the same all along."""

    name: str
    bucket: str
    key: str
    sha256: str = ""


@dataclass
class Revision:
    """What a source action took."""

    action: str
    id: str
    summary: str = ""
    url: str = ""
    artifact: str = ""


@dataclass
class ConditionRun:
    """How a condition of a stage goes; `rules` names, per rule, its run. It is over once it is not InProgress."""

    changed: datetime
    status: str = "InProgress"
    summary: str = ""
    rules: dict[str, str] = field(default_factory=dict)


# What lets an execution go on, as a condition's status.
PASSED = ("Succeeded", "Overridden")


@dataclass
class StageRun:
    """How a stage goes in one execution.

    `actions` names, per action, its last run; `conditions` holds, per kind (beforeEntry, onSuccess, onFailure), how it
    went; `retries` counts them by their trigger, of which `latest_retry` is the last.
    """

    name: str
    status: str
    actions: dict[str, str] = field(default_factory=dict)
    conditions: dict[str, ConditionRun] = field(default_factory=dict)
    retries: dict[str, int] = field(default_factory=dict)
    latest_retry: str = ""


@dataclass
class Execution:
    """One execution of a pipeline. `position` is the stage it is in or waits for (`waiting`).

    `chosen` holds, per source action, the revisions (by their kind) that a start asked for; `attempt` counts retries.
    One of `type` ROLLBACK runs a single stage with what the execution `target` had.
    """

    id: str
    pipeline: str
    version: int
    number: int
    started: datetime
    updated: datetime
    trigger_type: str
    trigger_detail: str
    mode: str
    status: str = "InProgress"
    summary: str = ""
    position: int = 0
    waiting: bool = True
    variables: dict[str, str] = field(default_factory=dict)
    namespaces: dict[str, dict[str, str]] = field(default_factory=dict)
    artifacts: dict[str, ArtifactRef] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)
    stages: list[StageRun] = field(default_factory=list)
    stop_reason: str | None = None
    abandon: bool = False
    token: str = ""
    attempt: int = 1
    chosen: dict[str, dict[str, str]] = field(default_factory=dict)
    type: str = "STANDARD"
    target: str = ""

    @property
    def key(self) -> str:
        return f"{self.pipeline}/{self.id}"

    @property
    def live(self) -> bool:
        return self.status in ("InProgress", "Stopping")

    def stage(self, name: str) -> StageRun | None:
        return next((stage for stage in self.stages if stage.name == name), None)


@dataclass
class ActionRun:
    """One run of an action in an execution; a retry makes another."""

    id: str
    pipeline: str
    execution: str
    version: int
    stage: str
    action: str
    started: datetime
    updated: datetime
    status: str = "InProgress"
    configuration: dict[str, str] = field(default_factory=dict)
    inputs: list[ArtifactRef] = field(default_factory=list)
    outputs: list[ArtifactRef] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    namespace: str = ""
    external_id: str = ""
    external_url: str = ""
    summary: str = ""
    error_code: str = ""
    error_message: str = ""
    token: str = ""
    updated_by: str = ""
    answer: str = ""
    continuation: str = ""

    @property
    def key(self) -> str:
        return f"{self.pipeline}/{self.id}"


@dataclass
class RuleRun:
    """One check of a rule of a stage's condition (of the kind `condition`)."""

    id: str
    pipeline: str
    execution: str
    version: int
    stage: str
    condition: str
    rule: str
    started: datetime
    updated: datetime
    status: str = "InProgress"
    configuration: dict[str, str] = field(default_factory=dict)
    external_id: str = ""
    summary: str = ""
    error_code: str = ""
    error_message: str = ""
    answer: str = ""

    @property
    def key(self) -> str:
        return f"{self.pipeline}/{self.id}"


def split_key(key: str) -> tuple[str, str]:
    """Return the pipeline and the id in the key of an execution."""
    pipeline, _, id_ = key.partition("/")
    return pipeline, id_
