"""Source revisions that a start chooses instead of the newest ones.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_SourceRevisionOverride.html
"""

from __future__ import annotations

from collections.abc import Sequence

from ..service import ServiceError
from .model import Document, Pipeline

_KINDS = {"CodeCommit": ("COMMIT_ID",), "S3": ("S3_OBJECT_VERSION_ID", "S3_OBJECT_KEY")}


def chosen(pipeline: Pipeline, given: Sequence[Document]) -> dict[str, dict[str, str]]:
    """Return, per source action, the chosen revisions by their kind. Raises ValidationException."""
    found: dict[str, dict[str, str]] = {}
    for revision in given:
        action = _source(pipeline, revision["actionName"])
        _check_kind(action, revision["revisionType"])
        found.setdefault(action["name"], {})[revision["revisionType"]] = revision["revisionValue"]
    return found


def _source(pipeline: Pipeline, name: str) -> Document:
    sources: list[Document] = pipeline.stages[0]["actions"]
    found = next((action for action in sources if action["name"] == name), None)
    if found is None:
        there = ", ".join(action["name"] for action in sources)
        raise _invalid(f"{name} is no source action of {pipeline.name}; its sources are {there}.")
    return found


def _check_kind(action: Document, kind: str) -> None:
    provider = action["actionTypeId"]["provider"]
    kinds = _KINDS[provider]
    if kind not in kinds:
        raise _invalid(f"A {provider} source takes a revision of the type {' or '.join(kinds)}, not {kind}.")
    allowed = action["configuration"].get("AllowOverrideForS3ObjectKey", "false").lower() == "true"
    if kind == "S3_OBJECT_KEY" and not allowed:
        raise _invalid(f"The source {action['name']} does not have AllowOverrideForS3ObjectKey true.")


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
