"""A container without an engine: a process of this machine, with the workbook's Python, in the unpacked image.

It has no network of its own. So it is told which ports of 127.0.0.1 are its own, and to listen on that address only.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from ..images import Image
from ..runtime.environment import OWNER, clean_environment
from .health import Check
from .model import Document
from .supervised import Supervised, command_of

_PYTHON = re.compile(r"(?:.*/)?python(?:3(?:\.\d+)?)?")


class ContainerProcess(Supervised):
    """The process of one container."""

    def start(self, image: Image, definition: Document, environment: Mapping[str, str]) -> None:
        """Start the process. Raises OSError if it cannot be started at all."""
        command = command_of(image, definition)
        whole = {**self._clean(), **_image_environment(image), **environment, OWNER: self.owner}
        program = "python" if is_python(command[0]) else command[0]
        command[0] = shutil.which(program, path=whole["PATH"]) or program
        self.launch(command, _folder(image, definition), whole)

    def probe(self, check: Check, environment: Mapping[str, str]) -> tuple[Check, dict[str, str]]:
        """Return `check` as it is, with the variables of the process."""
        return check, {**self._clean(), **environment, OWNER: self.owner}

    def _clean(self) -> dict[str, str]:
        return clean_environment(self.owner, self.folder)


def is_python(program: str) -> bool:
    """Return whether `program` (python3, /usr/local/bin/python3.12) is a Python, which every machine of ours has."""
    return _PYTHON.fullmatch(program) is not None


def _image_environment(image: Image) -> dict[str, str]:
    pairs = (line.partition("=") for line in image.environment)
    # The PATH of an image leads into its own files, and the process runs with those of this machine.
    return {name: value for name, _, value in pairs if name != "PATH"}


def _folder(image: Image, definition: Document) -> Path:
    own = definition.get("workingDirectory")
    return Path(image.root, own.lstrip("/")) if own else image.working_directory
