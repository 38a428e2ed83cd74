"""Pictures: text twin, alt text, symbol and word beside each colour, nothing that only a light theme can show."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import nbclient
import nbformat.v4
import pandas as pd
import pytest

from helpers import show
from helpers.show.status import AMBER, BLUE, GREEN, GREY, RED
from helpers.show.timeline import duration

START = datetime(2026, 11, 24, 10, tzinfo=UTC)
DIGEST = "9f2c61ab77e0aa55" * 4


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _action(stage: str, name: str, status: str, begin: float, end: float) -> dict[str, Any]:
    return {
        "stageName": stage, "actionName": name, "status": status,
        "startTime": _at(begin), "lastUpdateTime": _at(end),
    }  # fmt: skip


def _stage(name: str, status: str = "", **more: Any) -> dict[str, Any]:
    execution = {"latestExecution": {"status": status}} if status else {}
    return {"stageName": name, "actionStates": [{"actionName": f"{name}Action", **execution}], **execution, **more}


STATE = {
    "pipelineName": "wb-ada-shop",
    "stageStates": [
        _stage("Source", "Succeeded"),
        _stage("Build", "Failed"),
        _stage("Approve", "InProgress"),
        _stage("Deploy", inboundTransitionState={"enabled": False}),
        _stage("After"),
    ],
}
ACTIONS = [_action("Build", "Unit", "Failed", 3, 9.5), _action("Source", "Shop", "Succeeded", 0, 2.5)]
STEPS = [show.Step("Build", "shop.zip", DIGEST), show.Step("Bucket", "shop.zip", f"sha256:{DIGEST}")]

PICTURES: dict[str, Callable[[], show.Picture]] = {
    "pipeline": lambda: show.pipeline(STATE),
    "executions": lambda: show.executions(ACTIONS, "Execution <1>"),
    "empty pipeline": lambda: show.pipeline({"pipelineName": "none"}),
    "no executions": lambda: show.executions([]),
    "digest": lambda: show.digest_trace(STEPS),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_drawing_is_well_formed_has_alt_text_and_its_text_twin(name: str) -> None:
    bundle = PICTURES[name]()._repr_mimebundle_()
    found = re.search(r"<svg.*</svg>", bundle["text/html"], re.DOTALL)
    assert found
    root = ElementTree.fromstring(found[0])
    assert root.get("role") == "img" and root.get("aria-label")
    assert ElementTree.fromstring(f"<r>{bundle['text/html']}</r>").findtext(".//pre") == bundle["text/plain"]


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_data_give_the_same_output(name: str) -> None:
    assert PICTURES[name]() == PICTURES[name]()


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[number : number + 2], 16) / 255 for number in (1, 3, 5)]
        line = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [GREEN, RED, BLUE, AMBER, GREY])
@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
def test_colours_stand_out_on_light_and_on_dark(colour: str, page: str) -> None:
    assert _contrast(colour, page) >= 3  # WCAG 2.2, 1.4.11: graphics need 3:1


@pytest.mark.parametrize("name", PICTURES)
def test_text_takes_the_colour_of_the_page(name: str) -> None:
    root = ElementTree.fromstring(f"<r>{PICTURES[name]().html}</r>")
    texts = root.findall(".//{http://www.w3.org/2000/svg}text")
    assert texts and all(text.get("fill") is None for text in texts)


def test_a_pipeline_says_each_stage_with_symbol_and_word() -> None:
    text = str(show.pipeline(STATE))
    for line in ("Source           ✔ Succeeded", "> Build            ✘ Failed", "‖ Deploy           ○ Not started"):
        assert line in text
    assert "transition into it disabled" in show.pipeline(STATE).html


def test_bars_start_in_order_of_time_and_tell_real_durations() -> None:
    lines = str(show.executions(ACTIONS)).splitlines()
    assert [line.split("|")[0].strip() for line in lines[1:3]] == ["Source / Shop", "Build / Unit"]
    assert "2.5 s" in lines[1] and "6.5 s" in lines[2]
    assert lines[2].split("|")[1].startswith(" " * 9 + "=")


def test_what_goes_on_has_no_duration_and_reaches_the_last_moment() -> None:
    going = _action("Deploy", "ToBucket", "InProgress", 5, 6)
    line = str(show.executions([*ACTIONS, going])).splitlines()[-2]
    assert line.endswith("▶ InProgress") and line.split("|")[1].endswith("= ")


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (119.6, "2 min"), (125, "2 min 5 s")]
)
def test_durations_read_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_a_digest_is_the_same_or_the_place_of_the_change_is_named() -> None:
    assert "✔ the same bytes in 2 places" in str(show.digest_trace(STEPS))
    changed = show.digest_trace([*STEPS, show.Step("Site", "shop.zip", "0" * 64)])
    assert "✘ the bytes changed before Site" in str(changed) and "≠" in changed.html
    unknown = show.digest_trace([*STEPS, show.Step("Site", "shop.zip", "")])
    assert "? not every station tells its digest" in str(unknown)


def test_a_table_aligns_numbers_marks_statuses_and_escapes() -> None:
    frame = pd.DataFrame({"phase": ["<b>", "POST_BUILD"], "status": ["SUCCEEDED", "FAILED"], "s": [1.25, None]})
    picture = show.table(frame, "Phases")
    assert str(picture).splitlines()[0] == "Phases" and "✘ FAILED" in str(picture)
    assert "<b>" not in picture.html and "&lt;b&gt;" in picture.html
    assert picture.html.count("text-align:right") == 3
    assert str(show.table([{"a": 1}, {"b": "x"}])).splitlines()[0].split() == ["a", "b"]


def test_a_command_shows_what_was_typed_its_exit_code_and_its_output() -> None:
    script = [sys.executable, "-c", "import sys; print('<out>'); print('bad', file=sys.stderr); sys.exit(3)"]
    picture = show.command(subprocess.run(script, capture_output=True, text=True))
    assert "✘ failed, exit code 3" in str(picture) and "bad" in str(picture)
    assert "&lt;out&gt;" in picture.html and "<out>" not in picture.html


def test_a_long_output_is_cut_and_says_so() -> None:
    done: Any = subprocess.CompletedProcess("seq 100", 0, "\n".join(map(str, range(100))), "")
    text = str(show.command(done))
    assert "… 60 lines before" in text and "\n           60\n" in text and " 59\n" not in text


def test_live_prints_each_change_once_outside_of_a_notebook() -> None:
    stream = io.StringIO()
    with show.Live(stream) as view:
        for text in ("one", "one", "two"):
            view.update(show.Picture("<p></p>", text))
    assert stream.getvalue() == "one\ntwo\n"


def test_live_in_a_notebook_is_one_output_that_ends_as_the_last_picture() -> None:
    source = """
from helpers import show
with show.live() as view:
    for text in ("one", "two", "three"):
        view.update(show.Picture(f"<p>{text}</p>", text))
"""
    v4: Any = nbformat.v4
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source)])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    shown = [output["data"] for output in notebook.cells[0].outputs]
    assert [data["text/html"] for data in shown] == ["<p>three</p>"] and shown[0]["text/plain"] == "three"


def test_links_and_code_read_in_both_forms() -> None:
    picture = show.card("See [the guide](https://example.org/a) and `x < 1`", [show.Row("", ["a", "b"])])
    assert '<a href="https://example.org/a"' in picture.html and "x &lt; 1</code>" in picture.html
    assert "See the guide (https://example.org/a) and `x < 1`" in str(picture) and "  - b" in str(picture)
