"""What botocore writes we read, and what we write botocore reads; for every operation of many services."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.localcloud.protocol import load_model
from tests.localcloud.protocol.examples import Examples
from tests.localcloud.protocol.oracle import SPOKEN, operations_of, protocol_named, read, request_for

SEEDS = ("one", "two", "three")


def _examples(operation: Any, protocol: str, seed: str) -> Examples:
    sparse = protocol != "query" and operation.service_model.metadata["protocol"] != "rest-json"
    return Examples(f"{operation.name}-{seed}", sparse=sparse)


@pytest.mark.parametrize(("service", "protocol"), SPOKEN)
def test_we_read_the_parameters_that_botocore_wrote(service: str, protocol: str) -> None:
    ours = protocol_named(service, protocol)
    assert ours.name == protocol
    for operation in operations_of(service):
        for seed in SEEDS:
            shape = operation.input_shape
            params = _examples(operation, protocol, seed).members(shape, all_of_them=seed == "one") if shape else {}
            request = request_for(operation, protocol, params)
            assert ours.operation_of(load_model(service), request).name == operation.name
            expected = _told_by_a_form(params) if protocol == "query" else params
            assert ours.decode(operation, request) == expected, (operation.name, seed, request)


def _told_by_a_form(params: dict[str, Any]) -> dict[str, Any]:
    """A structure without members leaves no trace in a form."""
    nested = {name: _told_by_a_form(value) if isinstance(value, dict) else value for name, value in params.items()}
    return {name: value for name, value in nested.items() if value != {}}


@pytest.mark.parametrize(("service", "protocol"), SPOKEN)
def test_botocore_reads_the_result_that_we_wrote(service: str, protocol: str) -> None:
    ours = protocol_named(service, protocol)
    for operation in operations_of(service):
        for seed in SEEDS:
            shape = operation.output_shape
            result = _examples(operation, protocol, seed).members(shape, all_of_them=seed == "one") if shape else {}
            response = ours.encode(operation, result, "the-id")
            parsed = read(operation, protocol, response)
            parsed.pop("ResponseMetadata", None)
            assert _comparable(parsed) == _comparable(_expected(shape, response.status, result)), (
                operation.name, seed, response,
            )  # fmt: skip


def _expected(shape: Any, status: int, result: dict[str, Any]) -> dict[str, Any]:
    """A member bound to the status is there even if the service has not set it."""
    members = shape.members.items() if shape else ()
    bound = {name: status for name, member in members if member.serialization.get("location") == "statusCode"}
    return result | bound


def _comparable(result: dict[str, Any]) -> dict[str, Any]:
    """Botocore gives an unstreamed payload as text, and has no way to tell an empty one from none."""
    return {name: value for name, value in result.items() if value not in ("", b"")}


@pytest.mark.parametrize(("service", "protocol"), SPOKEN)
def test_botocore_reads_every_error_of_the_model(service: str, protocol: str) -> None:
    ours = protocol_named(service, protocol)
    model = load_model(service)
    operation = next(operations_of(service))
    assert model.error_shapes
    for shape in model.error_shapes:
        text = "Something <is> & 'was' \"wrong\""
        response = ours.encode_error(shape.name, text, 400, "the-id")
        parsed = read(operation, protocol, response)
        assert parsed["Error"]["Code"] == shape.error_code, shape.name
        assert parsed["Error"]["Message"] == text, shape.name
        assert response.status == shape.metadata.get("error", {}).get("httpStatusCode", 400), shape.name


@pytest.mark.parametrize(("service", "protocol"), SPOKEN)
def test_botocore_reads_an_error_that_is_in_no_model(service: str, protocol: str) -> None:
    operation = next(operations_of(service))
    response = protocol_named(service, protocol).encode_error("MadeUpException", "No.", 418, "the-id")
    parsed = read(operation, protocol, response)
    assert (parsed["Error"]["Code"], parsed["Error"]["Message"]) == ("MadeUpException", "No.")
    assert response.status == 418


@pytest.mark.parametrize(("service", "protocol"), SPOKEN)
def test_botocore_reads_the_other_members_of_an_error(service: str, protocol: str) -> None:
    ours = protocol_named(service, protocol)
    model = load_model(service)
    operation = next(operations_of(service))
    for shape in model.error_shapes:
        members = Examples(shape.name, sparse=False).members(shape, all_of_them=True)
        extra = {name: value for name, value in members.items() if name.lower() not in ("message", "type", "code")}
        response = ours.encode_error(shape.name, "No.", 400, "the-id", operation, extra)
        parsed = read(operation, protocol, response, shape)
        assert {name: parsed.get(name) for name in extra} == extra, shape.name


@pytest.mark.parametrize(("service", "protocol"), SPOKEN)
def test_none_is_left_out(service: str, protocol: str) -> None:
    ours = protocol_named(service, protocol)
    operation = next(op for op in operations_of(service) if op.output_shape and op.output_shape.members)
    response = ours.encode(operation, dict.fromkeys(operation.output_shape.members))
    parsed = read(operation, protocol, response)
    parsed.pop("ResponseMetadata", None)
    assert {name for name, value in parsed.items() if not isinstance(value, int)} == set()
