"""What tests of ECS share: images of tiny servers, a cluster, and how a task is waited for."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import tarfile
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from tests.localcloud.support import LIMIT, TestCloud, eventually

# Answers with its version and with what the environment has, with STATUS (at /health: HEALTH), until SIGTERM.
SERVER = b"""
import http.server, json, os, signal, sys, threading

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps({"server": VERSION, "version": VERSION, "environment": dict(os.environ)}).encode()
        self.send_response(HEALTH if self.path == "/health" else STATUS)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Shop-Version", VERSION)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        print("served", self.path, flush=True)

VERSION = os.environ.get("VERSION", "")
STATUS, HEALTH = int(os.environ.get("STATUS", "200")), int(os.environ.get("HEALTH", "200"))
if os.environ.get("STUBBORN"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    signal.signal(signal.SIGTERM, lambda *_: (print("draining", flush=True), sys.exit(0)))
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
print("listening", flush=True)
server.serve_forever(0.05)
"""
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def layer_of(files: Mapping[str, bytes]) -> bytes:
    """Return a layer with `files` below /app."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"app/{name}")
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def digest_of(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Bench:
    """A cluster in an account, to which images are pushed and in which tasks run."""

    def __init__(self, cloud: TestCloud) -> None:
        self.cloud = cloud
        self.cluster = "shop"
        self.ecs.create_cluster(clusterName=self.cluster)
        self.cloud.client("ecr").create_repository(repositoryName="shop")

    @property
    def ecs(self) -> Any:
        return self.cloud.client("ecs")

    def push_layer(self, content: bytes) -> str:
        """Upload a layer in two parts."""
        ecr, digest, half = self.cloud.client("ecr"), digest_of(content), len(content) // 2
        upload = ecr.initiate_layer_upload(repositoryName="shop")["uploadId"]
        for first, part in ((0, content[:half]), (half, content[half:])):
            ecr.upload_layer_part(
                repositoryName="shop", uploadId=upload, partFirstByte=first,
                partLastByte=first + len(part) - 1, layerPartBlob=part,
            )  # fmt: skip
        with contextlib.suppress(ecr.exceptions.LayerAlreadyExistsException):
            ecr.complete_layer_upload(repositoryName="shop", uploadId=upload, layerDigests=[digest])
        return digest

    def push(
        self, tag: str, source: bytes = SERVER, command: Sequence[str] = ("python", "main.py"), **environment: str
    ) -> str:
        """Push an image whose main.py is `source`; return its URI by digest."""
        layer = layer_of({"main.py": source})
        settings = {"Cmd": list(command), "WorkingDir": "/app", "Env": [f"{k}={v}" for k, v in environment.items()]}
        config = json.dumps({"config": settings}).encode()
        manifest = json.dumps({
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": {"digest": self.push_layer(config), "size": len(config)},
            "layers": [{"digest": self.push_layer(layer), "size": len(layer)}],
        })  # fmt: skip
        ecr = self.cloud.client("ecr")
        ecr.put_image(
            repositoryName="shop", imageManifest=manifest, imageTag=tag, imageManifestMediaType=_MANIFEST,
            imageDigest=digest_of(manifest.encode()),
        )  # fmt: skip
        return f"{self.uri}@{digest_of(manifest.encode())}"

    @property
    def uri(self) -> str:
        return f"{self.cloud.account}.dkr.ecr.{self.cloud.region}.amazonaws.com/shop"

    def define(self, image: str, family: str = "shop", **members: Any) -> str:
        """Register a task definition of one container on port 8080; `members` are the container's."""
        container = {"name": "web", "image": image, "portMappings": [{"containerPort": 8080}], **members}
        answer = self.ecs.register_task_definition(family=family, containerDefinitions=[container])
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def run(self, definition: str, **members: Any) -> str:
        """Run one task and return its ARN."""
        answer = self.ecs.run_task(cluster=self.cluster, taskDefinition=definition, **members)
        return str(answer["tasks"][0]["taskArn"])

    def task(self, arn: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ecs.describe_tasks(cluster=self.cluster, tasks=[arn])["tasks"][0]
        return found

    def until(self, arn: str, status: str, seconds: float = LIMIT) -> dict[str, Any]:
        """Return the task as soon as it has `status`; fail if it stops before."""

        def there() -> dict[str, Any] | None:
            task = self.task(arn)
            if status != "STOPPED":
                assert task["lastStatus"] != "STOPPED", (task.get("stoppedReason"), task["containers"])
            return task if task["lastStatus"] == status else None

        found = eventually(there, seconds=seconds, what=f"status {status} of the task")
        assert found
        return found

    def get(self, task: dict[str, Any], path: str = "/") -> dict[str, Any]:
        """Return what the task's server answers, as soon as it listens."""
        port = task["containers"][0]["networkBindings"][0]["hostPort"]

        def answer() -> dict[str, Any] | None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
                    found: dict[str, Any] = json.load(response)
                    return found
            except OSError:
                return None

        found = eventually(answer, what="an answer of the task")
        assert found
        return found

    def messages(self, group: str) -> list[str]:
        """Return all log messages of a group."""
        events = self.cloud.client("logs").filter_log_events(logGroupName=group)["events"]
        return [event["message"] for event in events]
