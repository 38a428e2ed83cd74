"""`test`: nbval with the checks it lacks, seen from outside as pytest reports it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers import aws, regression
from helpers.regression import PROJECT
from tests.unit.regression.making import STUBBORN, code, left_over, notebook, printed, prose, shown

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SHOW_DOT = f"from IPython.display import Image, display\nimport base64\ndisplay(Image(base64.b64decode('{DOT}')))"
LIVE = "from IPython.display import HTML, display\nhandle = display(HTML('0 of 2'), display_id='live')\n"
UPDATE = "for step in (1, 2):\n    handle.update(HTML(f'{step} of 2'))"
CLEAR = "from IPython.display import clear_output\nprint('old')\nclear_output()\nprint('new')"
HTML = "<IPython.core.display.HTML object>"
IDS = "import uuid, time\nprint('build', uuid.uuid4(), 'took', f'{time.monotonic():.1f} s')"
BAR = "from IPython.display import HTML, display\nimport time\n"
BAR += "display(HTML(f'<svg><rect width=\"{time.monotonic()}\"/></svg>'))"


class Outcome:
    """What pytest said of one notebook's cells."""

    def __init__(self, cases: list[ElementTree.Element]) -> None:
        self.cells = [next((child.tag for child in case), "passed") for case in cases]
        self.said = "\n".join(child.text or "" for case in cases for child in case)
        self.skips = [child.get("message", "") for case in cases for child in case if child.tag == "skipped"]


def command_of(folder: Path, *arguments: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-p", "helpers.regression.plugin", "-p", "no:cacheprovider"]
    return [*command, "--rootdir", str(folder), *arguments]


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PROJECT)}


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = command_of(folder, *arguments)
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, text=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """One pytest over notebooks that each show one thing; a cell may take 3 s."""
    folder = tmp_path_factory.mktemp("notebooks")
    notebook(
        folder,
        "good",
        prose("# T"),
        code("print('ada')", printed("ada\n")),
        code(SHOW_DOT, shown(image_png=DOT, text_plain="<IPython.core.display.Image object>")),
    )
    notebook(folder, "differs", code("print('ada')", printed("grace\n")), code("print(2)", printed("2\n")))
    notebook(folder, "lost_picture", code("print(end='')", shown(image_png=DOT)))
    notebook(folder, "new_picture", code(SHOW_DOT))
    notebook(folder, "stripped", code("print(1)", count=None))
    notebook(folder, "raises", code("1 / 0"), code("print(2)", printed("2\n")))
    notebook(folder, "should_raise", code("print(1)", printed("1\n"), tags=("raises-exception",)))
    notebook(folder, "hangs", code("import threading\nthreading.Event().wait()"), code("print(2)", printed("2\n")))
    notebook(
        folder,
        "dies",
        code("import os, sys\nprint('last words', file=sys.__stderr__, flush=True)\nos.kill(os.getpid(), 9)"),
        code("print(2)", printed("2\n")),
    )
    notebook(
        folder, "live", code(LIVE + UPDATE, shown(text_html="2 of 2", text_plain=HTML)), code(CLEAR, printed("new\n"))
    )
    notebook(folder, "live_differs", code(LIVE + UPDATE, shown(text_html="1 of 2", text_plain=HTML)))
    notebook(
        folder,
        "varies",
        code(IDS, printed("build 0e9ee0a1-6a60-4a6d-9a0f-35e7c1de8d0b took 3.5 s\n")),
        code(BAR, shown(text_html='<svg><rect width="1.5"/></svg>', text_plain=HTML)),
    )
    seen = run_pytest(folder, "--junit-xml=junit.xml", "--nbval-cell-timeout=3", ".")
    cases = ElementTree.parse(folder / "junit.xml").getroot().iter("testcase")
    by_name: dict[str, list[ElementTree.Element]] = {}
    for case in cases:
        by_name.setdefault((case.get("classname") or "").removesuffix(".ipynb").split(".")[-1], []).append(case)
    assert by_name, seen.stdout + seen.stderr
    return {name: Outcome(found) for name, found in by_name.items()}


