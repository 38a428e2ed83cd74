"""What a build prints is in CloudWatch Logs: all of it, in order, as it comes."""

from __future__ import annotations

from tests.localcloud.codebuild.bench import Bench, spec


def test_output_is_readable_while_the_build_runs_and_in_order(bench: Bench) -> None:
    id_ = bench.start(spec(build=["echo one; echo two >&2; echo three", "tail -f /dev/null"]))
    bench.wait_for_line(id_, "three")
    assert not bench.get(id_)["buildComplete"]
    bench.client.stop_build(id=id_)
    assert bench.output(bench.finished(id_))[:3] == ["one", "two", "three"]


def test_the_log_says_what_ran_and_how_it_went(bench: Bench) -> None:
    build = bench.run(spec(build=["echo hi", "exit 4"]))
    said = [line.split(" ", 3)[3] for line in bench.log(build) if line.startswith("[Container] ")]
    at = said.index("Entering phase BUILD")
    assert said[at : at + 5] == [
        "Entering phase BUILD",
        "Running command echo hi",
        "Running command exit 4",
        "Phase complete: BUILD State: FAILED",
        "Phase context status code: COMMAND_EXECUTION_ERROR Message: Error while executing command: exit 4."
        " Reason: exit status 4",
    ]


def test_lines_are_those_that_were_printed(bench: Bench) -> None:
    printed = [
        ("printf a; printf b", ["ab"]),
        ("printf 'a\\n\\n\\nb\\n\\n'", ["a", " ", " ", "b", " "]),
        ("printf 'a\\r\\nb\\n'", ["a", "b"]),
        ("true", []),
        ("printf '\\n'", [" "]),
        ("printf 'é ☃\\n'", ["é ☃"]),
        ("printf 'end-0123 0\\n'", ["end-0123 0"]),
        ("printf 'no end'; exit 3", ["no end"]),
    ]
    build = bench.run(spec(build=[command for command, _ in printed], post_build="echo after"))
    assert bench.output(build) == [line for _, lines in printed for line in lines] + ["after"]


def test_what_runs_in_the_background_may_print_at_any_time(bench: Bench) -> None:
    chatter = "(for n in $(seq 2000); do printf '%s;' $n; done; echo .) &"
    build = bench.run(spec(build=[chatter, *["true"] * 20, "wait", "echo done"]))
    assert build["buildStatus"] == "SUCCEEDED"
    whole = "".join(line.strip() for line in bench.output(build))
    assert whole == "".join(f"{n};" for n in range(1, 2001)) + ".done"


def test_binary_output_is_kept_readable(bench: Bench) -> None:
    build = bench.run(spec(build=["head -c 100000 /dev/urandom", "printf '\\377\\376\\000x\\n'", "echo done"]))
    assert build["buildStatus"] == "SUCCEEDED"
    assert bench.output(build)[-2:] == ["��\x00x", "done"]


def test_one_line_of_a_megabyte_arrives_whole(bench: Bench) -> None:
    build = bench.run(spec(build=["head -c 1000000 /dev/zero | tr '\\0' x", "echo; echo done"]))
    whole = "".join(bench.output(build))
    assert whole.count("x") == 1_000_000
    assert whole.endswith("done")


def test_fifty_megabytes_arrive_whole(bench: Bench) -> None:
    line = "x" * 9_999
    build = bench.finished(bench.start(spec(build=f"yes {line} | head -n 5243; echo the end")), seconds=120)
    assert build["buildStatus"] == "SUCCEEDED"
    logs = bench.cloud.client("logs")
    where = {"logGroupName": build["logs"]["groupName"], "logStreamName": build["logs"]["streamName"]}
    count, token, last = 0, None, ""
    while True:
        page = logs.get_log_events(**where, startFromHead=True, **({"nextToken": token} if token else {}))
        own = [event["message"] for event in page["events"] if not event["message"].startswith("[Container] ")]
        count += sum(message == line for message in own)
        last = own[-1] if own else last
        if not page["events"] or page["nextForwardToken"] == token:
            break
        token = page["nextForwardToken"]
    logs.delete_log_group(logGroupName=where["logGroupName"])
    assert count == 5243
    assert last == "the end"


def test_the_project_may_name_group_and_stream(bench: Bench) -> None:
    config = {"cloudWatchLogs": {"status": "ENABLED", "groupName": "mine", "streamName": "builds"}}
    build = bench.run(spec(build="echo hi"), logsConfigOverride=config)
    assert build["logs"]["groupName"] == "mine"
    assert build["logs"]["streamName"] == f"builds/{build['id'].partition(':')[2]}"
    assert bench.output(build) == ["hi"]


def test_a_log_that_is_disabled_is_not_written(bench: Bench) -> None:
    build = bench.run(spec(build="echo hi"), logsConfigOverride={"cloudWatchLogs": {"status": "DISABLED"}})
    assert build["buildStatus"] == "SUCCEEDED"
    groups = bench.cloud.client("logs").describe_log_groups(logGroupNamePrefix="/aws/codebuild")["logGroups"]
    assert groups == []
