"""Envoy's documents on disk: each replaced by a move, so that Envoy reads the old one or the new one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from .naming import Document


class Files:
    """The folder with everything that Envoy reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> str:
        """Return where the document `name` is."""
        return str(self.folder / f"{name}.json")

    def write(self, name: str, resources: Sequence[Document]) -> str:
        """Make the document `name` hold `resources`; return its version, which follows from what it holds."""
        content = json.dumps(list(resources), sort_keys=True)
        version = hashlib.sha256(content.encode()).hexdigest()[:16]
        self.replace(name, f'{{"version_info": "{version}", "resources": {content}}}')
        return version

    def replace(self, name: str, text: str) -> None:
        """Put `text` into the document `name`, unless that is what it holds."""
        target = Path(self.path(name))
        if target.exists() and target.read_text() == text:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(".new")
        temporary.write_text(text)
        temporary.replace(target)

    def keep_only(self, names: set[str], *, prefixes: Sequence[str]) -> None:
        """Delete the documents with one of `prefixes` that are not among `names`."""
        for path in self.folder.glob("*.json"):
            if path.stem.startswith(tuple(prefixes)) and path.stem not in names:
                path.unlink(missing_ok=True)
