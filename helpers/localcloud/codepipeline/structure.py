"""Holds a pipeline's structure against the rules.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..service import ServiceError
from . import configuration, variables
from .conditions import declared as conditions
from .providers import PROVIDERS, type_of

_NAME = re.compile(r"[A-Za-z0-9.@\-_]{1,100}")
_ARTIFACT = re.compile(r"[A-Za-z0-9_\-]{1,100}")
_NAMESPACE = re.compile(r"[A-Za-z0-9@\-_]{1,100}")
MODES = ("SUPERSEDED", "QUEUED", "PARALLEL")
MAX_ACTIONS = 50
MAX_VALUE = 1000
_UNMODELLED = ("commands", "outputVariables", "environmentVariables", "region")

Document = dict[str, Any]


def check(declaration: Document) -> None:
    """Raise the API's error, with a sentence, for the first rule that `declaration` breaks."""
    if not _NAME.fullmatch(declaration["name"]):
        raise _structure(f"'{declaration['name']}' cannot name a pipeline: 1 to 100 letters, digits and .@-_")
    _check_store(declaration)
    stages = declaration["stages"]
    if len(stages) < 2:
        raise _structure(
            "A pipeline needs at least two stages: one with sources and one that does something with them."
        )
    _unique([stage["name"] for stage in stages], "stage", _structure)
    for number, stage in enumerate(stages):
        _check_stage(stage, first=number == 0)
    _check_type(declaration)
    _check_artifacts(declaration)
    _check_references(declaration)
    conditions.check(declaration)


def _check_store(declaration: Document) -> None:
    store = declaration.get("artifactStore")
    if not store or declaration.get("artifactStores"):
        raise _structure("Exactly one artifactStore is needed; stores for several regions are not modelled.")
    if store.get("type") != "S3" or not store.get("location"):
        raise _structure("The artifactStore must be of type S3 with the name of a bucket as location.")
    mode = declaration.get("executionMode", "SUPERSEDED")
    if mode != "SUPERSEDED" and declaration.get("pipelineType", "V1") != "V2":
        raise _structure(f"The execution mode {mode} needs a pipeline of type V2.")
    if declaration.get("triggers"):
        raise _structure("Triggers are for connections to hosted repositories, which the local cloud does not have.")


def _check_stage(stage: Document, *, first: bool) -> None:
    name = stage["name"]
    if not _NAME.fullmatch(name):
        raise _stage(f"'{name}' cannot name a stage: 1 to 100 letters, digits and .@-_")
    if stage.get("blockers"):
        raise ServiceError(
            "InvalidBlockerDeclarationException",
            f"Stage {name}: blockers are reserved by AWS for future use; leave them out.",
        )
    actions = stage["actions"]
    if not 1 <= len(actions) <= MAX_ACTIONS:
        raise _stage(f"Stage {name} has {len(actions)} actions; 1 to {MAX_ACTIONS} are allowed.")
    _unique([action["name"] for action in actions], f"action of stage {name}", _stage)
    for action in actions:
        _check_action(action, name)
        source = action["actionTypeId"]["category"] == "Source"
        if source and not first:
            raise _stage(f"Stage {name}: source actions can only be in the first stage.")
        if first and not source:
            raise _stage(f"Stage {name} is the first and can only have source actions; {action['name']} is none.")


def _check_type(declaration: Document) -> None:
    if declaration.get("pipelineType", "V1") == "V2":
        return
    for _, _, action in in_order(declaration):
        if PROVIDERS[type_of(action)].v2_only:
            raise _action(f"Action {action['name']} ({type_of(action)}) needs a pipeline of type V2.")


def _check_action(action: Document, stage: str) -> None:
    where = f"Action {action['name']} of stage {stage}"
    if not _NAME.fullmatch(action["name"]):
        raise _action(f"{where}: a name has 1 to 100 letters, digits and .@-_")
    provider = PROVIDERS.get(type_of(action))
    if provider is None:
        raise _action(f"{where} has the type {type_of(action)}, which is none of {', '.join(sorted(PROVIDERS))}.")
    given = action.get("configuration", {})
    missing = [key for key in provider.required if not given.get(key)]
    if missing:
        raise _action(f"{where}: the configuration lacks {', '.join(missing)}.")
    unknown = [key for key in given if key not in (*provider.required, *provider.optional)]
    if unknown:
        raise _action(f"{where}: {', '.join(unknown)} is not known in the configuration of {provider.name}.")
    for key, value in given.items():
        if len(value) > MAX_VALUE:
            raise _action(f"{where}: the value of {key} has {len(value)} characters; {MAX_VALUE} are allowed.")
    _check_count(action, where, "inputArtifacts", provider.inputs)
    _check_count(action, where, "outputArtifacts", provider.outputs)
    _check_modelled(action, where)
    if (namespace := action.get("namespace")) and not _NAMESPACE.fullmatch(namespace):
        raise _action(f"{where}: '{namespace}' cannot be a namespace.")


