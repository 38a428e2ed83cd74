"""The layer operations of ECR: the base answers them without keeping a byte, so ours take their place.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ (UploadLayerPart and its neighbours)
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs

from ..base.registry import answer_layers
from ..cloud import Cloud
from ..scope import Scope
from ..service import Message, Receive, Send, ServiceError
from .layers import Layers, is_signed, read_path, signed_path

Request = dict[str, Any]
_PART = 10 * 1024 * 1024


class Registry:
    """Keeps layers in files, and hands them out by signed URLs."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.layers = Layers(cloud.home / "layers")

    def take_over(self) -> None:
        """Answer the base's layer operations from now on (called once, at start)."""
        answer_layers({
            "InitiateLayerUpload": self._initiate,
            "UploadLayerPart": self._upload,
            "CompleteLayerUpload": self._complete,
            "BatchCheckLayerAvailability": self._availability,
            "GetDownloadUrlForLayer": self._download_url,
        })  # fmt: skip

    def _initiate(self, scope: Scope, request: Request) -> Request:
        return {"uploadId": self.layers.begin(scope), "partSize": _PART}

    def _upload(self, scope: Scope, request: Request) -> Request:
        part = base64.b64decode(request["layerPartBlob"])
        last = self.layers.append(scope, request["uploadId"], request["partFirstByte"], part)
        return {
            "registryId": scope.account,
            "repositoryName": request["repositoryName"],
            "uploadId": request["uploadId"],
            "lastByteReceived": last,
        }

    def _complete(self, scope: Scope, request: Request) -> Request:
        repository, upload = request["repositoryName"], request["uploadId"]
        digest = self.layers.complete(scope, repository, upload, request["layerDigests"])
        return {
            "registryId": scope.account,
            "repositoryName": repository,
            "uploadId": upload,
            "layerDigest": digest,
        }

    def _availability(self, scope: Scope, request: Request) -> Request:
        layers: list[Request] = []
        for digest in request["layerDigests"]:
            path = self.layers.path(scope, request["repositoryName"], digest)
            found = {"layerAvailability": "AVAILABLE", "layerSize": path.stat().st_size} if path.exists() else None
            layers.append({"layerDigest": digest, **(found or {"layerAvailability": "UNAVAILABLE"})})
        return {"layers": layers, "failures": []}

    def _download_url(self, scope: Scope, request: Request) -> Request:
        repository, digest = request["repositoryName"], request["layerDigest"]
        if not self.layers.path(scope, repository, digest).exists():
            raise ServiceError("LayersNotFoundException", f"{repository} has no layer {digest}.")
        secret = self._cloud.credentials(scope.account)[1]
        path = signed_path(secret, scope, repository, digest)
        return {"downloadUrl": self._cloud.endpoint + path, "layerDigest": digest}

    async def serve(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a GET of a URL that `_download_url` gave."""
        body = self._read(scope["path"], parse_qs(scope["query_string"].decode("latin-1")))
        status, content = (200, body) if body is not None else (403, b"The URL of the layer is not signed by ECR.\n")
        headers = [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _read(self, path: str, query: dict[str, list[str]]) -> bytes | None:
        try:
            scope, repository, digest = read_path(path)
        except ValueError:
            return None
        secret = self._cloud.credentials(scope.account)[1]
        if not is_signed(secret, path, query.get("signature", [""])[0]):
            return None
        return self.layers.path(scope, repository, digest).read_bytes()
