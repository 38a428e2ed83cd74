"""`run`: papermill in sandboxes, side by side, with a report that says what failed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psutil
import pytest

from helpers import aws, regression
from helpers.regression.notebook import RunError
from helpers.regression.parameters import parse
from helpers.regression.report import Report, Result
from tests.unit.regression.making import STUBBORN, code, left_over, notebook, parameters, prose

LIMIT = 10.0
HANG = "import threading\nthreading.Event().wait()"
DIE = "import os\nos.kill(os.getpid(), 9)"
MEET = """
import os, pathlib
from helpers import aws
pathlib.Path({here!r}, {me!r}).write_text(os.environ["WORKBOOK_HOME"] + " " + aws.account())
aws.wait("the other", pathlib.Path({here!r}, {other!r}).exists, limit=30)
print("met")
"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A run of a good notebook, one that raises, one that hangs and one whose kernel dies."""
    folder = tmp_path_factory.mktemp("mixed")
    paths = [
        notebook(folder, "good", prose("# Good"), parameters(), code("print(repr(learner), time_scale)")),
        notebook(folder, "raises", parameters(), code("a = 1"), code("a / 0  # <here>"), code("print('after')")),
        notebook(folder, "hangs", parameters(), code(HANG)),
        notebook(folder, "dies", parameters(), code(DIE)),
    ]
    given = {"learner": "007", "time_scale": 120}
    return regression.run(paths, given, 2, folder / "out", cell_limit=LIMIT)


def of(report: Report, name: str) -> Result:
    return next(result for result in report.results if result.notebook.stem == name)


def outputs(path: Path) -> str:
    cells = json.loads(path.read_text())["cells"]
    return "".join("".join(out.get("text", "")) for cell in cells for out in cell.get("outputs", []))


def test_a_failing_notebook_does_not_stop_the_others(mixed: Report) -> None:
    assert {result.notebook.stem: result.status for result in mixed.results} == {
        "good": "passed",
        "raises": "failed",
        "hangs": "failed",
        "dies": "failed",
    }
    assert not mixed.ok
    assert mixed.exit_code == 3


def test_a_learner_of_digits_stays_text(mixed: Report) -> None:
    assert outputs(mixed.folder / "good.ipynb") == "'007' 120\n"


def test_an_exception_is_reported_with_its_cell(mixed: Report) -> None:
    result = of(mixed, "raises")
    assert result.failure is not None
    assert result.failure.name == "ZeroDivisionError"
    assert result.failure.source == "a / 0  # <here>"
    assert (result.ran, result.cells) == (3, 4)
    assert "after" not in outputs(mixed.folder / "raises.ipynb")


def test_a_hanging_cell_is_named_and_its_limit(mixed: Report) -> None:
    failure = of(mixed, "hangs").failure
    assert failure is not None
    assert (failure.name, failure.source) == ("CellTimeout", HANG)
    assert f"within {LIMIT:g} s" in failure.message


def test_a_dead_kernel_is_named_with_its_cell(mixed: Report) -> None:
    failure = of(mixed, "dies").failure
    assert failure is not None
    assert (failure.name, failure.source, failure.cell) == ("KernelDied", DIE, 3)


def test_junit_counts_and_explains(mixed: Report) -> None:
    suite = ElementTree.parse(mixed.folder / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("4", "3")
    failure = suite.find("testcase[@name='raises']/failure")
    assert failure is not None and failure.text is not None
    assert "a / 0  # <here>" in failure.text
    assert "division by zero" in failure.text
    assert suite.find("testcase[@name='good']/failure") is None


def test_the_page_shows_source_and_error_and_needs_nothing_else(mixed: Report) -> None:
    page = (mixed.folder / "report.html").read_text()
    assert "1 of 4 notebooks passed" in page
    assert "a / 0  # &lt;here&gt;" in page
    assert "division by zero" in page
    assert 'href="raises.ipynb"' in page
    assert "prefers-color-scheme: dark" in page
    assert "http" not in page.replace("http-equiv", "")


def test_every_link_of_the_page_leads_somewhere(mixed: Report) -> None:
    page = (mixed.folder / "report.html").read_text()
    targets = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert targets
    for target in targets:
        assert f'id="{target[1:]}"' in page if target.startswith("#") else (mixed.folder / target).is_file()


def test_two_notebooks_run_at_once_and_apart(tmp_path: Path) -> None:
    here = str(tmp_path)
    for me, other in (("one", "two"), ("two", "one")):
        notebook(tmp_path, f"meet_{me}", parameters(), code(MEET.format(here=here, me=me, other=other)))
    report = regression.run(sorted(tmp_path.glob("*.ipynb")), {}, 2, tmp_path / "out", cell_limit=60)
    assert report.ok, [result.failure for result in report.results]
    homes, accounts = zip(*((tmp_path / me).read_text().split() for me in ("one", "two")), strict=True)
    assert len(set(homes)) == len(set(accounts)) == 2
    assert not any(Path(home).exists() for home in homes)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"colour": "red"}, "There is no parameter 'colour'; the parameters are region, learner, time_scale."),
        ({"learner": 7}, "The parameter learner is 7;"),
        ({"region": "Mars"}, "The parameter region is 'Mars';"),
        ({"time_scale": "60"}, "The parameter time_scale is '60'; it must be a number"),
        ({"time_scale": True}, "The parameter time_scale is True; it must be a number"),
        ({"region": None}, "The parameter region has no value;"),
    ],
)
def test_a_wrong_parameter_stops_before_anything_runs(given: dict[str, Any], said: str, tmp_path: Path) -> None:
    path = notebook(tmp_path, "never", parameters(), code("print(1)"))
    with pytest.raises(RunError) as stopped:
        regression.run([path], given, 1, tmp_path / "out")
    assert said in str(stopped.value)
    assert not (tmp_path / "out").exists()


