"""Images without a container engine: what ECR keeps of them, and that the same files have the same digest."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import urllib.request
from typing import Any

import pytest

from helpers import aws, containers
from labs.shop import launch

pytestmark = pytest.mark.usefixtures("learner")
FILES = {"app/b.py": b"b = 2\n", "a.py": b"a = 1\n"}


def _push(tag: str = "1", files: dict[str, bytes] | None = None, **more: Any) -> str:
    name = containers.repository("shop", "tiny")
    return containers.push(name, tag, FILES if files is None else files, ["python", "a.py"], **more)


def _manifest(address: str) -> dict[str, Any]:
    repository, _, digest = address.rpartition("/")[2].partition("@")
    answer = aws.client("ecr").batch_get_image(repositoryName=repository, imageIds=[{"imageDigest": digest}])
    text = answer["images"][0]["imageManifest"]
    assert containers.digest(text.encode()) == digest
    found: dict[str, Any] = json.loads(text)
    return found


def _blob(descriptor: dict[str, Any]) -> bytes:
    asked = {"repositoryName": aws.name("shop"), "layerDigest": descriptor["digest"]}
    with urllib.request.urlopen(aws.client("ecr").get_download_url_for_layer(**asked)["downloadUrl"]) as answer:
        content: bytes = answer.read()
    assert (containers.digest(content), len(content)) == (descriptor["digest"], descriptor["size"])
    return content


def test_an_image_is_its_files_below_app_and_how_it_starts() -> None:
    manifest = _manifest(_push(environment={"SHOP_VERSION": "1.0.0"}))
    assert manifest["mediaType"] == "application/vnd.oci.image.manifest.v1+json"
    config = json.loads(_blob(manifest["config"]))
    assert config["config"] == {"Cmd": ["python", "a.py"], "Env": ["SHOP_VERSION=1.0.0"], "WorkingDir": "/app"}
    (layer,) = manifest["layers"]
    with tarfile.open(fileobj=io.BytesIO(_blob(layer))) as archive:
        found = {entry.name: archive.extractfile(entry).read() for entry in archive}  # type: ignore[union-attr]
    assert found == {f"app/{path}": content for path, content in FILES.items()}


def test_the_configuration_names_the_layer_as_it_is_unpacked() -> None:
    manifest = _manifest(_push())
    unpacked = gzip.decompress(_blob(manifest["layers"][0]))
    diff = json.loads(_blob(manifest["config"]))["rootfs"]["diff_ids"]
    assert diff == [f"sha256:{hashlib.sha256(unpacked).hexdigest()}"]


def test_the_same_files_have_the_same_digest_in_whatever_order() -> None:
    assert _push("1") == _push("2", dict(reversed(FILES.items())))
    assert _push("1") == _push("1")


@pytest.mark.parametrize(
    "other",
    [
        {"files": {**FILES, "a.py": b"a = 2\n"}},
        {"files": {"a.py": FILES["a.py"]}},
        {"environment": {"A": "1"}},
    ],
)
def test_another_release_has_another_digest(other: dict[str, Any]) -> None:
    assert _push("1") != _push("2", **other)


def test_a_tag_that_means_something_else_is_refused_and_kept() -> None:
    first = _push("1")
    with pytest.raises(aws.WorkbookError, match=r"wb-ada-shop:1 exists and has other contents"):
        _push("1", {"a.py": b"other"})
    found = aws.client("ecr").describe_images(repositoryName=aws.name("shop"), imageIds=[{"imageTag": "1"}])
    assert found["imageDetails"][0]["imageDigest"] == first.partition("@")[2]


def test_a_layer_of_many_parts_arrives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "PART_BYTES", 1000)
    content = b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(200))
    manifest = _manifest(_push("big", {"data": content}))
    with tarfile.open(fileobj=io.BytesIO(_blob(manifest["layers"][0]))) as archive:
        found = archive.extractfile("app/data")
        assert found is not None and found.read() == content


def test_a_release_of_the_shop_holds_its_services_and_says_its_version() -> None:
    changed = {"shop/catalog.py": b"# another catalog\n"}
    repository = containers.repository("shop", "tiny")
    manifest = _manifest(containers.shop("2.0.0", repository, "orders", changed))
    with tarfile.open(fileobj=io.BytesIO(_blob(manifest["layers"][0]))) as archive:
        found = {entry.name: archive.extractfile(entry).read() for entry in archive}  # type: ignore[union-attr]
    assert found["app/VERSION"] == b"2.0.0\n" and found["app/shop/catalog.py"] == b"# another catalog\n"
    assert found["app/shop/server.py"] == launch.source()["shop/server.py"]
    assert json.loads(_blob(manifest["config"]))["config"]["Cmd"] == ["python", "-m", "shop.orders"]
    tags = aws.client("ecr").list_images(repositoryName=repository)["imageIds"]
    assert [each["imageTag"] for each in tags] == ["orders-2.0.0"]
