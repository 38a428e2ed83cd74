"""Bodies that a client compresses, as boto3 does above 10 KB."""

from __future__ import annotations

import gzip

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from helpers.localcloud import instance
from tests.localcloud.support import TestCloud

_TARGET = "GraniteServiceVersion20100801.ListMetrics"


def send(cloud: TestCloud, body: bytes) -> requests.Response:
    """Send `body` as gzip, signed as it is."""
    headers = {"x-amz-target": _TARGET, "content-type": "application/x-amz-json-1.0", "content-encoding": "gzip"}
    request = AWSRequest("POST", cloud.endpoint + "/", data=body, headers=headers)
    credentials = Credentials(cloud.account, instance.secret_key(cloud.home, cloud.account))
    SigV4Auth(credentials, "monitoring", cloud.region).add_auth(request)
    return requests.post(cloud.endpoint + "/", data=body, headers=dict(request.headers), timeout=30)


def test_a_compressed_body_is_read(cloud: TestCloud) -> None:
    answer = send(cloud, gzip.compress(b"{}"))
    assert (answer.status_code, answer.json()) == (200, {"Metrics": []})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{}", "not gzip"),
        (gzip.compress(b"{}" * 1000)[:-20], "cut off"),
        (gzip.compress(b" " * (65 * 1024 * 1024)), "larger than"),
    ],
    ids=["plain", "half", "bomb"],
)
def test_what_cannot_be_unpacked_is_refused(cloud: TestCloud, body: bytes, message: str) -> None:
    answer = send(cloud, body)
    assert answer.status_code == 400
    assert message in answer.text