def test_a_notebook_must_declare_what_it_is_given(tmp_path: Path) -> None:
    path = notebook(tmp_path, "deaf", code("region = None", tags=("parameters",)))
    with pytest.raises(RunError, match=r"deaf\.ipynb does not know the parameter learner"):
        regression.run([path], {"learner": "ada"}, 1, tmp_path / "out")


def test_a_missing_notebook_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is no notebook"):
        regression.run([tmp_path / "none.ipynb"], {}, 1, tmp_path / "out")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (["learner=007"], {"learner": "007"}),
        (["time_scale=30", "region=eu-west-1"], {"time_scale": 30.0, "region": "eu-west-1"}),
        (["learner=a=b"], "learner is 'a=b'"),
        (["time_scale=fast"], "must be a number"),
        (["learner"], "write it as name=value"),
        (["colour=red"], "There is no parameter 'colour'"),
    ],
)
def test_command_line_values_take_the_declared_type(line: list[str], value: Any) -> None:
    if isinstance(value, dict):
        assert parse(line) == value
        return
    with pytest.raises(RunError) as stopped:
        parse(line)
    assert value in str(stopped.value)


def test_a_file_that_is_no_notebook_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    with pytest.raises(RunError, match=r"broken\.ipynb cannot be read as a notebook of format 4"):
        regression.run([broken], {}, 2, tmp_path / "out")


RUN = """
import sys
from pathlib import Path
from helpers import regression
if __name__ == "__main__":
    regression.run([Path(path) for path in sys.argv[2:]], {}, 2, Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process's group")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_alive_after_a_stopped_run(tmp_path: Path, number: signal.Signals) -> None:
    notes = [tmp_path / "first", tmp_path / "second"]
    paths = [notebook(tmp_path, note.name, parameters(), code(STUBBORN.format(note=str(note)))) for note in notes]
    paths.append(notebook(tmp_path, "third", parameters(), code("print(3)")))
    script = tmp_path / "script.py"
    script.write_text(RUN)
    command = [sys.executable, str(script), str(tmp_path / "out"), *map(str, paths)]
    paths_of_python = {**os.environ, "PYTHONPATH": str(regression.PROJECT)}
    with subprocess.Popen(command, env=paths_of_python, stderr=subprocess.PIPE, start_new_session=True) as running:
        aws.wait("both kernels", lambda: all(note.exists() for note in notes), limit=60)
        family = psutil.Process(running.pid).children(recursive=True)
        os.killpg(running.pid, number)
        _, said = running.communicate(timeout=60)
    assert running.returncode != 0
    assert b"stopped" in said
    assert [left_over(note) for note in notes] == [[], []]
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
    suite = ElementTree.parse(tmp_path / "out" / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("skipped")) == ("3", "3")


@pytest.mark.skipif(sys.platform == "win32", reason="the kernel's parent is another process on Windows")
def test_a_worker_that_is_killed_fails_its_notebook_alone(tmp_path: Path) -> None:
    kill = "import os, threading\nos.kill(os.getppid(), 9)\nthreading.Event().wait()"
    paths = [notebook(tmp_path, "killer", parameters(), code(kill)), notebook(tmp_path, "other", code("print(1)"))]
    report = regression.run(paths, {}, 1, tmp_path / "out")
    assert {result.notebook.stem: result.status for result in report.results} == {"killer": "failed", "other": "passed"}
    failure = of(report, "killer").failure
    assert failure is not None
    assert failure.name == "WorkerDied"
