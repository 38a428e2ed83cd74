"""Layers are unpacked as the OCI image specification says, and never outside of the image."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from helpers.localcloud.images import Image, brings
from helpers.localcloud.images.unpacking import add_layer

Entry = tuple[str, bytes | str | None]


def layer(*entries: Entry) -> bytes:
    """Return a layer: bytes are a file, text is where a symbolic link leads, None is a folder."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in entries:
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            elif isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
            else:
                entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content) if isinstance(content, bytes) else None)
    return packed.getvalue()


def unpacked(root: Path, *layers: bytes) -> Path:
    root.mkdir()
    for each in layers:
        add_layer(each, root)
    return root


def test_whiteouts_take_away_what_is_below_and_not_what_is_beside(tmp_path: Path) -> None:
    below = layer(("a/one", b"1"), ("a/two", b"2"), ("b/one", b"1"), ("b/.two", b"2"))
    above = layer(("a/.wh.one", b""), ("b/three", b"3"), ("b/.wh..wh..opq", b""))
    root = unpacked(tmp_path / "root", below, above)
    found = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    assert found == ["a/two", "b/three"]


@pytest.mark.parametrize("link", ["/usr/bin/real", "../../../../../usr/bin/real", "../usr/bin/real"])
def test_a_link_leads_where_it_would_in_a_container(tmp_path: Path, link: str) -> None:
    root = unpacked(tmp_path / "root", layer(("usr/bin/real", b"here"), ("bin/tool", link)))
    assert (root / "bin/tool").read_bytes() == b"here"
    assert (root / "bin/tool").resolve().is_relative_to(root.resolve())


def test_a_file_takes_the_place_of_a_link_and_spares_what_it_led_to(tmp_path: Path) -> None:
    root = unpacked(tmp_path / "root", layer(("real", b"old"), ("link", "real")), layer(("link", b"new")))
    assert ((root / "real").read_bytes(), (root / "link").read_bytes()) == (b"old", b"new")


@pytest.mark.parametrize("entry", [("../outside", b"x"), ("a/../../outside", b"x"), ("../.wh.outside", b"")])
def test_nothing_outside_is_written_or_taken_away(tmp_path: Path, entry: Entry) -> None:
    (tmp_path / "outside").write_bytes(b"mine")
    with pytest.raises((ValueError, tarfile.TarError)):
        unpacked(tmp_path / "root", layer(entry))
    assert (tmp_path / "outside").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("python", True),
        ("/usr/local/bin/python", True),
        ("./server", True),
        ("hello", True),
        ("perl", False),
        ("/bin/sh", False),
        ("./start", False),
        ("outside", False),
    ],
)
def test_an_image_brings_what_its_own_files_are(tmp_path: Path, program: str, expected: bool) -> None:
    (tmp_path / "secret").write_bytes(b"\x7fELF")
    files = layer(
        ("usr/local/bin/python", "python3"), ("usr/local/bin/python3", b"\x7fELF"), ("app/server", b"\x7fELF"),
        ("app/start", b"#!/bin/sh\n"), ("usr/local/bin/hello", b"#! /usr/local/bin/python -I\n"),
    )  # fmt: skip
    root = unpacked(tmp_path / "root", files)
    (root / "usr/local/bin/outside").symlink_to(tmp_path / "secret")
    assert brings(Image("", str(root), [], [], ["PATH=/usr/local/bin:/bin"], "/app"), program) is expected


def test_the_working_directory_of_a_definition_counts(tmp_path: Path) -> None:
    root = unpacked(tmp_path / "root", layer(("srv/server", b"\x7fELF")))
    image = Image("", str(root), [], [], [], "/app")
    assert (brings(image, "./server", "/srv"), brings(image, "./server")) == (True, False)
