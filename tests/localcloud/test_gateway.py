"""The one door: who may come in, and what those are told who may not."""

from __future__ import annotations

import http.client
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import boto3
import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.localcloud.support import TestCloud, new_account


def refusal(call: object, **arguments: object) -> dict[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)  # type: ignore[operator]
    return caught.value.response["Error"]


def stranger(cloud: TestCloud, service: str) -> object:
    session = boto3.session.Session(cloud.account, "not-the-secret", region_name="us-east-1")
    return session.client(service, endpoint_url=cloud.endpoint, config=Config(retries={"max_attempts": 1}))


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("codecommit", "list_repositories"),
        ("s3", "list_buckets"),
        ("sqs", "list_queues"),
        ("sts", "get_caller_identity"),
    ],
)
def test_a_wrong_secret_is_refused_as_aws_refuses_it(cloud: TestCloud, service: str, operation: str) -> None:
    error = refusal(getattr(stranger(cloud, service), operation))
    assert error["Code"] == "SignatureDoesNotMatch"


def raw(cloud: TestCloud, headers: dict[str, str], path: str = "/", method: str = "POST") -> tuple[int, str]:
    address = urlsplit(cloud.endpoint)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    try:
        connection.request(method, path, b"{}", headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_an_unsigned_call_is_refused(cloud: TestCloud) -> None:
    headers = {"X-Amz-Target": "CodeCommit_20150413.ListRepositories", "Content-Type": "application/x-amz-json-1.1"}
    status, body = raw(cloud, headers)
    assert status == 403
    assert "Missing Authentication Token" in body or "Request is missing Authentication Token" in body


def test_a_foreign_host_is_refused_so_that_dns_cannot_be_turned_on_us(cloud: TestCloud) -> None:
    status, body = raw(cloud, {"Host": "attacker.example"}, method="GET")
    assert (status, "attacker.example" in body) == (403, True)


def test_a_web_page_is_refused(cloud: TestCloud) -> None:
    status, body = raw(cloud, {"Origin": "https://attacker.example"})
    assert (status, "web page" in body) == (403, True)


def test_the_administration_of_the_base_is_closed(cloud: TestCloud) -> None:
    status, _ = raw(cloud, {}, "/_ministack/reset")
    assert status == 403


def test_a_body_changed_on_the_way_is_refused(cloud: TestCloud) -> None:
    s3 = cloud.client("s3", retries={"max_attempts": 1})
    cloud.client("s3").create_bucket(Bucket=f"b-{cloud.account}")

    def tamper(request: object, **_: object) -> None:
        request.body = b"other bytes"  # type: ignore[attr-defined]
        request.headers["Content-Length"] = "11"  # type: ignore[attr-defined]

    s3.meta.events.register("before-send.s3.PutObject", tamper)
    error = refusal(s3.put_object, Bucket=f"b-{cloud.account}", Key="k", Body=b"these bytes")
    assert error["Code"] == "XAmzContentSHA256Mismatch"


def test_a_call_that_nobody_has_is_named(cloud: TestCloud) -> None:
    error = refusal(cloud.client("gamelift").list_fleets)
    assert error["Code"] == "UnknownOperationException"
    assert "gamelift:ListFleets" in error["Message"]


def test_an_operation_that_our_service_lacks_is_named(cloud: TestCloud) -> None:
    error = refusal(cloud.client("codecommit").list_pull_requests, repositoryName="shop")
    assert error["Code"] == "UnknownOperationException"
    assert "codecommit:ListPullRequests" in error["Message"]


def test_accounts_and_regions_do_not_see_each_other(cloud: TestCloud) -> None:
    cloud.client("ssm").put_parameter(Name="/a", Value="v", Type="String")
    for other in (cloud.client("ssm", account=new_account()), cloud.client("ssm", region="eu-west-1")):
        assert refusal(other.get_parameter, Name="/a")["Code"] == "ParameterNotFound"


def test_the_key_of_an_iam_user_works_in_the_users_account(cloud: TestCloud) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="ada")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    cloud.client("ssm").put_parameter(Name="/a", Value="v", Type="String")
    session = boto3.session.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=cloud.region)
    ssm = session.client("ssm", endpoint_url=cloud.endpoint)
    assert ssm.get_parameter(Name="/a")["Parameter"]["Value"] == "v"


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_a_presigned_url_works_and_a_changed_one_does_not(cloud: TestCloud, version: str) -> None:
    s3, signing = cloud.client("s3"), cloud.client("s3", signature_version=version)
    bucket = f"b-{cloud.account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"hello")
    url = signing.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.read() == b"hello"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url.replace("/k?", "/other?"), timeout=10)
    assert caught.value.code == 403


def test_the_key_file_is_readable_by_its_owner_only(cloud: TestCloud) -> None:
    mode = (cloud.home / "cloud" / "root.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600 or sys.platform == "win32"


def test_the_aws_cli_works_with_nothing_but_the_printed_environment(cloud: TestCloud) -> None:
    command = [sys.executable, "-m", "awscli", "sts", "get-caller-identity", "--query", "Account", "--output", "text"]
    done = subprocess.run(command, env=cloud.environ(), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, cloud.account), done.stderr


def test_nothing_listens_anywhere_but_on_this_machine(cloud: TestCloud) -> None:
    # A call to each kind of service first: the base opens some of its own ports late.
    for service, call in (("s3", "list_buckets"), ("iot", "list_things"), ("transfer", "list_servers")):
        getattr(cloud.client(service), call)()
    process = psutil.Process(cloud.pid)
    connections = [found for each in (process, *process.children(recursive=True)) for found in each.net_connections()]
    listening = {found.laddr.ip for found in connections if found.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
