"""Lets somebody else answer the layer operations of the base's ECR, which answers them without keeping a byte."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..scope import Scope
from ..service import ServiceError

Request = dict[str, Any]
Operation = Callable[[Scope, Request], Request]


def answer_layers(operations: Mapping[str, Operation]) -> None:
    """Have `operations`, by their names in the API, answer from now on; each finds its repository there already."""
    from ministack.services import ecr

    for name, operation in operations.items():
        setattr(ecr, _HANDLERS[name], _answering(ecr, operation))


_HANDLERS = {
    "InitiateLayerUpload": "_initiate_layer_upload",
    "UploadLayerPart": "_upload_layer_part",
    "CompleteLayerUpload": "_complete_layer_upload",
    "BatchCheckLayerAvailability": "_batch_check_layer_availability",
    "GetDownloadUrlForLayer": "_get_download_url_for_layer",
}


def _answering(ecr: Any, operation: Operation) -> Callable[[Request], Any]:
    """Return `operation` in the form of the base's own: it takes a request and gives a response of the base."""

    def answer(request: Request) -> Any:
        scope, repository = Scope(ecr.get_account_id(), ecr.get_region()), request.get("repositoryName", "")
        if repository not in ecr._repositories:
            message = f"The repository with name '{repository}' does not exist in the registry {scope.account}."
            return ecr.error_response_json("RepositoryNotFoundException", message, 400)
        try:
            return ecr.json_response(operation(scope, request))
        except ServiceError as error:
            return ecr.error_response_json(error.code, error.message, 400)

    return answer
