"""The private parts of the base that we lean on, checked at start: a new version that moved one is named at once."""

from __future__ import annotations

import importlib

_NEEDED = {
    "ministack.app": ("app", "SERVICE_HANDLERS", "SERVICE_NAME_ALIASES", "_build_persistence_save_dict"),
    "ministack.core.persistence": ("save_state", "load_state"),
    "ministack.core.responses": (
        "AccountScopedDict",
        "AccountRegionScopedDict",
        "get_account_id",
        "get_region",
        "request_scope",
        "_BOTOCORE_NAME",
        "_service_model",
        "set_request_account_id",
    ),
    "ministack.core.router": ("detect_service",),
    "ministack.core.sigv4": (
        "parse_header_signature",
        "parse_query_signature",
        "header_signature_failure",
        "request_time_failure",
        "presigned_request_is_expired",
    ),
}
_NEEDED_WHEN_USED = {
    "ministack.services.cloudformation.provisioners": (
        "_RESOURCE_HANDLERS",
        "_REPLACING_PROPERTIES",
        "_CUSTOM_NAME_REPLACEMENT",
        "_STACK_TAG_PROPERTY",
        "_rename_replacement",
        "_physical_name",
    ),
    "ministack.services.cloudformation": ("_change_sets", "_stacks"),
    "ministack.services.cloudformation.engine": ("_evaluate_conditions", "_resolve_refs"),
    "ministack.services.cloudformation.handlers": (
        "_ACTION_HANDLERS",
        "_delete_stack_async",
        "_deploy_stack_async",
        "_p",
        "_resolve_stack",
        "_xml",
    ),
    "ministack.services.cloudformation.helpers": ("_error",),
    "ministack.services.cloudformation.stacks": ("_add_event", "_runs_on_worker_thread", "_sends_back_failed_update"),
    "ministack.services.cloudformation.changesets": ("_IMPORT_LOOKUPS", "_IMPORT_NOT_FOUND", "_deploy_stack_async"),
    "ministack.services.cloudformation.drift": ("_DRIFT_READERS",),
    "ministack.services.cloudwatch": (
        "record_metric",
        "first_alarm_time",
        "cloudformation_put_metric_alarm",
        "cloudformation_delete_metric_alarm",
    ),
    "ministack.services.cloudwatch_logs": ("_append_log_events", "_log_groups"),
    "ministack.services.ecr": (
        "_repositories",
        "_initiate_layer_upload",
        "_upload_layer_part",
        "_complete_layer_upload",
        "_batch_check_layer_availability",
        "_get_download_url_for_layer",
        "get_account_id",
        "get_region",
        "json_response",
        "error_response_json",
    ),
    "ministack.services.eventbridge": ("_put_events", "_invoke_target", "_pattern_event_view", "_rules", "_targets"),
    "ministack.services.lambda_svc": (
        "execution_credentials",
        "_invoke",
        "_get_func_record_for_ref",
        "_get_func_record_for_qualifier",
        "_functions",
        "_qp_first",
        "_schedule_state_transition",
        "load_persisted_state",
    ),
    "ministack.core.lambda_runtime": ("execution_credentials", "_account_region_from_function_config"),
    "ministack.services.iam": ("_access_keys",),
    "ministack.services.sts": ("_sessions",),
}


class BaseChanged(RuntimeError):
    """The installed MiniStack lacks a part that the adapter needs."""


def missing_parts(*, thorough: bool = False) -> list[str]:
    """Return the names that the installed base lacks; `thorough` also loads the services that start lazily."""
    needed = {**_NEEDED, **(_NEEDED_WHEN_USED if thorough else {})}
    return [
        f"{module}.{name}"
        for module, names in needed.items()
        for name in names
        if not hasattr(importlib.import_module(module), name)
    ]


def verify() -> None:
    """Raise BaseChanged, naming what is missing, unless the base looks as expected."""
    if missing := missing_parts():
        raise BaseChanged(
            f"The installed ministack has no {', '.join(missing)}. The workbook needs the version pinned in"
            " requirements.lock: run `python3 run.py setup`."
        )
