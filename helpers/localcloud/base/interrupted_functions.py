"""Ends updates of Lambda functions that a stop of the local cloud cut off: the base would leave them in progress for
ever, and with them all who wait for the function."""

from __future__ import annotations

from typing import Any

# Seconds; as long as the base itself lets an update take.
_UPDATE = 0.5


def resume_updates() -> None:
    """Have every function that is found `Pending` or `InProgress` after a start come to the end of its update."""
    from ministack.services import lambda_svc

    load = lambda_svc.load_persisted_state

    def load_and_resume(data: Any) -> None:
        load(data)
        _resume(lambda_svc)

    lambda_svc.load_persisted_state = load_and_resume


def _resume(lambda_svc: Any) -> None:
    from ministack.core.responses import request_scope

    for (account, region, name), function in list(lambda_svc._functions._data.items()):
        configs = [part.get("config", {}) for part in (function, *function.get("versions", {}).values())]
        if any(
            config.get("State") == "Pending" or config.get("LastUpdateStatus") == "InProgress" for config in configs
        ):
            with request_scope(account, region):
                lambda_svc._schedule_state_transition(name, _UPDATE)


def _is_under_way(config: dict[str, Any]) -> bool:
    return config.get("State") == "Pending" or config.get("LastUpdateStatus") == "InProgress"
