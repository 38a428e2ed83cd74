"""Gives the base our models of AWS's services: for its own it would begin a session of botocore and read them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol.model import load_model

if TYPE_CHECKING:
    from botocore.model import ServiceModel


def share_models() -> None:
    """Let the base look up in our models what type of content a service answers with."""
    from ministack.core import responses

    def model_of(service: str) -> ServiceModel | None:
        from botocore.exceptions import UnknownServiceError

        try:
            return load_model(responses._BOTOCORE_NAME.get(service, service))
        except UnknownServiceError:
            return None

    responses._service_model = model_of
