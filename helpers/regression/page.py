"""The HTML report of a run: one file that needs nothing else, and reads in light and dark."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from .report import Report, Result, plain

_MARKS = {"passed": "✓ passed", "failed": "✗ failed", "stopped": "- stopped"}


def write(report: Report, path: Path) -> None:
    """Write `report` to `path`; links in it are relative to its folder."""
    page = Template(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
    passed = len(report.results) - len(report.failures)
    path.write_text(
        page.substitute(
            verdict=f"{passed} of {len(report.results)} notebooks passed",
            state="passed" if report.ok else "failed",
            started=escape(report.started.strftime("%Y-%m-%d %H:%M:%S %Z")),
            seconds=f"{report.seconds:.1f}",
            parameters=escape(_parameters(report)),
            rows="\n".join(_row(result, path.parent) for result in report.results),
            failures="\n".join(_failure(result) for result in report.failures if result.failure),
        ),
        encoding="utf-8",
    )


def _parameters(report: Report) -> str:
    given = [f"{name} = {value!r}" for name, value in report.parameters.items()]
    return ", ".join(given) or "none: the notebooks' own defaults"


def _row(result: Result, folder: Path) -> str:
    name = escape(result.notebook.stem)
    files_ = [result.executed, *result.logs]
    links = ", ".join(_link(file, folder) for file in files_ if file is not None)
    why = f'<a href="#{name}">{escape(plain(result.failure.sentence)[:160])}</a>' if result.failure else ""
    mark = f'<td class="{result.status}">{_MARKS[result.status]}</td>'
    numbers = f'<td class="number">{result.seconds:.1f} s</td><td class="number">{result.ran} of {result.cells}</td>'
    return f'<tr><th scope="row">{name}</th>{mark}{numbers}<td>{links}</td><td>{why}</td></tr>'


def _link(file: Path, folder: Path) -> str:
    target = escape(file.relative_to(folder).as_posix(), quote=True)
    return f'<a href="{target}">{target}</a>'


def _failure(result: Result) -> str:
    failure = result.failure
    assert failure is not None
    parts = [f'<section id="{escape(result.notebook.stem)}"><h2>{escape(result.notebook.stem)}</h2>']
    parts.append(f"<p>{escape(plain(failure.sentence))}</p>")
    if failure.source:
        parts.append(f"<h3>The cell</h3><pre>{escape(plain(failure.source))}</pre>")
    if failure.traceback:
        parts.append(f"<h3>The error</h3><pre>{escape(plain(failure.traceback))}</pre>")
    return "\n".join([*parts, "</section>"])
