"""A picture that changes while something runs, and stays as the last one when it has ended."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from helpers.show.picture import Picture


class Live:
    """One place on the page that is drawn again by each `update`; outside a notebook, changes are printed."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._handle: Any = None
        self._stream = stream
        self.last: Picture | None = None

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def update(self, picture: Picture) -> None:
        """Show `picture` in place of the one before; the same picture again does nothing."""
        if picture == self.last:
            return
        self.last = picture
        if not _in_notebook():
            print(picture.text, file=self._stream or sys.stdout, flush=True)
        elif self._handle is None:
            from IPython import display

            show: Any = display.display
            self._handle = show(picture, display_id=True)
        else:
            self._handle.update(picture)


def live() -> Live:
    """Return a live picture: `with show.live() as view: view.update(show.pipeline(state))`."""
    return Live()


def _in_notebook() -> bool:
    """Return whether a Jupyter kernel shows our output (IPython is not imported to find out)."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return getattr(shell, "kernel", None) is not None
