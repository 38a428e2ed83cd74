"""A session for HTTP that signs what it sends, as AWS wants it (Signature Version 4, service "xray")."""

from __future__ import annotations

from urllib.parse import urlsplit

import botocore.session
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests.auth import AuthBase


class Signed(AuthBase):
    """Signs each request with the account's keys as they are at that moment."""

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._credentials, self._region = credentials, region

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        kept = {name: value for name, value in request.headers.items() if name.lower().startswith("content-")}
        signed = AWSRequest(request.method, request.url, kept, request.body)
        SigV4Auth(self._credentials.get_frozen_credentials(), "xray", self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


def session(endpoint: str) -> requests.Session:
    """Return a session for requests to `endpoint`; without an account's keys it signs nothing, as for a collector."""
    made = requests.Session()
    # This machine is near: a proxy that the environment names is for elsewhere.
    made.trust_env = urlsplit(endpoint).hostname not in ("127.0.0.1", "localhost")
    account = botocore.session.get_session()
    credentials, region = account.get_credentials(), account.get_config_variable("region")
    if credentials and region:
        made.auth = Signed(credentials, region)
    return made
