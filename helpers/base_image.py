"""A base image read from a public registry, by the registry's HTTP API (OCI Distribution Specification).

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import hashlib
import json
import re
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import urllib3

from helpers import aws

PYTHON = "https://public.ecr.aws/docker/library/python:3.12.8-slim-bookworm"
"""What brings Python to a task on AWS: the Docker official image, as Amazon's public registry has it."""
_INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
_MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
_PLATFORM = ("linux", "amd64")
_SECONDS = urllib3.Timeout(connect=10, read=120)
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Layer:
    """One layer: its digest, the bytes that a registry sends, and how these are had."""

    digest: str
    size: int
    media_type: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class BaseImage:
    """The configuration of an image and its layers, the lowest first."""

    configuration: Mapping[str, Any]
    layers: tuple[Layer, ...]


@lru_cache(maxsize=4)
def fetch(address: str) -> BaseImage:
    """Return the image of linux/amd64 at `address` (https://registry/name:tag); layers are read when they are wanted.

    Everything that is read is held against its digest. Raises WorkbookError if it cannot be had.
    """
    where = urlsplit(address)
    name, _, tag = where.path.strip("/").partition(":")
    source = _Repository(f"{where.scheme}://{where.netloc}", name)
    manifest = source.manifest(tag)
    if manifest["mediaType"] in _INDEXES:
        manifest = source.manifest(_of_platform(address, manifest))
    configuration = json.loads(source.blob(manifest["config"]["digest"]))
    return BaseImage(configuration, tuple(_layer(source, each) for each in manifest["layers"]))


def _layer(source: _Repository, described: Mapping[str, Any]) -> Layer:
    digest = described["digest"]
    return Layer(digest, described["size"], described["mediaType"], lambda: source.blob(digest))


def _of_platform(address: str, index: Mapping[str, Any]) -> str:
    for each in index["manifests"]:
        platform = each.get("platform", {})
        if (platform.get("os"), platform.get("architecture")) == _PLATFORM:
            return str(each["digest"])
    raise aws.WorkbookError(f"The base image {address} has nothing for {'/'.join(_PLATFORM)}.")


class _Repository:
    """One repository of a registry, read with an anonymous token if the registry wants one."""

    def __init__(self, registry: str, name: str) -> None:
        self._registry, self._name = registry, name
        self._pool = _pool(registry)
        self._token = ""

    def manifest(self, reference: str) -> dict[str, Any]:
        """Return the manifest or index that a tag or a digest names, with its mediaType."""
        answer = self._get(f"manifests/{reference}", ", ".join((*_INDEXES, *_MANIFESTS)))
        if reference.startswith("sha256:"):
            self._check(reference, answer.data)
        found: dict[str, Any] = json.loads(answer.data)
        return {"mediaType": answer.headers.get("Content-Type", ""), **found}

    def blob(self, digest: str) -> bytes:
        """Return the bytes that `digest` names, wherever the registry keeps them."""
        content = self._get(f"blobs/{digest}", "*/*").data
        self._check(digest, content)
        return content

    def _get(self, path: str, accepted: str) -> urllib3.BaseHTTPResponse:
        url = f"{self._registry}/v2/{self._name}/{path}"
        answer = self._ask(url, accepted)
        if answer.status == 401 and not self._token:
            self._token = self._anonymous(answer.headers.get("WWW-Authenticate", ""))
            answer = self._ask(url, accepted)
        if answer.status != 200:
            raise aws.WorkbookError(f"The base image could not be read: {url} answers {answer.status}.")
        return answer

    def _ask(self, url: str, accepted: str) -> urllib3.BaseHTTPResponse:
        # A redirect leads to where blobs are kept; urllib3 does not take the token along to another host.
        token = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return self._request(url, headers={"Accept": accepted, **token})

    def _request(self, url: str, **more: Any) -> urllib3.BaseHTTPResponse:
        try:
            return self._pool.request("GET", url, timeout=_SECONDS, **more)
        except urllib3.exceptions.HTTPError as problem:
            raise aws.WorkbookError(
                f"The base image could not be read from {self._registry} ({problem}). Images for AWS are made upon a"
                " public one: the notebook needs a way to that address."
            ) from None

    def _anonymous(self, challenge: str) -> str:
        """Return the token for which the registry sends us elsewhere (RFC 6750, as registries use it)."""
        asked = dict(_PARAMETER.findall(challenge))
        realm = asked.pop("realm", "")
        answer = self._request(realm, fields=asked) if realm else None
        found = json.loads(answer.data) if answer is not None and answer.status == 200 else {}
        return str(found.get("token") or found.get("access_token") or "")

    def _check(self, digest: str, content: bytes) -> None:
        found = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if found != digest:
            raise aws.WorkbookError(f"{self._registry} sent other bytes than {digest}: theirs have the digest {found}.")


def _pool(registry: str) -> urllib3.PoolManager:
    """Return connections to `registry`, through the proxy that the environment names for it."""
    where = urlsplit(registry)
    proxy = urllib.request.getproxies().get(where.scheme)
    if proxy and not urllib.request.proxy_bypass(where.hostname or ""):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()
