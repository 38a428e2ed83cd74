"""All that is stored of pipelines, and the bell that rings when any of it changes."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from ..cloud import Cloud
from ..scope import Scope
from ..service import ServiceError
from .model import ActionRun, Document, Execution, Pipeline, RuleRun


class Records:
    """Collections of pipelines, executions and action runs. Whoever waits for a change waits on `bell`."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.bell = threading.Condition()
        self.pipelines = cloud.store.collection("codepipeline.pipeline", Pipeline)
        self.versions = cloud.store.collection("codepipeline.version", Pipeline)
        self.executions = cloud.store.collection("codepipeline.execution", Execution)
        self.runs = cloud.store.collection("codepipeline.action", ActionRun)
        self.rules = cloud.store.collection("codepipeline.rule", RuleRun)

    def ring(self) -> None:
        """Wake everybody who waits for a change."""
        with self.bell:
            self.bell.notify_all()

    def pipeline(self, scope: Scope, name: str) -> Pipeline:
        """Return the pipeline. Raises PipelineNotFoundException."""
        found = self.pipelines.get(scope, name)
        if found is None:
            raise ServiceError("PipelineNotFoundException", f"The account {scope.account} has no pipeline {name}.")
        return found

    def at_version(self, scope: Scope, name: str, version: int) -> Pipeline:
        """Return the pipeline as it was in `version`. Raises PipelineVersionNotFoundException."""
        found = self.versions.get(scope, f"{name}/{version:06}")
        if found is None:
            raise ServiceError("PipelineVersionNotFoundException", f"Pipeline {name} has no version {version}.")
        return found

    def keep(self, scope: Scope, pipeline: Pipeline) -> None:
        """Write a new version of a pipeline."""
        self.pipelines.put(scope, pipeline.name, pipeline)
        self.versions.put(scope, f"{pipeline.name}/{pipeline.version:06}", pipeline)

    def execution(self, scope: Scope, pipeline: str, id_: str) -> Execution:
        """Return an execution. Raises PipelineExecutionNotFoundException."""
        found = self.executions.get(scope, f"{pipeline}/{id_}")
        if found is None:
            raise ServiceError("PipelineExecutionNotFoundException", f"Pipeline {pipeline} has no execution {id_}.")
        return found

    def place(self, scope: Scope, execution: Execution) -> str:
        """Return the name of the stage that the execution is in or waits for."""
        structure = self.at_version(scope, execution.pipeline, execution.version)
        return str(structure.stages[execution.position]["name"])

    def of(self, scope: Scope, pipeline: str) -> Sequence[Execution]:
        """Return the executions of a pipeline, the oldest first."""
        return self.executions.list(scope, f"{pipeline}/")

    def live(self, scope: Scope, pipeline: str) -> list[Execution]:
        """Return the executions that are not over."""
        return [execution for execution in self.of(scope, pipeline) if execution.live]

    def save(self, scope: Scope, execution: Execution) -> None:
        """Write an execution."""
        execution.updated = self.cloud.clock.now()
        self.executions.put(scope, execution.key, execution)

    def save_run(self, scope: Scope, run: ActionRun) -> None:
        """Write the run of an action."""
        run.updated = self.cloud.clock.now()
        self.runs.put(scope, run.key, run)

    def run(self, scope: Scope, pipeline: str, id_: str) -> ActionRun | None:
        """Return the run of an action."""
        return self.runs.get(scope, f"{pipeline}/{id_}")

    def declared(self, scope: Scope, run: ActionRun) -> Document:
        """Return the declaration of the action that ran, in the version of the pipeline that ran it."""
        stages = self.at_version(scope, run.pipeline, run.version).stages
        stage = next(stage for stage in stages if stage["name"] == run.stage)
        return dict(next(action for action in stage["actions"] if action["name"] == run.action))

    def runs_of(self, scope: Scope, pipeline: str) -> Sequence[ActionRun]:
        """Return all runs of actions of a pipeline, the oldest first."""
        return self.runs.list(scope, f"{pipeline}/")

    def save_rule(self, scope: Scope, run: RuleRun) -> None:
        """Write the run of a rule."""
        run.updated = self.cloud.clock.now()
        self.rules.put(scope, run.key, run)

    def rules_of(self, scope: Scope, pipeline: str) -> Sequence[RuleRun]:
        """Return all runs of rules of a pipeline, the oldest first."""
        return self.rules.list(scope, f"{pipeline}/")

    def declared_rule(self, scope: Scope, run: RuleRun) -> Document:
        """Return the declaration of the rule that ran, in the version of the pipeline that ran it."""
        stages = self.at_version(scope, run.pipeline, run.version).stages
        stage = next(stage for stage in stages if stage["name"] == run.stage)
        rules = stage[run.condition]["conditions"][0]["rules"]
        return dict(next(rule for rule in rules if rule["name"] == run.rule))

    def forget(self, scope: Scope, pipeline: str) -> None:
        """Drop a pipeline and its history."""
        with self.cloud.store.transaction():
            for execution in self.of(scope, pipeline):
                self.executions.delete(scope, execution.key)
            for run in self.runs_of(scope, pipeline):
                self.runs.delete(scope, run.key)
            for rule in self.rules_of(scope, pipeline):
                self.rules.delete(scope, rule.key)
            for version in self.versions.list(scope, f"{pipeline}/"):
                self.versions.delete(scope, f"{pipeline}/{version.version:06}")
            self.pipelines.delete(scope, pipeline)
