"""Botocore's description of a service, loaded once for each service and process.

Only the models inside botocore are read: a user's own in ~/.aws/models would change how the local cloud answers.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

_models: dict[str, ServiceModel] = {}
_lock = threading.Lock()


def load_model(service: str) -> ServiceModel:
    """Return the model of `service`, a name as boto3 has it ("codecommit").

    Raises botocore.exceptions.UnknownServiceError if botocore has no such service.
    """
    model = _models.get(service)
    if model is None:
        with _lock:
            model = _models.get(service) or _read(service)
            _models[service] = model
    return model


def _read(service: str) -> ServiceModel:
    from botocore.model import ServiceModel

    return ServiceModel(_loader().load_service_model(service, "service-2"), service)


@lru_cache(1)
def _loader() -> Any:
    import botocore
    from botocore.loaders import Loader

    data = Path(botocore.__file__).parent / "data"
    return Loader(extra_search_paths=[str(data)], include_default_search_paths=False)


def find_operation(model: ServiceModel, name: str) -> OperationModel | None:
    """Return the operation that AWS calls `name` ("CreateRepository"), or None if the service has none."""
    from botocore.model import OperationNotFoundError

    try:
        return model.operation_model(name)
    except OperationNotFoundError:
        return None