def test_a_notebook_that_shows_what_is_stored_passes(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["good"].cells == ["passed", "passed"]


def test_a_difference_shows_cell_stored_and_seen(outcomes: dict[str, Outcome]) -> None:
    differs = outcomes["differs"]
    assert differs.cells == ["failure", "passed"]
    for expected in ("differs.ipynb, code cell 0", "print('ada')", "-grace", "+ada", "--- stored ---", "--- seen ---"):
        assert expected in differs.said


@pytest.mark.parametrize(
    ("name", "said"),
    [("lost_picture", "missing: 1 x display image/png"), ("new_picture", "not stored: 1 x display image/png")],
)
def test_pictures_are_counted(outcomes: dict[str, Outcome], name: str, said: str) -> None:
    assert outcomes[name].cells == ["failure"]
    assert said in outcomes[name].said


def test_a_stripped_notebook_fails(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["stripped"].cells == ["failure"]
    assert "stored without running this cell" in outcomes["stripped"].said


def test_after_an_exception_the_rest_is_skipped_with_the_reason(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["raises"].cells == ["failure", "skipped"]
    assert "raised ZeroDivisionError: division by zero" in outcomes["raises"].said
    assert "1 / 0" in outcomes["raises"].said
    assert outcomes["raises"].skips == ["not run: cell 0 raised ZeroDivisionError"]


def test_a_cell_that_must_raise_and_does_not_fails(outcomes: dict[str, Outcome]) -> None:
    assert "tagged raises-exception and raised nothing" in outcomes["should_raise"].said


def test_a_hanging_cell_is_named_with_the_line_where_it_hung(outcomes: dict[str, Outcome]) -> None:
    hangs = outcomes["hangs"]
    assert hangs.cells == ["failure", "skipped"]
    assert "hangs.ipynb, code cell 0 (from 0): the cell had not finished after 3 s" in hangs.said
    assert "KeyboardInterrupt" in hangs.said


def test_a_dead_kernel_is_named_with_its_last_words(outcomes: dict[str, Outcome]) -> None:
    dies = outcomes["dies"]
    assert dies.cells == ["failure", "skipped"]
    assert "the kernel died while it ran this cell" in dies.said
    assert "last words" in dies.said


def test_updates_and_cleared_outputs_are_compared_as_they_end(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["live"].cells == ["passed", "passed"]
    assert outcomes["live_differs"].cells == ["failure"]
    assert "+2 of 2" in outcomes["live_differs"].said


def test_what_differs_from_run_to_run_is_sanitized(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["varies"].cells == ["passed", "passed"], outcomes["varies"].said


def test_a_dead_kernel_does_not_wait_for_the_limit(tmp_path: Path) -> None:
    notebook(tmp_path, "dies", code("import os\nos.kill(os.getpid(), 9)"))
    seen = run_pytest(tmp_path, "dies.ipynb")  # the cell's own limit is that of this process
    assert "the kernel died" in seen.stdout


def test_with_nbval_asked_for_a_notebook_is_not_run_twice(tmp_path: Path) -> None:
    notebook(tmp_path, "once", code("print(1)", printed("1\n")))
    seen = run_pytest(tmp_path, "--nbval", "once.ipynb")
    assert "1 passed" in seen.stdout, seen.stdout


def test_side_by_side_a_notebook_stays_in_one_kernel(tmp_path: Path) -> None:
    for name in ("left", "right"):
        notebook(tmp_path, name, code(f"me = {name!r}"), *[code("print(me)", printed(f"{name}\n")) for _ in range(3)])
    seen = run_pytest(tmp_path, "-n", "2", "--dist", "loadscope", ".")
    assert "8 passed" in seen.stdout, seen.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process's group")
@pytest.mark.parametrize("workers", ["0", "2"])
def test_nothing_is_alive_after_a_stopped_test_run(tmp_path: Path, workers: str) -> None:
    notes = [tmp_path / name for name in ("first", "second")[: max(1, int(workers))]]
    for note in notes:
        notebook(tmp_path, note.name, code(STUBBORN.format(note=str(note))))
    command = command_of(tmp_path, "-n", workers, "--dist", "loadscope", ".")
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=tmp_path, env=ENVIRONMENT, stdout=quiet, stderr=quiet, start_new_session=True
    ) as running:
        aws.wait("the kernels", lambda: all(note.exists() for note in notes), limit=60)
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(timeout=60) != 0
    aws.wait("the end of all kernels", lambda: not any(left_over(note) for note in notes), limit=20)


@pytest.mark.parametrize(("stored", "code_of_exit"), [("1\n", 0), ("2\n", 1)])
def test_the_verb_returns_what_pytest_found(tmp_path: Path, stored: str, code_of_exit: int) -> None:
    path = notebook(tmp_path, "one", code("print(1)", printed(stored)))
    assert regression.test(["-n", "0", "-p", "no:cacheprovider", str(path)]) == code_of_exit
