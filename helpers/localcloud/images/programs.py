"""Whether an image brings the program that it starts, or leaves it to the machine.

An image that holds an application only names a program (`python`) that none of its files is. One that is made upon a
base image brings it, and with it a system of its own.
"""

from __future__ import annotations

import posixpath
from pathlib import Path

from .pulling import Image

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A kernel reads no more of the line that names a script's interpreter.
_LINE = 256


def brings(image: Image, program: str, folder: str = "") -> bool:
    """Return whether the image's own files have `program`, and the interpreter if it is a script.

    `folder` is the working directory, if it is not the image's; a program without a slash is looked for in the
    image's PATH (execvp(3)).
    """
    root = Path(image.root).resolve()
    return any(_is_whole(root, path) for path in _candidates(image, program, folder or image.folder or "/"))


def _candidates(image: Image, program: str, folder: str) -> list[str]:
    if "/" in program:
        return [posixpath.join("/", folder, program)]
    variables = dict(line.partition("=")[::2] for line in image.environment)
    return [posixpath.join("/", part, program) for part in variables.get("PATH", _PATH).split(":") if part]


def _is_whole(root: Path, path: str, depth: int = 4) -> bool:
    file = root.joinpath(posixpath.normpath(path).lstrip("/")).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        return False
    with file.open("rb") as content:
        line = content.read(_LINE).partition(b"\n")[0]
    if not line.startswith(b"#!"):
        return True
    interpreter = line[2:].decode("utf-8", "replace").split()
    return bool(interpreter) and depth > 0 and _is_whole(root, interpreter[0], depth - 1)
