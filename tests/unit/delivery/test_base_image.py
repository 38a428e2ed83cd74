"""A base image is read from a registry as registries are: token, index, redirect, digests."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from helpers import aws, base_image, image_format

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Registry:
    """A registry of one image, python:3, for amd64 and arm64; its blobs are at another address, as in a CDN."""

    def __init__(self) -> None:
        self.layer = gzip.compress(b"the lowest layer", mtime=0)
        self.config = json.dumps({
            "architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/usr/local/bin:/bin", "LANG=C"]},
            "rootfs": {"type": "layers", "diff_ids": [digest(b"the lowest layer")]},
        }).encode()  # fmt: skip
        described = {"mediaType": DOCKER_LAYER, "digest": digest(self.layer), "size": len(self.layer)}
        self.manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": {"digest": digest(self.config)}, "layers": [described],
        }).encode()  # fmt: skip
        self.blobs = {digest(self.layer): self.layer, digest(self.config): self.config}
        self.manifests = {digest(self.manifest): (MANIFEST, self.manifest)}
        self.offer("amd64")
        self.seen: list[tuple[str, str]] = []
        self.token = "a token"
        self.blob_server = _serve(self._blob)
        self.server = _serve(self._registry)
        self.address = f"http://127.0.0.1:{self.server.server_port}/docker/python:3"

    def offer(self, architecture: str) -> None:
        """Let the tag mean an index with an image for `architecture`, after one for another."""
        platforms = [("arm64", "sha256:" + "0" * 64), (architecture, digest(self.manifest))]
        listed = [{"digest": name, "platform": {"os": "linux", "architecture": each}} for each, name in platforms]
        self.manifests["3"] = (INDEX, json.dumps({"mediaType": INDEX, "manifests": listed}).encode())

    def _registry(self, asked: http.server.BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        here = f"http://127.0.0.1:{self.server.server_port}"
        if asked.path.startswith("/token?"):
            assert "service=tiny" in asked.path and "scope=read" in asked.path
            return 200, {}, json.dumps({"token": self.token}).encode()
        if asked.headers.get("Authorization") != "Bearer a token":
            return 401, {"WWW-Authenticate": f'Bearer realm="{here}/token",service="tiny",scope="read"'}, b"{}"
        kind, _, name = asked.path.removeprefix("/v2/docker/python/").partition("/")
        if kind == "blobs":
            return 307, {"Location": f"http://127.0.0.1:{self.blob_server.server_port}/{name}"}, b""
        if name not in self.manifests:
            return 404, {}, b"{}"
        media_type, content = self.manifests[name]
        return 200, {"Content-Type": media_type}, content

    def _blob(self, asked: http.server.BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        self.seen.append((asked.path, asked.headers.get("Authorization", "")))
        return 200, {}, self.blobs[asked.path[1:]]


def _serve(answer: Any) -> http.server.ThreadingHTTPServer:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Tests print nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    base_image.fetch.cache_clear()
    made = Registry()
    yield made
    for server in (made.server, made.blob_server):
        server.shutdown()
        server.server_close()


def test_the_image_of_our_platform_is_read_with_a_token_through_index_and_redirect(registry: Registry) -> None:
    image = base_image.fetch(registry.address)
    assert image.configuration["config"]["Env"] == ["PATH=/usr/local/bin:/bin", "LANG=C"]
    (layer,) = image.layers
    assert (layer.digest, layer.size) == (digest(registry.layer), len(registry.layer))
    assert registry.seen == [(f"/{digest(registry.config)}", "")], "layers are not read before they are wanted"
    assert layer.read() == registry.layer
    assert {token for _, token in registry.seen} == {""}, "the token stays with the registry"


def test_a_tag_of_one_platform_is_read_as_well(registry: Registry) -> None:
    registry.manifests["3"] = registry.manifests[digest(registry.manifest)]
    assert base_image.fetch(registry.address).layers[0].read() == registry.layer


def test_other_bytes_than_the_digest_names_are_refused(registry: Registry) -> None:
    registry.blobs[digest(registry.layer)] = b"something else"
    layer = base_image.fetch(registry.address).layers[0]
    with pytest.raises(aws.WorkbookError, match="sent other bytes than sha256:"):
        layer.read()


def test_another_manifest_than_the_index_names_is_refused(registry: Registry) -> None:
    registry.manifests[digest(registry.manifest)] = (MANIFEST, registry.manifest + b" ")
    with pytest.raises(aws.WorkbookError, match="sent other bytes than sha256:"):
        base_image.fetch(registry.address)


def test_a_registry_without_our_platform_says_so(registry: Registry) -> None:
    registry.offer("riscv64")
    with pytest.raises(aws.WorkbookError, match="has nothing for linux/amd64"):
        base_image.fetch(registry.address)


@pytest.mark.parametrize(("token", "tag", "status"), [("a wrong one", "3", 401), ("a token", "4", 404)])
def test_a_refusal_is_told(registry: Registry, token: str, tag: str, status: int) -> None:
    registry.token = token
    with pytest.raises(aws.WorkbookError, match=f"answers {status}"):
        base_image.fetch(registry.address[:-1] + tag)


def test_a_registry_that_is_not_there_is_told() -> None:
    with pytest.raises(aws.WorkbookError, match="needs a way to that address"):
        base_image.fetch("http://127.0.0.1:1/docker/python:3")


def test_our_layer_stands_upon_the_base(registry: Registry) -> None:
    base = base_image.fetch(registry.address)
    layer = image_format.layer({"a.py": b"a = 1\n"})
    packed = image_format.packed(layer)
    config = json.loads(image_format.configuration(layer, ["python", "a.py"], {"LANG": "C.UTF-8"}, base))
    assert config["config"]["Env"] == ["LANG=C.UTF-8", "PATH=/usr/local/bin:/bin"]
    assert config["rootfs"]["diff_ids"] == [digest(b"the lowest layer"), digest(layer)]
    manifest = json.loads(image_format.manifest(b"{}", packed, base))
    assert [each["digest"] for each in manifest["layers"]] == [digest(registry.layer), digest(packed)]
    assert {each["mediaType"] for each in manifest["layers"]} == {image_format.LAYER_TYPE}
