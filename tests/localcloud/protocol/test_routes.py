"""Which protocol, and in REST which operation, a request is for."""

from __future__ import annotations

import pytest

from helpers.localcloud.protocol import HttpRequest, load_model, protocol_for


def _request(method: str, target: str, **headers: str) -> HttpRequest:
    raw, _, query = target.partition("?")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpRequest(method, raw, raw, query, named, b"")


@pytest.mark.parametrize(
    ("request_", "protocol"),
    [
        (_request("POST", "/service/X/operation/Y", smithy_protocol="rpc-v2-cbor"), "smithy-rpc-v2-cbor"),
        (_request("POST", "/", x_amz_target="GraniteServiceVersion20100801.ListMetrics"), "json"),
        (_request("POST", "/", content_type="application/x-www-form-urlencoded; charset=utf-8"), "query"),
        (_request("GET", "/?Action=ListMetrics&Version=2010-08-01"), "query"),
        (_request("GET", "/"), "smithy-rpc-v2-cbor"),
    ],
)
def test_cloudwatch_is_spoken_to_in_three_protocols(request_: HttpRequest, protocol: str) -> None:
    assert protocol_for(load_model("cloudwatch"), request_).name == protocol


def test_a_hint_at_a_protocol_that_the_service_lacks_is_ignored() -> None:
    assert protocol_for(load_model("codecommit"), _request("GET", "/?Action=ListRepositories")).name == "json"
    assert protocol_for(load_model("xray"), _request("POST", "/", x_amz_target="A.B")).name == "rest-json"


@pytest.mark.parametrize(
    ("service", "method", "target", "operation", "params"),
    [
        ("lambda", "GET", "/2015-03-31/functions/", "ListFunctions", {}),
        ("lambda", "GET", "/2015-03-31/functions", "ListFunctions", {}),
        ("lambda", "GET", "/2015-03-31/functions/a%2Fb", "GetFunction", {"FunctionName": "a/b"}),
        ("lambda", "GET", "/2015-03-31/functions/f/configuration", "GetFunctionConfiguration", {"FunctionName": "f"}),
        ("apigateway", "POST", "/restapis?mode=import&failonwarnings=true", "ImportRestApi",
         {"failOnWarnings": True, "body": b""}),
        ("apigateway", "POST", "/restapis", "CreateRestApi", {}),
        ("apigateway", "GET", "/tags/arn%3Aaws%3Aapigateway", "GetTags", {"resourceArn": "arn:aws:apigateway"}),
    ],
)  # fmt: skip
def test_the_most_specific_template_wins(
    service: str, method: str, target: str, operation: str, params: dict[str, object]
) -> None:
    model, request = load_model(service), _request(method, target)
    protocol = protocol_for(model, request)
    found = protocol.operation_of(model, request)
    assert found.name == operation
    assert protocol.decode(found, request) == params


def test_a_greedy_label_takes_slashes() -> None:
    model = load_model("mediastore-data")
    request = _request("GET", "/videos/2024/a%20b.mp4")
    protocol = protocol_for(model, request)
    operation = protocol.operation_of(model, request)
    assert (operation.name, protocol.decode(operation, request)) == ("GetObject", {"Path": "videos/2024/a b.mp4"})


def test_a_model_is_loaded_once() -> None:
    assert load_model("codecommit") is load_model("codecommit")
