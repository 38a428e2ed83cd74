"""Real boto3 clients against our protocols: the request is answered in this process, in place of the network."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError

from helpers.localcloud.protocol import Call, HttpRequest, HttpResponse, load_model, protocol_for, validate_output
from tests.localcloud.protocol.oracle import protocol_named, read

Answer = Callable[[Call], HttpResponse]


class _Raw:
    """The body as urllib3 gives it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self._body]

    def read(self, *_: Any, **__: Any) -> bytes:
        body, self._body = self._body, b""
        return body


def _received(prepared: Any) -> HttpRequest:
    url = urlsplit(prepared.url)
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in prepared.headers.items()
    }
    body = prepared.body or b""
    content = body if isinstance(body, (bytes, bytearray)) else body.encode() if isinstance(body, str) else body.read()
    return HttpRequest(prepared.method, unquote(url.path), url.path, url.query, headers, bytes(content))


def client(service: str, answer: Answer, **config: Any) -> Any:
    """Return a boto3 client of `service` whose every request is answered by `answer`."""
    session = boto3.session.Session("111122223333", "secret", region_name="us-east-1")
    settings = Config(retries={"max_attempts": 0}, **config)
    made = session.client(service, endpoint_url="http://127.0.0.1:9", config=settings)

    def respond(request: Any, **_: Any) -> AWSResponse:
        model = load_model(service)
        received = _received(request)
        protocol = protocol_for(model, received)
        operation = protocol.operation_of(model, received)
        response = answer(Call(operation, protocol.decode(operation, received), protocol))
        headers = {**response.headers, "x-amzn-requestid": "the-id"}
        return AWSResponse(request.url, response.status, headers, _Raw(response.body))

    made.meta.events.register("before-send", respond)
    return made


def _failing(code: str, status: int = 400, **extra: Any) -> Answer:
    return lambda call: call.protocol.encode_error(code, "It failed.", status, "the-id", call.operation, extra)


@pytest.mark.parametrize(
    ("service", "method", "params", "code"),
    [
        ("codecommit", "get_repository", {"repositoryName": "x"}, "RepositoryDoesNotExistException"),
        ("codebuild", "start_build", {"projectName": "x"}, "ResourceNotFoundException"),
        ("codepipeline", "get_pipeline", {"name": "x"}, "PipelineNotFoundException"),
        ("elbv2", "describe_load_balancers", {}, "LoadBalancerNotFoundException"),
        ("xray", "get_sampling_rules", {}, "ThrottledException"),
        ("lambda", "get_function", {"FunctionName": "x"}, "ResourceNotFoundException"),
        ("cloudwatch", "get_dashboard", {"DashboardName": "x"}, "ResourceNotFoundException"),
        ("sqs", "get_queue_url", {"QueueName": "x"}, "QueueDoesNotExist"),
    ],
)
def test_a_client_raises_the_class_of_the_modeled_error(
    service: str, method: str, params: dict[str, Any], code: str
) -> None:
    asked = client(service, _failing(code))
    shape = load_model(service).shape_for(code)
    with pytest.raises(ClientError) as raised:
        getattr(asked, method)(**params)
    assert type(raised.value) is asked.exceptions.from_code(shape.error_code)
    assert type(raised.value) is not ClientError
    assert raised.value.response["Error"]["Message"] == "It failed."
    assert raised.value.response["ResponseMetadata"]["RequestId"] == "the-id"


def test_an_error_keeps_its_old_code_where_the_service_once_spoke_query() -> None:
    with pytest.raises(ClientError) as raised:
        client("cloudwatch", _failing("DashboardNotFoundError")).get_dashboard(DashboardName="x")
    assert raised.value.response["Error"]["Code"] == "ResourceNotFound"
    assert raised.value.response["Error"]["QueryErrorCode"] == "DashboardNotFoundError"
    assert raised.value.response["Error"]["Type"] == "Sender"


def test_an_error_can_be_named_by_its_alias() -> None:
    with pytest.raises(ClientError) as raised:
        client("elbv2", _failing("LoadBalancerNotFound")).describe_load_balancers()
    assert raised.value.response["Error"]["Code"] == "LoadBalancerNotFound"


def test_the_model_decides_the_status_of_its_errors() -> None:
    with pytest.raises(ClientError) as raised:
        client("lambda", _failing("ResourceNotFoundException")).get_function(FunctionName="x")
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_the_other_members_of_an_error_reach_the_client() -> None:
    asked = client("xray", _failing("ResourceNotFoundException", ResourceName="the-name"))
    with pytest.raises(ClientError) as raised:
        asked.list_tags_for_resource(ResourceARN="arn:x")
    assert raised.value.response["ResourceName"] == "the-name"


