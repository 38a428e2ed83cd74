"""The labs of the workbook: lab.toml, exercises.py and the notebook of each, found by the lab's slug."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType

import msgspec

from helpers import aws
from helpers.lab.exercises import Exercise

PROJECT = Path(__file__).resolve().parents[2]


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the lab costs on AWS, in US dollars: the forecast of one run, and the cap it is meant to stay under."""

    forecast_usd: float
    cap_usd: float
    note: str = ""


class Fidelity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What really happens in the local cloud, and what is modelled."""

    real: list[str]
    modelled: list[str] = []


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """lab.toml: what the opening box of a lab says. `minutes` is measured; `tools` are programs found by name."""

    number: int
    title: str
    minutes: int
    does: list[str]
    creates: list[str]
    cost: Cost
    fidelity: Fidelity
    needs: list[str] = []
    tools: list[str] = []


@dataclass(frozen=True)
class LabFiles:
    """One lab on disk: `folder` is labs/<slug>, `notebook` is notebooks/<NN>_<slug>.ipynb."""

    slug: str
    folder: Path
    notebooks: Path

    @cached_property
    def manifest(self) -> Manifest:
        """What lab.toml says. Raises WorkbookError, naming the file and the field, if it is not as it should be."""
        path = self.folder / "lab.toml"
        try:
            return msgspec.toml.decode(path.read_bytes(), type=Manifest)
        except (OSError, msgspec.DecodeError) as problem:
            raise aws.WorkbookError(f"labs/{self.slug}/lab.toml cannot be read: {problem}") from None

    @property
    def notebook(self) -> Path:
        return self.notebooks / f"{self.manifest.number:02d}_{self.slug}.ipynb"

    @cached_property
    def exercises(self) -> Mapping[str, Exercise]:
        """The exercises of exercises.py by name, in the order in which they are written."""
        path = self.folder / "exercises.py"
        if not path.exists():
            return {}
        found = vars(load(path, f"labs.{self.slug}.exercises")).values()
        return {each.name: each for each in found if isinstance(each, Exercise)}

    @property
    def wrong_answers(self) -> list[Path]:
        return sorted((self.folder / "wrong").glob("[!_]*.py"))


@dataclass(frozen=True)
class Catalogue:
    """All labs below `root`/labs."""

    root: Path

    def find(self, slug: str) -> LabFiles:
        """Return the lab called `slug`; raises WorkbookError that names the labs there are."""
        folder = self.root / "labs" / slug
        if not (folder / "lab.toml").exists():
            raise aws.WorkbookError(
                f"There is no lab called {slug!r}. The labs are: {', '.join(self.slugs()) or 'none'}."
            )
        return LabFiles(slug, folder, self.root / "notebooks")

    def slugs(self) -> list[str]:
        """Return the slugs of all labs in the order of the course."""
        found = [LabFiles(path.parent.name, path.parent, self.root / "notebooks") for path in self._manifests()]
        return [lab.slug for lab in sorted(found, key=lambda lab: (lab.manifest.number, lab.slug))]

    def labs(self) -> list[LabFiles]:
        """Return all labs in the order of the course."""
        return [self.find(slug) for slug in self.slugs()]

    def _manifests(self) -> list[Path]:
        return sorted((self.root / "labs").glob("*/lab.toml"))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the labs of this project."""
    return Catalogue(PROJECT)


def load(path: Path, name: str) -> ModuleType:
    """Run the Python file at `path` as the module `name` and return it."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise aws.WorkbookError(f"{path.name} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
