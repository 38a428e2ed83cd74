"""Which phase follows which, and the one shell in which all commands run."""

from __future__ import annotations

import pytest

from tests.localcloud.codebuild.bench import Bench, commands, phases, reason, spec

GOOD, BAD = "SUCCEEDED", "FAILED"
ALL = ("install", "pre_build", "build", "post_build")


def failing(phase: str, on_failure: str) -> str:
    """Return a buildspec in which `phase` fails and every phase says whether the build succeeds so far."""
    lines = ["version: 0.2", "phases:"]
    for name in ALL:
        lines += [f"  {name}:", "    commands:", f"      - echo {name} $CODEBUILD_BUILD_SUCCEEDING"]
        if name == phase:
            lines += ["      - exit 7", "      - echo never"]
            lines += [f"    on-failure: {on_failure}"] if on_failure else []
            lines += ["    finally:", f"      - echo finally {name}"]
    return "\n".join(lines) + "\n"


# What failed, what on-failure says, and the phases after it (AWS's table of transitions).
TRANSITIONS = [
    ("install", "", {"INSTALL": BAD}),
    ("install", "ABORT", {"INSTALL": BAD}),
    ("install", "CONTINUE", {"INSTALL": BAD, "PRE_BUILD": GOOD, "BUILD": GOOD, "POST_BUILD": GOOD}),
    ("pre_build", "", {"INSTALL": GOOD, "PRE_BUILD": BAD}),
    ("pre_build", "CONTINUE", {"INSTALL": GOOD, "PRE_BUILD": BAD, "BUILD": GOOD, "POST_BUILD": GOOD}),
    ("build", "", {"INSTALL": GOOD, "PRE_BUILD": GOOD, "BUILD": BAD, "POST_BUILD": GOOD}),
    ("build", "ABORT", {"INSTALL": GOOD, "PRE_BUILD": GOOD, "BUILD": BAD}),
    ("build", "CONTINUE", {"INSTALL": GOOD, "PRE_BUILD": GOOD, "BUILD": BAD, "POST_BUILD": GOOD}),
    ("post_build", "", {"INSTALL": GOOD, "PRE_BUILD": GOOD, "BUILD": GOOD, "POST_BUILD": BAD}),
    ("post_build", "ABORT", {"INSTALL": GOOD, "PRE_BUILD": GOOD, "BUILD": GOOD, "POST_BUILD": BAD}),
]


@pytest.mark.parametrize(("failed", "on_failure", "expected"), TRANSITIONS)
def test_what_a_failure_leads_to(bench: Bench, failed: str, on_failure: str, expected: dict[str, str]) -> None:
    build = bench.run(failing(failed, on_failure))
    reached = commands(build)
    uploaded = reached.pop("UPLOAD_ARTIFACTS", None)
    assert reached == expected
    ends_there = on_failure == "ABORT" or (not on_failure and failed in ("install", "pre_build"))
    assert uploaded == (None if ends_there else GOOD)
    assert build["buildStatus"] == BAD
    assert reason(build)[1] == "COMMAND_EXECUTION_ERROR"
    assert "exit status 7" in reason(build)[2]
    before = ALL.index(failed)
    said = [f"{name} {'1' if place <= before else '0'}" for place, name in enumerate(ALL) if name.upper() in expected]
    said.insert(before + 1, f"finally {failed}")
    assert bench.output(build) == said


def test_a_build_that_succeeds_goes_through_every_phase(bench: Bench) -> None:
    build = bench.run(spec(build="true"))
    assert [phase["phaseType"] for phase in build["phases"]] == [
        "SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD",
        "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED",
    ]  # fmt: skip
    assert set(phases(build).values()) == {GOOD}
    assert build["currentPhase"] == "COMPLETED"
    assert "phaseStatus" not in build["phases"][-1]
    assert build["buildStatus"] == GOOD
    assert build["endTime"] >= build["startTime"]


def test_a_failing_finally_fails_its_phase(bench: Bench) -> None:
    build = bench.run("version: 0.2\nphases:\n  build:\n    commands: ['true']\n    finally: [exit 9, echo never]\n")
    assert phases(build)["BUILD"] == BAD
    assert "exit status 9" in reason(build)[2]
    assert "never" not in bench.output(build)


def test_the_command_that_failed_first_is_the_reason(bench: Bench) -> None:
    build = bench.run("version: 0.2\nphases:\n  build:\n    commands: [exit 3]\n    finally: [exit 9]\n")
    assert "exit status 3" in reason(build)[2]


@pytest.mark.parametrize("shell", ["bash", "/bin/sh"])
def test_all_commands_share_one_shell(bench: Bench, shell: str) -> None:
    build = bench.run(f"""
        version: 0.2
        env:
          shell: {shell}
        phases:
          install:
            commands:
              - mkdir -p deep/er && cd deep
              - export KEPT=exported
              - plain=unexported
              - greet() {{ echo "hello $1"; }}
          build:
            commands:
              - cd er && basename "$PWD"
              - echo $KEPT $plain
              - greet you
              - |
                for n in 1 2; do
                  echo "line $n"
                done
              - read answer || echo no input
    """)
    assert build["buildStatus"] == GOOD
    assert bench.output(build) == ["er", "exported unexported", "hello you", "line 1", "line 2", "no input"]


@pytest.mark.parametrize("shell", ["bash", "/bin/sh"])
@pytest.mark.parametrize(
    ("end", "status"),
    [("exit 3", "3"), ("set -e; false; echo on", "1"), ("kill -9 $$", "137"), ("if", "2"), ("exec false", "1")],
)
def test_the_end_of_the_shell_fails_the_command_and_not_what_follows(
    bench: Bench, shell: str, end: str, status: str
) -> None:
    build = bench.run(f"""
        version: 0.2
        env:
          shell: {shell}
        phases:
          build:
            commands: ['{end}', echo never]
          post_build:
            commands:
              - echo after $CODEBUILD_BUILD_SUCCEEDING
    """)
    assert commands(build) == {
        "INSTALL": GOOD, "PRE_BUILD": GOOD, "BUILD": BAD, "POST_BUILD": GOOD, "UPLOAD_ARTIFACTS": GOOD,
    }  # fmt: skip
    assert f"exit status {status}" in reason(build)[2]
    assert bench.output(build)[-1] == "after 0"
    assert "never" not in bench.output(build)


def test_a_shell_that_ended_leaves_its_variables_and_folder_to_the_next(bench: Bench) -> None:
    build = bench.run(
        spec(build=["mkdir in && cd in", "export KEPT=yes", "exit 1"], post_build='echo "$KEPT ${PWD##*/}"')
    )
    assert bench.output(build) == ["yes in"]


def test_exit_0_ends_the_command_well(bench: Bench) -> None:
    build = bench.run(spec(build=["exit 0", "echo on"]))
    assert build["buildStatus"] == GOOD
    assert bench.output(build) == ["on"]
