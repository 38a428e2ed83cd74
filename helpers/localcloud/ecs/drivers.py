"""How a container runs: as one of the machine's Docker engine, or as a process.

An image that brings the program it starts brings a system of its own and runs in the engine. One that holds the
application only (its `python` is none of its files) runs as a process, and so does one that brings a Python where no
engine answers: it gets the workbook's. Anything else needs an engine, and says so.
"""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from ..images import CannotPull, Image, Images, brings
from ..runtime import engine as engines
from ..runtime.engine import Engine
from ..scope import Scope
from .container import ContainerProcess, is_python
from .engine_container import EngineContainer
from .model import ContainerRun, Document
from .supervised import Supervised, command_of


class Drivers:
    """Chooses the way of each container. The engine is asked when the first image wants one, and once only."""

    def __init__(self, images: Images, home: Path) -> None:
        self._images = images
        self._home = home / "engine"
        self._asking, self._loading = threading.Lock(), threading.Lock()
        self._asked: list[Engine | None] = []

    def known(self, run: ContainerRun, folder: Path, owner: str, task: Document) -> Supervised:
        """Return the way of a container that may have been started before; `task` is its definition's content."""
        engine = self._engine() if run.container else None
        if engine is None:
            return ContainerProcess(run, folder, owner)
        return EngineContainer(run, folder, owner, engine, task, _tag(run.digest))

    def wants_engine(self, image: Image, definition: Document) -> bool:
        """Return whether a container of `image` goes to the engine. Raises OSError if it must and there is none."""
        program = command_of(image, definition)[0]
        if not brings(image, program, definition.get("workingDirectory", "")):
            return False
        if self._engine() is not None:
            return True
        if is_python(program):
            return False
        raise OSError(
            f"the image brings {program} with a system of its own, and for that the local cloud needs a Docker engine:"
            " none answers on this machine. Start one, end the local cloud with `workbook down`, and try again."
        )

    def load(self, scope: Scope, run: ContainerRun) -> None:
        """Bring the image of `run` to the engine, unless it is there. Raises OSError."""
        engine, tag = self._engine(), _tag(run.digest)
        with self._loading:
            if engine is None or engine.has_image(tag):
                return
            with tempfile.TemporaryDirectory(dir=self._home) as folder:
                archive = Path(folder, "image.tar")
                try:
                    self._images.save(scope, run.image, run.digest, tag, archive)
                except CannotPull as error:
                    raise OSError(str(error)) from None
                engine.load(archive)

    def _engine(self) -> Engine | None:
        with self._asking:
            if not self._asked:
                self._asked.append(engines.find(self._home / "docker"))
            return self._asked[0]


def container_name(task: str, name: str) -> str:
    """Return what the engine calls the container `name` of the task with the id `task`."""
    return f"wb-{task}-{name}"


def _tag(digest: str) -> str:
    """Return what the engine calls an image of ours; no registry has that name."""
    return f"localcloud.invalid/image:{digest.removeprefix('sha256:')}"
