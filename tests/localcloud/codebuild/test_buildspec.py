"""What a buildspec may say, and how it is refused."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from helpers.localcloud.codebuild.buildspec import BuildspecError, parse
from tests.localcloud.codebuild.bench import Bench, commands, reason

MALFORMED = [
    ("", 1, "version"),
    ("- version: 0.2\n", 1, "mapping"),
    ("version: 0.1\nphases:\n  build:\n    commands: [a]\n", 1, "0.2"),
    ("version: 0.2\n", 1, "phases"),
    ("version: 0.2\nphases: [build]\n", 2, "mapping"),
    ("version: 0.2\nphases:\n  biuld:\n    commands: [a]\n", 3, "biuld"),
    ("version: 0.2\nphases:\n  build:\n    command: [a]\n", 4, "`command` is not known"),
    ("version: 0.2\nphases:\n  build: make\n", 3, "mapping"),
    ("version: 0.2\nphases:\n  build:\n    commands:\n      - a\n      - echo: b\n", 6, "quote"),
    ("version: 0.2\nphases:\n  build:\n    commands:\n      - a\n      -\n", 6, "entry 2"),
    ("version: 0.2\nphases:\n  build:\n    commands: {a: b}\n", 4, "list"),
    ("version: 0.2\nphases:\n  build:\n    on-failure: CONTINUE\n", 3, "no commands"),
    ("version: 0.2\nphases:\n  build:\n    commands: [a]\n    on-failure: RETRY\n", 5, "RETRY"),
    ("version: 0.2\nphases:\n  build:\n    commands:\n\t  - a\n", 5, "cannot start any token"),
    ("version: 0.2\nphases:\n  build:\n    commands: ['a\n", 5, "unexpected end"),
    ("version: 0.2\nenv:\n  shell: fish\nphases:\n  build:\n    commands: [a]\n", 3, "fish"),
    ("version: 0.2\nenv:\n  variables:\n    A: [1]\nphases:\n  build:\n    commands: [a]\n", 4, "the variable A is"),
    ("version: 0.2\nenv:\n  variables:\n    CODEBUILD_X: y\nphases:\n  build:\n    commands: [a]\n", 4, "reserved"),
    (
        "version: 0.2\nenv:\n  exported-variables:\n    - A\n    - ../b\nphases:\n  build:\n    commands: [a]\n",
        5,
        "'../b'",
    ),
    ("version: 0.2\nphases:\n  build:\n    commands: [a]\nartifacts:\n  name: x\n", 5, "files"),
    ("version: 0.2\nphases:\n  build:\n    commands: [a]\nartifacts:\n  files: []\n", 5, "files"),
    ("version: 0.2\nphases:\n  build:\n    commands: [a]\nartefacts:\n  files: [b]\n", 5, "artefacts"),
]


@pytest.mark.parametrize(("text", "line", "about"), MALFORMED)
def test_a_malformed_buildspec_is_refused_with_its_line(text: str, line: int, about: str) -> None:
    with pytest.raises(BuildspecError) as caught:
        parse(text)
    assert str(caught.value).startswith(f"line {line}: ")
    assert about in str(caught.value)


def test_scalars_stay_as_they_are_written() -> None:
    found = parse(
        "version: 0.2\nenv:\n  variables: {A: 1.10, B: yes, C: 010, D: 2026-13-45, E: }\n"
        "phases: {build: {commands: [1, true]}}\n"
    )
    assert found.variables == {"A": "1.10", "B": "yes", "C": "010", "D": "2026-13-45", "E": ""}
    assert found.phases["build"].commands == ["1", "true"]


def test_anchors_and_merges_are_plain_yaml() -> None:
    found = parse(
        "version: 0.2\nphases:\n  install: &usual\n    commands: [a]\n    on-failure: CONTINUE\n"
        "  build:\n    <<: *usual\n    commands: [b]\n"
    )
    assert found.phases["build"].commands == ["b"]
    assert found.phases["build"].on_failure == "CONTINUE"


@pytest.mark.parametrize(("word", "meant"), [("yes", True), ("true", True), ("no", False), ("false", False)])
def test_discard_paths_takes_yes_and_no(word: str, meant: bool) -> None:
    text = f"version: 0.2\nphases: {{build: {{commands: a}}}}\nartifacts: {{files: b, discard-paths: {word}}}\n"
    artifacts = parse(text).artifacts
    assert artifacts is not None
    assert artifacts.discard_paths is meant
    assert artifacts.files == ["b"]


def test_a_malformed_buildspec_of_the_start_fails_the_build_with_its_line(bench: Bench) -> None:
    build = bench.run("version: 0.2\nphases:\n  biuld:\n    commands: [a]\n")
    assert build["buildStatus"] == "FAILED"
    phase, code, message = reason(build)
    assert (phase, code) == ("DOWNLOAD_SOURCE", "YAML_FILE_ERROR")
    assert "line 3" in message
    assert commands(build) == {}


def test_a_malformed_buildspec_of_the_project_is_refused_with_its_line(bench: Bench) -> None:
    source = {"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases:\n  biuld:\n    commands: [a]\n"}
    with pytest.raises(ClientError, match="line 3") as caught:
        bench.client.update_project(name=bench.name, source=source)
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
