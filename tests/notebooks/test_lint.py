"""The authors' rules: every notebook keeps them, and for each rule a notebook that breaks it is caught."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from helpers.regression.lint import RULES, lint
from helpers.regression.lint.content import retired_services
from helpers.regression.notebook import Notebook
from tests.unit.regression.making import code, parameters, printed, prose
from tests.unit.regression.making import notebook as made

OPENING = (
    "# Ship a change\n\nYou will build and deploy. You need git. 45 minutes. Cost on AWS: nothing. "
    "What is created is removed by clean-up at the end. Time is modelled."
)
SOLVED = "### BEGIN SOLUTION\nname = 'shop'\n### END SOLUTION"
WHY = "Why this matters, in as many words as it takes to say so: " + "word " * 40


def good() -> list[Any]:
    """The cells of a notebook that keeps all rules."""
    cells = [prose(OPENING), parameters(), prose("## Set-up"), code("from helpers import aws", tags=("setup",))]
    cells += [prose("## Work"), prose("![The stages of a pipeline](stages.svg)")]
    for number in range(10):
        cells += [prose(f"### Step {number}\n\n{WHY}"), code(f"print({number})", printed(f"{number}\n"))]
    return [*cells, prose("### Your turn"), code(SOLVED, tags=("exercise:repository",))]


def read(cells: list[Any], folder: Path, name: str = "05_pipeline") -> Notebook:
    return Notebook.read(made(folder, name, *copy.deepcopy(cells)))


def changed(place: int, source: str) -> Callable[[list[Any]], None]:
    def change(cells: list[Any]) -> None:
        cells[place].source = source

    return change


def tagged(place: int, *tags: str) -> Callable[[list[Any]], None]:
    def change(cells: list[Any]) -> None:
        cells[place].metadata["tags"] = list(tags)

    return change


def outputs(place: int, text: str) -> Callable[[list[Any]], None]:
    def change(cells: list[Any]) -> None:
        cells[place].outputs = [printed(text)]

    return change


def cut(end: int) -> Callable[[list[Any]], None]:
    def change(cells: list[Any]) -> None:
        del cells[end:]

    return change


def many_long_cells(cells: list[Any]) -> None:
    for place in (7, 9, 11):
        cells[place].source = "\n".join(f"a{line} = {line}" for line in range(13))


def same_id(cells: list[Any]) -> None:
    cells[4]["id"] = cells[5]["id"]


BREAKS: list[tuple[str, Callable[[list[Any]], None]]] = [
    ("one_title", changed(4, "# Another title")),
    ("one_title", changed(0, OPENING.replace("# Ship", "Ship"))),
    ("heading_order", changed(4, "#### Too deep")),
    ("opening", changed(0, OPENING.replace("45 minutes", "Soon"))),
    ("opening", changed(0, OPENING.replace("modelled", "real"))),
    ("alt_text", changed(5, "![](stages.svg)")),
    ("alt_text", changed(5, '<img src="stages.svg" alt="">')),
    ("prose_length", changed(4, "## Work\n\n" + "word " * 1500)),
    ("prose_length", cut(14)),
    ("cell_count", cut(20)),
    ("cell_ids", same_id),
    ("parameters_cell", tagged(1)),
    ("parameters_cell", tagged(3, "setup", "parameters")),
    ("setup_cell", tagged(3)),
    ("known_tags", tagged(7, "paramters")),
    ("exercises", tagged(27)),
    ("exercises", changed(27, "name = 'shop'")),
    ("exercises", tagged(25, "exercise:repository")),
    ("nothing_skipped", tagged(7, "nbval-skip")),
    ("nothing_skipped", changed(7, "# NBVAL_SKIP\nprint(1)")),
    ("code_length", changed(7, "\n".join(f"a{line} = {line}" for line in range(26)))),
    ("code_length", many_long_cells),
    ("why_before_code", lambda cells: cells.pop(8)),
    ("no_sleep", changed(7, "import time\ntime.sleep(1)")),
    ("no_sleep", changed(7, "from time import sleep\nsleep(1)")),
    ("no_shell", changed(7, "!aws s3 ls")),
    ("no_shell", changed(7, "listed = !aws s3 ls")),
    ("no_shell", changed(7, "%%bash\nls")),
    ("no_shell", changed(7, "import os\nos.system('ls')")),
    ("no_fixed_place", changed(7, "client = aws.client('s3', 'eu-west-1')")),
    ("no_fixed_place", changed(7, "arn = 'arn:aws:iam::111122223333:role/build'")),
    ("no_secret", outputs(7, "AKIA" + "Q3EGRIJMGZKM5W2P")),
    ("no_secret", outputs(7, "AWS_SECRET_ACCESS_KEY=" + "0123456789abcdef" * 2 + "01234567")),
    ("no_secret", changed(5, "-----BEGIN RSA PRIVATE " + "KEY-----")),
    ("no_machine_path", outputs(7, "/" + "home/ada/workbook")),
    ("no_machine_path", changed(7, "open('/" + "tmp/x')")),
    *[("no_retired_service", changed(4, f"## Work\n\nUse {name}.")) for name in ("App Mesh", "AWS Proton", "OpsWorks")],
    ("no_retired_service", changed(7, "aws.client('evidently')")),
]


@pytest.mark.parametrize("rule", RULES)
def test_the_notebook_keeps_the_rule(rule: str, notebook: Notebook) -> None:
    broken = list(RULES[rule](notebook))
    assert not broken, "\n".join(broken)


def test_a_good_notebook_keeps_all_rules(tmp_path: Path) -> None:
    assert lint(read(good(), tmp_path)) == {}


@pytest.mark.parametrize(("rule", "change"), BREAKS)
def test_a_notebook_that_breaks_the_rule_is_caught(
    rule: str, change: Callable[[list[Any]], None], tmp_path: Path
) -> None:
    notebook = read(good(), tmp_path)
    change(notebook.node.cells)
    found = lint(notebook)
    assert rule in found
    assert all(sentence.endswith(".") for sentence in found[rule])


def test_every_rule_has_a_notebook_that_breaks_it() -> None:
    assert {rule for rule, _ in BREAKS} == set(RULES)


def test_two_cells_of_one_id_are_seen_in_the_file(tmp_path: Path) -> None:
    path = made(tmp_path, "05_pipeline", *good())
    first, second = (cell["id"] for cell in Notebook.read(path).cells[:2])
    path.write_text(path.read_text().replace(second, first))
    assert lint(Notebook.read(path)) == {"cell_ids": [f"2 cells share the id {first!r}."]}


def test_the_first_notebook_may_be_shorter(tmp_path: Path) -> None:
    cells = good()[:19]
    assert "cell_count" in lint(read(cells, tmp_path))
    assert not {"cell_count", "prose_length"} & set(lint(read(cells, tmp_path, "00_start_here")))


@pytest.mark.parametrize(
    ("place", "source"),
    [
        (4, "## Work\n\nApp Mesh was discontinued in 2026: use Service Connect."),
        (4, "## Work\n\nCodeStar notifications go to SNS; a seven in the proton beam is text in lower case."),
        (7, "print('sleep well', 'us east')"),
        (7, "name = 'a!b'\nassert name != 'ab'"),
        (7, "key = 'AKIAIOSFODNN7EXAMPLE'"),
        (5, "```python\n# a comment in code is no heading\n```\n\nRead https://docs.aws.amazon.com/home/welcome.html."),
    ],
)
def test_what_only_looks_like_a_breach_passes(place: int, source: str, tmp_path: Path) -> None:
    cells = good()
    cells[place].source = source
    assert lint(read(cells, tmp_path)) == {}


def test_the_list_of_retired_services_is_dated_and_sourced() -> None:
    names = {service.name for service in retired_services()}
    assert {"CloudWatch Evidently", "App Mesh", "AWS Proton", "the Copilot CLI", "App Runner", "Cloud9"} <= names
    assert {"CodeStar", "OpsWorks"} <= names
    for service in retired_services():
        assert date(2020, 1, 1) < service.since <= date(2026, 11, 24)
        assert service.source.startswith(("https://docs.aws.amazon.com/", "https://aws.amazon.com/"))
        assert service.instead