def _check_modelled(action: Document, where: str) -> None:
    for key in _UNMODELLED:
        if action.get(key):
            raise _action(f"{where}: {key} is not modelled.")
    if action.get("timeoutInMinutes") and action["actionTypeId"]["provider"] != "Manual":
        raise _action(f"{where}: only a manual approval can have timeoutInMinutes.")
    if problem := configuration.problem(action):
        raise _action(f"{where}: {problem}")


def _check_count(action: Document, where: str, key: str, allowed: tuple[int, int]) -> None:
    artifacts = action.get(key, [])
    least, most = allowed
    if not least <= len(artifacts) <= most:
        expected = f"{least}" if least == most else f"{least} to {most}"
        raise _action(f"{where} has {len(artifacts)} {key}; {expected} expected.")
    for artifact in artifacts:
        if not _ARTIFACT.fullmatch(artifact["name"]):
            raise _action(f"{where}: '{artifact['name']}' cannot name an artifact.")


def in_order(declaration: Document) -> Iterator[tuple[int, int, Document]]:
    """Yield (stage number, runOrder, action) in the order in which actions run."""
    for number, stage in enumerate(declaration["stages"]):
        for action in sorted(stage["actions"], key=lambda action: action.get("runOrder", 1)):
            yield number, action.get("runOrder", 1), action


def _check_artifacts(declaration: Document) -> None:
    produced: dict[str, tuple[int, int]] = {}
    for stage, order, action in in_order(declaration):
        for artifact in action.get("outputArtifacts", []):
            if artifact["name"] in produced:
                raise _structure(f"The artifact {artifact['name']} is the output of more than one action.")
            produced[artifact["name"]] = (stage, order)
    for stage, order, action in in_order(declaration):
        for artifact in action.get("inputArtifacts", []):
            if produced.get(artifact["name"], (stage, order)) >= (stage, order):
                raise _structure(
                    f"Action {action['name']} takes the artifact {artifact['name']}, which no earlier action gives."
                )


def _check_references(declaration: Document) -> None:
    """Variables are resolved when an action runs, so they can only come from actions that ran before it."""
    declared = {variable["name"] for variable in declaration.get("variables", [])}
    _check_variables(declaration)
    given: dict[str, tuple[int, int, str]] = {}
    for stage, order, action in in_order(declaration):
        if namespace := action.get("namespace"):
            if namespace in given or namespace in variables.RESERVED:
                raise _structure(f"The namespace {namespace} is used twice or reserved.")
            given[namespace] = (stage, order, action["name"])
    for stage, order, action in in_order(declaration):
        if broken := variables.malformed(action.get("configuration", {})):
            raise _action(
                f"Action {action['name']} uses {broken}: a reference is a namespace and a key separated by a period"
                " (.), like #{variables.name}."
            )
        for namespace, key in variables.references(action.get("configuration", {})):
            _check_reference(action, namespace, key, declared, given, (stage, order))


def _check_variables(declaration: Document) -> None:
    given = declaration.get("variables", [])
    if given and declaration.get("pipelineType", "V1") != "V2":
        raise _structure("Variables of a pipeline need a pipeline of type V2.")
    _unique([variable["name"] for variable in given], "variable", _structure)
    for variable in given:
        default = variable.get("defaultValue", "")
        if "#{" in default:
            raise _structure(
                f"The variable {variable['name']} has the default '{default}': a default is a plain value. It cannot"
                " use other variables, so that none can depend on itself."
            )
        if default and not variables.is_value(default):
            raise _structure(f"'{default}' cannot be a default (variable {variable['name']}): {variables.VALUES}")


def _check_reference(
    action: Document,
    namespace: str,
    key: str,
    declared: set[str],
    given: dict[str, tuple[int, int, str]],
    place: tuple[int, int],
) -> None:
    what = f"Action {action['name']} uses #{{{namespace}.{key}}}"
    if action["actionTypeId"]["category"] == "Source":
        raise _action(f"{what}, but source actions run first and cannot use variables.")
    if namespace == "codepipeline":
        if key not in variables.OWN:
            raise _action(f"{what}, but codepipeline has only {', '.join(variables.OWN)}.")
        return
    if namespace == "variables":
        if key not in declared:
            raise _action(f"{what}, but the pipeline declares no variable {key}.")
    elif namespace not in given:
        raise _action(f"{what}, but no action has the namespace {namespace}.")
    elif given[namespace][:2] >= place:
        raise _action(
            f"{what}, which {given[namespace][2]} gives only at the same time or later: a variable must come from an"
            " action that has run before, so a circle can never be resolved."
        )


def _unique(names: list[str], what: str, error: Any) -> None:
    for name in names:
        if names.count(name) > 1:
            raise error(f"More than one {what} is called {name}.")


def _structure(message: str) -> ServiceError:
    return ServiceError("InvalidStructureException", message)


def _stage(message: str) -> ServiceError:
    return ServiceError("InvalidStageDeclarationException", message)


def _action(message: str) -> ServiceError:
    return ServiceError("InvalidActionDeclarationException", message)