def test_a_build_reaches_the_client_with_dates_and_nothing_that_is_none() -> None:
    started = datetime(2024, 5, 1, 12, 30, 15, 250_000, tzinfo=UTC)
    build = {"id": "shop:1", "buildStatus": "SUCCEEDED", "startTime": started, "endTime": None}
    asked = client("codebuild", lambda call: call.protocol.encode(call.operation, {"build": build}))
    answer = asked.start_build(projectName="shop")
    assert answer["build"] == {"id": "shop:1", "buildStatus": "SUCCEEDED", "startTime": started}


def test_what_the_client_sent_arrives_with_bytes_and_dates() -> None:
    seen: list[Call] = []

    def answer(call: Call) -> HttpResponse:
        seen.append(call)
        return call.protocol.encode(call.operation, {})

    put = {"repositoryName": "shop", "branchName": "main", "fileContent": b"\x00\xff", "filePath": "a/b.bin"}
    client("codecommit", answer).put_file(**put)
    client("logs", answer).get_log_events(logGroupName="g", logStreamName="s", startTime=1_700_000_000_000)
    assert [(call.operation.name, call.params) for call in seen] == [
        ("PutFile", put),
        ("GetLogEvents", {"logGroupName": "g", "logStreamName": "s", "startTime": 1_700_000_000_000}),
    ]


def test_a_streamed_payload_reaches_the_client_as_it_is() -> None:
    content = bytes(range(256)) * 1000

    def answer(call: Call) -> HttpResponse:
        assert call.params["Payload"] == b"\x00request"
        return call.protocol.encode(call.operation, {"StatusCode": 200, "Payload": content, "ExecutedVersion": "7"})

    invoked = client("lambda", answer).invoke(FunctionName="f", Payload=b"\x00request")
    assert invoked["Payload"].read() == content
    assert (invoked["StatusCode"], invoked["ExecutedVersion"]) == (200, "7")


@pytest.mark.parametrize("protocol", ["query", "smithy-rpc-v2-cbor"])
def test_floats_without_digits_pass_through(protocol: str) -> None:
    values = [float("inf"), float("-inf"), 1.5]
    operation = load_model("cloudwatch").operation_model("GetMetricData")
    written = protocol_named("cloudwatch", protocol).encode(operation, {"MetricDataResults": [{"Values": values}]})
    assert read(operation, protocol, written)["MetricDataResults"] == [{"Values": values}]


def test_floats_without_digits_are_words_in_json() -> None:
    values = [float("inf"), float("-inf"), float("nan")]
    operation = load_model("cloudwatch").operation_model("GetMetricData")
    written = protocol_named("cloudwatch", "json").encode(operation, {"MetricDataResults": [{"Values": values}]})
    assert json.loads(written.body) == {"MetricDataResults": [{"Values": ["Infinity", "-Infinity", "NaN"]}]}


def test_text_that_xml_cannot_carry_does_not_break_the_answer() -> None:
    described = {"LoadBalancers": [{"LoadBalancerName": "a\x00b\x1bc\r\nd"}]}
    asked = client("elbv2", lambda call: call.protocol.encode(call.operation, described))
    assert asked.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerName"] == "a\ufffdb\ufffdc\r\nd"


def test_a_file_name_that_is_not_unicode_does_not_break_the_answer() -> None:
    name = b"caf\xe9.txt".decode(errors="surrogateescape")
    asked = client("codecommit", lambda call: call.protocol.encode(call.operation, {"filePath": name}))
    assert asked.get_file(repositoryName="shop", filePath="x")["filePath"] == name
    operation = load_model("cloudwatch").operation_model("ListDashboards")
    for protocol in ("query", "smithy-rpc-v2-cbor"):
        entries = {"DashboardEntries": [{"DashboardName": name}]}
        written = protocol_named("cloudwatch", protocol).encode(operation, entries)
        (entry,) = read(operation, protocol, written)["DashboardEntries"]
        assert entry["DashboardName"] in ("caf\ufffd.txt", "caf?.txt")


def test_the_request_id_is_in_the_body_of_a_query_answer() -> None:
    bodies = []

    def answer(call: Call) -> HttpResponse:
        response = call.protocol.encode(call.operation, {"LoadBalancers": []}, "the-id")
        bodies.append(response.body)
        return response

    assert client("elbv2", answer).describe_load_balancers()["ResponseMetadata"]["RequestId"] == "the-id"
    assert b"<ResponseMetadata><RequestId>the-id</RequestId></ResponseMetadata>" in bodies[0]


def test_a_status_outside_of_its_enum_is_caught() -> None:
    operation = load_model("codebuild").operation_model("StartBuild")
    problems = validate_output(operation, {"build": {"id": "x", "buildStatus": "SUCCESS!"}})
    assert len(problems) == 1
    assert "'SUCCESS!' at 'build.buildStatus'" in problems[0]
    assert "SUCCEEDED" in problems[0]
