"""The JUnit XML file of a run: one test case a notebook."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from .report import Report, Result, plain


def write(report: Report, path: Path) -> None:
    """Write `report` to `path` as CI systems read it."""
    suite = ElementTree.Element(
        "testsuite",
        name="notebooks",
        tests=str(len(report.results)),
        failures=str(sum(result.status == "failed" for result in report.results)),
        skipped=str(sum(result.status == "stopped" for result in report.results)),
        errors="0",
        time=f"{report.seconds:.3f}",
        timestamp=report.started.isoformat(timespec="seconds"),
    )
    for result in report.results:
        _case(suite, result)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _case(suite: ElementTree.Element, result: Result) -> None:
    name = result.notebook.stem
    case = ElementTree.SubElement(suite, "testcase", classname="notebooks", name=name, time=f"{result.seconds:.3f}")
    if result.status == "stopped":
        ElementTree.SubElement(case, "skipped", message="the run was stopped")
    elif (failure := result.failure) is not None:
        element = ElementTree.SubElement(case, "failure", type=failure.name, message=plain(failure.sentence))
        element.text = plain(f"{failure.source}\n\n{failure.traceback or failure.sentence}\n")
